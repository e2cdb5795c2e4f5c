"""Turns the final model into LiteRT or ONNX files, in a process of its own, because a converter can crash."""

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from engine.errors import UserError
from engine.files import write_atomic
from engine.serving import convert, onnx_convert, process
from engine.serving.artifact import MODEL
from engine.training.apply import Matrix

SECONDS = 300.0
ONNX = "onnx"
QUIET = {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "2", "KERAS_BACKEND": "tensorflow"}
"""The conversion needs no GPU, and must not take memory of one that trains."""


def make(
    model: Path,
    out: Path,
    inputs: Matrix | None = None,
    check: Callable[[], object] = lambda: None,
    form: str = "float32",
) -> Matrix | None:
    """Write the file of the model folder `model` in one form: of LiteRT, or `onnx`.

    Returns what the Keras model itself predicts for `inputs` (n, width), as (n, outputs). Errors: UserError.
    """
    with tempfile.TemporaryDirectory(prefix="modelwright-") as room:
        rows, predictions = Path(room, "rows.npy"), Path(room, "predictions.npy")
        more = []
        if inputs is not None:
            np.save(rows, inputs, allow_pickle=False)
            more = ["--inputs", str(rows), "--predictions", str(predictions)]
        if form != ONNX:
            more += ["--forms", form]
        _convert(model, Path(room), more, check, onnx_convert.__file__ if form == ONNX else convert.__file__)
        made = next(Path(room).glob(f"{form}.*"), None)
        if made is None or made.stat().st_size == 0:
            raise UserError(f"writing the network as {form}: the converter wrote nothing; run evaluation again")
        write_atomic(out, made.read_bytes())
        return np.load(predictions, allow_pickle=False) if inputs is not None else None


def make_forms(
    model: Path, folder: Path, forms: Sequence[str], sample: Matrix, check: Callable[[], object] = lambda: None
) -> dict[str, str]:
    """Write `folder/FORM.tflite` for each form; `sample` (m, width) are training rows that show the range of numbers.

    Returns why, for those that could not be written: a converter that crashes costs its own form only.
    """
    failed: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="modelwright-") as room:
        rows = Path(room, "sample.npy")
        np.save(rows, sample, allow_pickle=False)
        waiting = list(forms)
        while waiting:
            try:
                _convert(model, folder, ["--forms", *waiting, "--sample", str(rows)], check)
            except UserError as error:
                broken = next((form for form in waiting if not (folder / f"{form}.tflite").exists()), None)
                if broken is None:
                    break
                failed[broken] = str(error)
                waiting = waiting[waiting.index(broken) + 1 :]
                (folder / f".{broken}.part.tflite").unlink(missing_ok=True)
            else:
                break
    return failed


def _convert(
    model: Path, out: Path, more: Sequence[str], check: Callable[[], object], script: str = convert.__file__
) -> None:
    if not (model / MODEL).exists():
        raise UserError(f"{model / MODEL}: not there; run evaluation to make the model")
    command = [sys.executable, "-P", script, str(model / MODEL), str(out), *more]
    process.run(command, "writing the network", SECONDS, environment=QUIET, check=check)
