"""What a training run leaves: its curves, its weights, how it ended; and its checkpoint on disk (no pickle)."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Score: TypeAlias = Callable[[Array, Array], float]
Ended: TypeAlias = Literal["done", "patience", "stopped", "broken"]


@dataclass(frozen=True, slots=True)
class EpochEnd:
    """One finished epoch (from 1) of `epochs`: mean loss per row without weight decay; None without validation rows."""

    epoch: int
    epochs: int
    loss: float
    val_loss: float | None
    score: float | None
    seconds: float


class Pruned(Exception):
    """A run was given up on the way: in which fold (from 0), after which epoch, with which score there."""

    def __init__(self, fold: int, epoch: int, value: float | None) -> None:
        super().__init__(f"given up in fold {fold + 1} after epoch {epoch}")
        self.fold, self.epoch, self.value = fold, epoch, value


@dataclass(frozen=True, slots=True)
class History:
    """A training run: one value per epoch, the weights in `model.get_weights()` order, and how it ended.

    `best_epoch` counts from 1: the lowest validation loss, or the last epoch without validation rows; 0 when no epoch
    was finished. `row_losses` (epochs, validation rows) is there when asked for. `trouble` is one sentence when the
    loss stopped being a number; the weights are then those before. `notes`: what the trainer did otherwise than asked.
    """

    loss: tuple[float, ...]
    val_loss: tuple[float, ...]
    score: tuple[float, ...]
    best_epoch: int
    weights: list[Array]
    ended: Ended
    trouble: str = ""
    row_losses: Array | None = None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class State:
    """A run between two epochs: everything that goes into a checkpoint; values of variables as tensors or arrays."""

    variables: list[Any]
    optimizer: list[Any]
    best: list[Any]
    loss: list[float]
    val_loss: list[float]
    score: list[float]
    row_losses: list[Array]
    ended: str = ""
    trouble: str = ""


def save(path: Path, state: State, key: str) -> None:
    """Write a checkpoint in one piece; `key` says which run it belongs to."""
    arrays: dict[str, Array] = {
        f"{group}.{number}": np.asarray(array)
        for group in ("variables", "optimizer", "best", "row_losses")
        for number, array in enumerate(getattr(state, group))
    }
    arrays["curves"] = np.array([state.loss, *([state.val_loss, state.score] if state.val_loss else [])])
    meta = {"key": key, "ended": state.ended, "trouble": state.trouble}
    write_arrays(path, arrays, json.dumps(meta))


def load(path: Path, key: str) -> State | None:
    """The checkpoint at `path`; None where there is none, it is torn, or it belongs to another run."""
    found = read_arrays(path)
    if found is None:
        return None
    arrays, meta = found[0], json.loads(found[1])
    if meta["key"] != key:
        return None
    curves = [[float(value) for value in curve] for curve in arrays["curves"]]

    def group(name: str) -> list[Array]:
        return [arrays[f"{name}.{number}"] for number in range(sum(array.startswith(f"{name}.") for array in arrays))]

    return State(
        variables=group("variables"),
        optimizer=group("optimizer"),
        best=group("best"),
        loss=curves[0],
        val_loss=curves[1] if len(curves) > 1 else [],
        score=curves[2] if len(curves) > 1 else [],
        row_losses=group("row_losses"),
        ended=meta["ended"],
        trouble=meta["trouble"],
    )


def write_arrays(path: Path, arrays: dict[str, Array], text: str) -> None:
    """Write arrays and a text into one file, in one piece and without pickle."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with unfinished.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays, meta=np.array(text))
    unfinished.replace(path)


def read_arrays(path: Path) -> tuple[dict[str, Array], str] | None:
    """What `write_arrays` wrote; None where there is nothing or it is torn."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
            return arrays, str(arrays.pop("meta"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
