"""A bundle, whatever model is in it: every file checked, then ready to answer. Shipped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from engine.errors import UserError
from engine.serving import checksums, plain
from engine.serving.artifact import Artifact, load_artifact
from engine.training.parse import Column, Floats

MODELS = ("model.tflite", plain.FILE, "model.onnx")
"""What the one model of a folder is called."""


class Answers(Protocol):
    """A model that takes raw columns: a network, or a reference written down as plain numbers."""

    artifact: Artifact

    def outputs(self, columns: Mapping[str, Column]) -> Floats:
        """Predictions as metrics take them. Errors: UserError for columns that are not as they were."""

    def decide(self, outputs: Floats) -> list[Any]:
        """What is said of each row, by the model's threshold where it has one."""


def open_bundle(folder: Path) -> Answers:
    """The model of an exported folder. Errors: UserError naming the file that is not as it was written."""
    if not folder.is_dir():
        raise UserError(f"{folder}: no bundle there; run deployment to export one")
    checksums.check(folder)
    file = next((folder / name for name in MODELS if (folder / name).exists()), folder / MODELS[0])
    return open_model(load_artifact(folder), file)


def open_model(artifact: Artifact, file: Path) -> Answers:
    """What is in one file, by what it is called. Errors: UserError when it cannot be read or does not fit."""
    # Each kind of file has a runtime of its own, and a folder asks for that one only.
    match file.suffix:
        case ".json":
            return plain.PlainPredictor(artifact, plain.read(file))
        case ".onnx":
            from engine.serving.onnx_model import OnnxPredictor

            return OnnxPredictor(artifact, file)
        case _:
            from engine.serving.model import Predictor

            return Predictor(artifact, file)
