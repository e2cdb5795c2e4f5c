"""A network or a reference in ONNX with its preparation: raw columns in, answers out. Needs numpy and ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from engine.errors import UserError
from engine.serving.artifact import Artifact
from engine.training.apply import transform
from engine.training.parse import Column, Floats
from engine.training.tree_inputs import codes

FILE = "model.onnx"
TAKES = "takes"
"""Key of the file's own note on what its one input is: `prepared` rows, or the `codes` that trees are asked with."""
BLOCK = 1024
"""Rows per call."""
TYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64}


class OnnxPredictor:
    """A loaded model. Safe to use from several threads, as sessions are."""

    def __init__(self, artifact: Artifact, model: Path) -> None:
        """Errors: UserError when the file cannot be read or does not fit the target."""
        self.artifact = artifact
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        # The runtime's own errors have no class in common but this.
        except Exception as error:
            said = str(error).strip().splitlines()[0]
            raise UserError(f"{model}: cannot be run ({said}); export the model again") from None
        taken, given = self._session.get_inputs()[0], self._session.get_outputs()[0]
        self._name, self._type = taken.name, TYPES[taken.type]
        told = self._session.get_modelmeta().custom_metadata_map
        self._prepare = codes if told.get(TAKES) == "codes" else transform
        if given.shape[-1] != artifact.code.outputs:
            raise UserError(
                f"{model}: gives {given.shape[-1]} numbers, the target has {artifact.code.outputs}; "
                "export the model again"
            )

    def outputs(self, columns: Mapping[str, Column]) -> Floats:
        """Predictions as metrics take them. Errors: as in `transform`."""
        inputs = np.asarray(self._prepare(self.artifact.preparation, columns), dtype=self._type)
        starts = range(0, max(len(inputs), 1), BLOCK)
        given = [self._session.run(None, {self._name: inputs[at : at + BLOCK]})[0] for at in starts]
        return self.artifact.code.natural(np.vstack(given))

    def decide(self, outputs: Floats) -> list[Any]:
        """What is said of each row, by the model's threshold where it has one."""
        return self.artifact.code.decide(outputs, self.artifact.meta.line)
