"""Finished folds on disk: what a fold came to is written in one piece, so that no finished fold is trained twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from engine.training.history import Array, Ended, History, read_arrays, write_arrays
from engine.training.out_of_fold import FoldRun
from engine.training.spec import Preparation
from engine.training.target_code import TargetCode


class _Told(msgspec.Struct, frozen=True):
    key: str
    preparation: Preparation
    code: TargetCode
    best_epoch: int
    ended: Ended
    trouble: str
    notes: tuple[str, ...]


def keep(path: Path, run: FoldRun, key: str) -> None:
    """Write down a finished fold, all but its weights; `key` says what decided it."""
    own = run.history
    told = _Told(key, run.preparation, run.code, own.best_epoch, own.ended, own.trouble, own.notes)
    arrays: dict[str, Array] = {"rows": run.rows, "predictions": run.predictions}
    arrays |= {name: np.array(getattr(own, name)) for name in ("loss", "val_loss", "score")}
    if own.row_losses is not None:
        arrays["row_losses"] = own.row_losses
    write_arrays(path, arrays, msgspec.json.encode(told).decode())


def kept(path: Path, key: str) -> FoldRun | None:
    """The fold that was written to `path`; None where there is none, it is torn, or something else decided it."""
    found = read_arrays(path)
    if found is None:
        return None
    arrays, text = found
    try:
        told = msgspec.json.decode(text, type=_Told)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
    if told.key != key:
        return None

    def curve(name: str) -> tuple[float, ...]:
        values: list[Any] = arrays[name].tolist()
        return tuple(values)

    history = History(
        loss=curve("loss"),
        val_loss=curve("val_loss"),
        score=curve("score"),
        best_epoch=told.best_epoch,
        weights=[],
        ended=told.ended,
        trouble=told.trouble,
        row_losses=arrays.get("row_losses"),
        notes=told.notes,
    )
    return FoldRun(arrays["rows"], arrays["predictions"], history, told.preparation, told.code)
