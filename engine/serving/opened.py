"""A bundle, whatever model is in it: every file checked, then ready to answer. Shipped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from engine.errors import UserError
from engine.serving import checksums, plain
from engine.serving.artifact import Artifact, load_artifact
from engine.training.parse import Column, Floats


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
    written = folder / plain.FILE
    if written.exists():
        return plain.PlainPredictor(load_artifact(folder), plain.read(written))
    # A bundle of trees or a linear model is served where LiteRT is not installed.
    from engine.serving.model import NETWORK, Predictor

    return Predictor(load_artifact(folder), folder / NETWORK)
