"""The fit loop: many optimiser steps inside one compiled call, compiled once for an architecture and a data shape."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from engine.training.compiled import Rows, batches, compiled, epoch_order, no_targets, put, seeded, suits_xla, values_of
from engine.training.first_weights import first_weights
from engine.training.history import Array, EpochEnd, History, Score, State, load, save
from engine.training.lists import lists_in
from engine.training.network import Model, Weights
from engine.training.parity import difference, tolerance

CALL_SECONDS = 0.4
"""How long one compiled call should take: between calls a run can be stopped."""
FIRST_STEPS = 16
PREDICTED_AT_ONCE = 4096
NUMBERS_AT_ONCE = 1 << 22
"""Numbers of rows that are predicted together: of pictures that is fewer rows, whose layers pass on a lot more."""


def never() -> bool:
    """For `stop`: never asked to."""
    return False


class Trainer:
    """A network that is compiled once and trained many times, each time from fresh weights and a fresh optimizer.

    `rows` is the most rows that a run trains on. Runs whose x has the same shape share what was compiled. `fused` False
    takes the same steps without XLA, None where that is better (see `suits_xla`); it also happens by itself where XLA
    cannot compile the network, or where its first step is not the plain one (see `parity`). Where memory runs out the
    batch is halved. `notes` tells of both.
    """

    def __init__(self, model: Model, *, rows: int, batch: int, fused: bool | None = None) -> None:
        self.model = model
        self.width = int(model.inputs[0].shape[1])
        self.outputs = int(model.outputs[0].shape[1])
        self.rows, self.batch = rows, batch
        self.fused = suits_xla(model) if fused is None else fused
        self.steps = -(-rows // batch)
        self._integers = model.loss == "sparse_categorical_crossentropy"
        model.optimizer.build(model.trainable_variables)
        own = model.variables
        self._weights = [next(place for place, each in enumerate(own) if each is weight) for weight in model.weights]
        self._size = FIRST_STEPS
        self._fresh = [np.array(variable) for variable in model.optimizer.variables]
        self._chunk = min(rows, PREDICTED_AT_ONCE, max(1, NUMBERS_AT_ONCE // self.width))
        self._run, self._look = compiled(model, self.fused)
        self._proven = False
        self._lists: Array | None = None
        self.notes: list[str] = []

    def train(
        self,
        x: Array,
        y: Array,
        train_rows: Rows,
        val_rows: Rows | None = None,
        *,
        epochs: int,
        seed: int,
        used: list[int] | None = None,
        output_bias: list[float] | None = None,
        weights: Array | None = None,
        patience: int | None = None,
        score: Score | None = None,
        stop: Callable[[], bool] = never,
        progress: Callable[[EpochEnd], None] | None = None,
        checkpoint: Path | None = None,
        keep_rows: bool = False,
    ) -> History:
        """Train on `train_rows` of x (n, width) and y (n,) or (n, outputs); look at `val_rows` after each epoch.

        `weights` (n,) weigh the loss of rows (mean 1 keeps the learning rate's meaning). With `patience`,
        training ends that many epochs after the lowest validation loss, and the weights of that epoch are kept;
        without, those of the last epoch. `score(y, predictions)` is computed on the validation rows; predictions are
        (m,) or (m, classes). With `checkpoint` a run that was killed goes on after its last finished epoch.
        `used` and `output_bias` are as in `first_weights`.
        """
        import keras
        import tensorflow as tf

        keras.utils.set_random_seed(seed)
        data, self._lists = self._on_device(x, y, weights), lists_in(self.model.loss, y)
        looks = None if val_rows is None or not len(val_rows) else self._looks(x, y, val_rows)
        decided = (x, y, train_rows, val_rows, weights, (epochs, seed, used, output_bias, patience))
        key = _fingerprint(self, *decided) if checkpoint else ""
        state = load(checkpoint, key) if checkpoint else None
        if state is None:
            self.reset(first_weights(self.model, seed, used=used, output_bias=output_bias), seed)
            state = State(*self._held(), [], [], [], [])
        else:
            self._restore(state)
        while not state.ended and len(state.loss) < epochs:
            began = time.monotonic()
            epoch = len(state.loss) + 1
            try:
                loss = self._epoch(data, train_rows, seed, epoch, stop)
                seen = None if looks is None or loss is None else self._look_at(looks)
            except (tf.errors.ResourceExhaustedError, MemoryError):
                if self.batch == 1:
                    raise
                self._take_less()
                self._restore(state)
                if looks is not None and val_rows is not None:
                    looks = self._looks(x, y, val_rows)
                continue
            if loss is None:
                state.ended = "stopped"
                break
            if not np.isfinite(loss) or (seen is not None and not np.isfinite(seen[1]).all()):
                state.ended, state.trouble = "broken", _explained(epoch, self.model)
                self._restore(state)
            else:
                self._note(state, loss, seen, y, val_rows, weights, score, keep_rows)
                if patience is not None and len(state.loss) - _best(state) >= patience:
                    state.ended = "patience"
            # Told before it is kept: an epoch whose telling a kill cut off is trained and told again.
            if progress and not state.trouble:
                progress(_told(state, epochs, time.monotonic() - began))
            if checkpoint:
                save(checkpoint, state, key)
        if patience is not None:
            put(self.model.weights, state.best)
        elif state.ended == "stopped":
            self._restore(state)
        return History(
            loss=tuple(state.loss),
            val_loss=tuple(state.val_loss),
            score=tuple(state.score),
            best_epoch=_best(state),
            weights=[np.array(value) for value in values_of(self.model.weights)],
            ended="done" if not state.ended else state.ended,  # type: ignore[arg-type]
            trouble=state.trouble,
            row_losses=np.stack(state.row_losses) if state.row_losses else None,
            notes=tuple(self.notes),
        )

    def predict(self, x: Array, weights: Weights | None = None) -> Array:
        """Predictions of the network with these (else its present) weights: (n,) with one output, else (n, outputs)."""
        if weights is not None:
            self.model.set_weights(weights)
        y = no_targets(self.model.loss, len(x), self.outputs)
        return self._look_at(self._looks(x, y, np.arange(len(x))))[0]

    def _on_device(self, x: Array, y: Array, weights: Array | None) -> tuple[Any, Any, Any]:
        import tensorflow as tf

        w = np.ones(len(x), dtype=np.float32) if weights is None else weights.astype(np.float32)
        return (
            tf.constant(x, dtype=tf.float32),
            tf.constant(y, dtype=tf.int32 if self._integers else tf.float32),
            tf.constant(w),
        )

    def _epoch(self, data: Any, rows: Rows, seed: int, epoch: int, stop: Callable[[], bool]) -> float | None:
        """Mean training loss of one epoch; None when it was stopped within."""
        order = epoch_order(rows, seed, epoch, self._lists)
        total = self._steps(data, *batches(order, self.batch), stop)
        return None if total is None else total / len(order)

    def _steps(self, data: tuple[Any, Any, Any], rows: Array, mask: Array, stop: Callable[[], bool]) -> float | None:
        """Summed loss of the steps of rows and mask (steps, batch); None when they were stopped within."""
        import tensorflow as tf

        steps = len(rows)
        full = ((0, self.steps - steps), (0, 0))
        given = (tf.constant(np.pad(rows, full)), tf.constant(np.pad(mask, full)))
        self._prove(data, given)
        done, total = 0, 0.0
        while done < steps:
            if stop():
                return None
            began = time.monotonic()
            until = min(steps, done + self._size)
            total += float(self._run(*data, *given, tf.constant(done), tf.constant(until)))
            took = max(time.monotonic() - began, 1e-6)
            self._size = max(1, int((until - done) * min(8.0, CALL_SECONDS / took)))
            done = until
        return total

    def _prove(self, data: tuple[Any, Any, Any], given: tuple[Any, Any]) -> None:
        """Compile by taking no step and compare one with the plain step; where XLA fails, go on without it."""
        import tensorflow as tf

        if self._proven:
            return
        none = tf.constant(0)
        try:
            self._run(*data, *given, none, none)
            apart = self._apart(data, given) if self.fused else 0.0
        except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError, tf.errors.InternalError):
            if not self.fused:
                raise
            self._unfuse("XLA cannot compile this network")
        else:
            if apart > tolerance(self.model):
                self._unfuse(f"its first step compiled by XLA was {apart:.2g} off the plain one")
        self._proven = True

    def _apart(self, data: tuple[Any, Any, Any], given: tuple[Any, Any]) -> float:
        return difference(self.model, self._run, self._look, data, given, self._chunk)

    def _unfuse(self, why: str) -> None:
        self.fused = False
        self.notes.append(f"trained without XLA, because {why}.")
        self._run, self._look = compiled(self.model, False)

    def _take_less(self) -> None:
        """Go on with half the rows per step."""
        self.batch //= 2
        self.steps = -(-self.rows // self.batch)
        self._chunk = max(1, self._chunk // 2)
        self._proven = False
        self.notes.append(f"memory ran out: the batch was halved to {self.batch} rows.")

    def _looks(self, x: Array, y: Array, rows: Rows) -> list[tuple[Any, Any, Rows]]:
        """The rows in pieces of one size, list after list: data, targets, and the places among `rows` that count."""
        import tensorflow as tf

        lists = lists_in(self.model.loss, y)
        pieces: list[tuple[Any, Any, Rows]] = []
        order = np.arange(len(rows)) if lists is None else np.argsort(lists[rows], kind="stable")
        for start in range(0, len(rows), self._chunk):
            where = order[start : start + self._chunk]
            filled = np.resize(rows[where], self._chunk)
            kind = tf.int32 if self._integers else tf.float32
            pieces.append((tf.constant(x[filled], tf.float32), tf.constant(y[filled], kind), where))
        return pieces

    def _look_at(self, pieces: list[tuple[Any, Any, Rows]]) -> tuple[Array, Array]:
        """Predictions and losses of each row, in the order of their places."""
        found: list[tuple[Any, ...]] = [(np.empty((0, self.outputs), "f"), np.empty(0, "f"), np.empty(0, int))]
        for x, y, where in pieces:
            given, loss = self._look(x, y)
            found.append((given.numpy()[: len(where)], loss.numpy()[: len(where)], where))
        predictions, losses, places = (np.concatenate(parts) for parts in zip(*found, strict=True))
        back = np.argsort(places)
        return (predictions[back, 0] if self.outputs == 1 else predictions[back]), losses[back]

    def _note(
        self,
        state: State,
        loss: float,
        seen: tuple[Array, Array] | None,
        y: Array,
        val_rows: Rows | None,
        weights: Array | None,
        score: Score | None,
        keep_rows: bool,
    ) -> None:
        state.loss.append(loss)
        if seen is not None:
            predictions, losses = seen
            weighed = losses if weights is None else losses * weights[val_rows]
            state.val_loss.append(float(weighed.mean(dtype=np.float64)))
            state.score.append(float("nan") if score is None else score(y[val_rows], predictions))
            if keep_rows:
                state.row_losses.append(losses)
        state.variables, state.optimizer, weights_now = self._held()
        if _best(state) == len(state.loss):
            state.best = weights_now

    def one_step(self, data: Any, chosen: Rows) -> float:
        """Take one optimiser step on the chosen rows (batch,) of the data on the device; their mean loss before it."""
        total = self._steps(data, chosen[None].astype(np.int32), np.ones((1, len(chosen)), np.float32), never)
        return float("nan") if total is None else total / len(chosen)

    def reset(self, weights: Weights, seed: int) -> None:
        """Begin anew: these weights, a fresh optimizer, and dropout drawn from this seed."""
        put(self.model.weights, weights)
        seeded(self.model, seed)
        put(self.model.optimizer.variables, self._fresh)

    def _held(self) -> tuple[list[Any], list[Any], list[Any]]:
        """What all variables of the network hold now, those of its optimizer, and its weights."""
        held = values_of(self.model.variables)
        return held, values_of(self.model.optimizer.variables), [held[place] for place in self._weights]

    def _restore(self, state: State) -> None:
        put(self.model.variables, state.variables)
        put(self.model.optimizer.variables, state.optimizer)


def _best(state: State) -> int:
    return int(np.argmin(state.val_loss)) + 1 if state.val_loss else len(state.loss)


def _told(state: State, epochs: int, seconds: float) -> EpochEnd:
    return EpochEnd(
        epoch=len(state.loss),
        epochs=epochs,
        loss=state.loss[-1],
        val_loss=state.val_loss[-1] if state.val_loss else None,
        score=state.score[-1] if state.score else None,
        seconds=seconds,
    )


def _explained(epoch: int, model: Model) -> str:
    rate = float(model.optimizer.learning_rate.numpy())
    return (
        f"the loss stopped being a number in epoch {epoch} at learning rate {rate:g}: "
        f"try {rate / 10:g}, or look for extreme values in the inputs or the target."
    )


def _fingerprint(trainer: Trainer, x: Array, y: Array, *rest: Any) -> str:
    """Digest of all that decides a run, so that a checkpoint is not taken up by another one."""
    layers = [(type(layer).__name__, layer.get_config()) for layer in trainer.model.layers]
    # Keras numbers the names of optimizers by how many a process has made.
    optimizer = {**trainer.model.optimizer.get_config(), "name": ""}
    settings = (layers, trainer.model.loss, optimizer)
    digest = hashlib.sha256(json.dumps(settings, default=str, sort_keys=True).encode())
    for part in (x, y, *rest, trainer.batch):
        digest.update(np.ascontiguousarray(part).tobytes() if isinstance(part, np.ndarray) else repr(part).encode())
    return digest.hexdigest()
