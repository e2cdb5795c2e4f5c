"""Turns the final model into a LiteRT file, in a process of its own, because a converter can crash."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.errors import UserError
from engine.files import write_atomic
from engine.serving import convert, process
from engine.serving.artifact import MODEL
from engine.training.apply import Matrix

SECONDS = 300.0
QUIET = {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "2", "KERAS_BACKEND": "tensorflow"}
"""The conversion needs no GPU, and must not take memory of one that trains."""


def make(
    model: Path, out: Path, inputs: Matrix | None = None, check: Callable[[], object] = lambda: None
) -> Matrix | None:
    """Write the LiteRT file (float32) of the model folder `model`.

    Returns what the Keras model itself predicts for `inputs` (n, width), as (n, outputs). Errors: UserError.
    """
    if not (model / MODEL).exists():
        raise UserError(f"{model / MODEL}: not there; run evaluation to make the model")
    with tempfile.TemporaryDirectory(prefix="modelwright-") as room:
        rows, predictions, made = Path(room, "rows.npy"), Path(room, "predictions.npy"), Path(room, "model.tflite")
        command = [sys.executable, "-P", convert.__file__, str(model / MODEL), str(made)]
        if inputs is not None:
            np.save(rows, inputs, allow_pickle=False)
            command += [str(rows), str(predictions)]
        process.run(command, "making the LiteRT file", SECONDS, environment=QUIET, check=check)
        if not made.exists() or made.stat().st_size == 0:
            raise UserError("making the LiteRT file: the converter wrote nothing; run evaluation again")
        write_atomic(out, made.read_bytes())
        return np.load(predictions, allow_pickle=False) if inputs is not None else None
