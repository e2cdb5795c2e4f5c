"""Trains on rows that stay on disk: read ahead, prepared and shuffled in a bounded buffer, trained with the fused step.

Only numbers per row (targets, places, predictions) are held for all rows; inputs never are.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from engine.data.row_groups import RowGroups
from engine.training import parse
from engine.training.apply import Matrix, transform
from engine.training.compiled import Rows, batches, no_targets
from engine.training.fit import Trainer
from engine.training.history import Array
from engine.training.layout import Layout, places
from engine.training.lists import lists_in, side_by_side
from engine.training.network import Model, Weights
from engine.training.spec import Preparation

BUFFER_BYTES = 2**24
"""Size of the prepared rows that are shuffled among each other; three such buffers are there at a time."""
HELD_BYTES = 2**24
"""Up to this size the rows that are watched after each epoch are prepared once and held."""

T = TypeVar("T")


@dataclass(frozen=True)
class Inputs:
    """Inputs (rows of the file, layout.width) of a network, which are read and prepared whenever they are wanted."""

    source: RowGroups
    preparation: Preparation
    layout: Layout

    def __repr__(self) -> str:
        """What decides the values: the file as it is now, and how it is prepared."""
        return f"{self.source.stamp}:{self.preparation.digest()}"

    def __getitem__(self, rows: Rows) -> Chosen:
        """Those of the rows at these places, which ascend."""
        return Chosen(self, rows)

    def pieces(self, groups: Iterable[int], wanted: NDArray[np.bool_]) -> Iterator[tuple[Rows, Matrix]]:
        """Places and inputs of the wanted rows (n,) of some row groups, one group after another."""
        own = np.array(places(self.preparation, self.layout))
        for group in groups:
            start = self.source.starts[group]
            if not wanted[start : [*self.source.starts, self.source.rows][group + 1]].any():
                continue
            piece = self.source.read(group, self.preparation.columns)
            mask = wanted[piece.places]
            frame = {name: parse.raw(values)[mask] for name, values in piece.frame.items()}
            x = self._empty(int(mask.sum()))
            x[:, own] = transform(self.preparation, frame)
            yield piece.places[mask], x

    def packed(self, groups: Iterable[int], wanted: NDArray[np.bool_], rows: int) -> Iterator[tuple[Rows, Matrix]]:
        """The same in buffers of `rows` rows: places (m,), and inputs (rows, width) of which the first m count."""
        where, buffer, held = np.zeros(rows, dtype=np.int64), self._empty(rows), 0
        for found, x in self.pieces(groups, wanted):
            start = 0
            while start < len(x):
                taken = min(rows - held, len(x) - start)
                where[held : held + taken] = found[start : start + taken]
                buffer[held : held + taken] = x[start : start + taken]
                held, start = held + taken, start + taken
                if held == rows:
                    yield where, buffer
                    where, buffer, held = np.zeros(rows, dtype=np.int64), self._empty(rows), 0
        if held:
            yield where[:held], buffer

    def _empty(self, rows: int) -> Matrix:
        return np.zeros((rows, self.layout.width), dtype=np.float32)


@dataclass(frozen=True)
class Chosen:
    """Inputs of some rows."""

    inputs: Inputs
    rows: Rows


def buffer_rows(width: int, batch: int, rows: int) -> int:
    """Rows of the shuffle buffer: whole batches of about BUFFER_BYTES, or all `rows` where they fit."""
    most = max(BUFFER_BYTES // (4 * max(width, 1)) // batch, 1)
    return batch * min(most, -(-rows // batch))


class StreamTrainer(Trainer):
    """A trainer whose x is `Inputs`; y, weights and places are of all rows, as in memory.

    An epoch takes the row groups in a random order, and the rows of a buffer of several groups in a random order: rows
    that lie in one group meet the network at about the same time. `rows` is the most rows that a run trains on.
    """

    def __init__(self, model: Model, *, rows: int, batch: int, fused: bool | None = None) -> None:
        width = int(model.inputs[0].shape[1])
        super().__init__(model, rows=buffer_rows(width, batch, rows), batch=batch, fused=fused)

    def predict(self, x: Any, weights: Weights | None = None) -> Array:
        """Predictions of the network with these (else its present) weights for `Chosen` rows, as in memory."""
        if weights is not None:
            self.model.set_weights(weights)
        y = no_targets(self.model.loss, x.inputs.source.rows, self.outputs)
        return self._look_at(self._looks(x.inputs, y, x.rows))[0]

    def _on_device(self, x: Any, y: Array, weights: Array | None) -> Any:
        return x, y, weights

    def _epoch(self, data: Any, rows: Rows, seed: int, epoch: int, stop: Callable[[], bool]) -> float | None:
        x, y, weights = data
        lists = lists_in(self.model.loss, y)
        wanted = _mask(rows, x.source.rows)
        draw = np.random.default_rng((seed, epoch, 1))
        total = 0.0
        with Ahead(x.packed(x.source.order(seed, epoch), wanted, self.rows)) as buffers:
            for where, inputs in buffers:
                padded = np.resize(where, self.rows)
                own = None if weights is None else weights[padded]
                given = super()._on_device(inputs, y[padded], own)
                mixed = draw.permutation if lists is None else partial(side_by_side, lists=lists[where], rng=draw)
                done = self._steps(given, *batches(mixed(np.arange(len(where))), self.batch), stop)
                if done is None:
                    return None
                total += done
        return total / len(rows)

    def _looks(self, x: Any, y: Array, rows: Rows) -> Any:
        looks = _Looks(self, x, y, rows)
        return list(looks) if len(rows) * self.width * 4 <= HELD_BYTES else looks

    def pieces_of(self, x: Inputs, y: Array, rows: Rows) -> Iterator[tuple[Any, Any, Rows]]:
        """The rows in pieces of one size, as `_looks` has them."""
        groups, before = range(len(x.source.starts)), 0
        with Ahead(x.packed(groups, _mask(rows, x.source.rows), self._chunk)) as pieces:
            for where, inputs in pieces:
                for given, targets, own in super()._looks(inputs[: len(where)], y[where], np.arange(len(where))):
                    yield given, targets, own + before
                before += len(where)


@dataclass(frozen=True)
class _Looks:
    """Pieces that are read anew each time they are gone through."""

    trainer: StreamTrainer
    x: Inputs
    y: Array
    rows: Rows

    def __iter__(self) -> Iterator[tuple[Any, Any, Rows]]:
        return self.trainer.pieces_of(self.x, self.y, self.rows)


class Ahead(Iterator[T]):
    """The values of an iterator, a thread making the next one while this one is used; leaving ends the thread."""

    def __init__(self, values: Iterator[T]) -> None:
        self._values = values
        self._wanted = threading.Semaphore(1)
        self._ready: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()
        self._over = False
        self._thread = threading.Thread(target=self._make, daemon=True)

    def __enter__(self) -> Ahead[T]:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._wanted.release()
        self._thread.join()

    def __next__(self) -> T:
        value, error = self._ready.get()
        if error is not None:
            raise error
        self._wanted.release()
        return cast(T, value)

    def _make(self) -> None:
        try:
            while self._wanted.acquire() and not self._over:
                self._ready.put((next(self._values), None))
        except BaseException as error:
            self._ready.put((None, error))


def _mask(rows: Rows, total: int) -> NDArray[np.bool_]:
    mask = np.zeros(total, dtype=bool)
    mask[rows] = True
    return mask
