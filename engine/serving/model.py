"""The network in LiteRT with its preparation: raw columns in, answers out. Needs numpy and LiteRT only."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from engine.errors import UserError
from engine.serving.artifact import Artifact
from engine.training.apply import Matrix, transform
from engine.training.parse import Column, Floats

NETWORK = "model.tflite"
BLOCK = 1024
"""Rows per call of the network."""


class Predictor:
    """A loaded model. Safe to use from several threads: one interpreter, one lock."""

    def __init__(self, artifact: Artifact, network: Path) -> None:
        """Errors: UserError when the network cannot be read or does not fit the preparation."""
        self.artifact = artifact
        self._lock = threading.Lock()
        try:
            # Without a delegate nothing is printed and the batch may change its size.
            self._network = Interpreter(
                str(network),
                num_threads=1,
                experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
            )
            self._network.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise UserError(f"{network}: cannot be run ({str(error).strip()}); export the model again") from None
        taken, given = self._network.get_input_details()[0], self._network.get_output_details()[0]
        self._input, self._output, self._rows = taken["index"], given["index"], int(taken["shape"][0])
        # A network of whole numbers has a fixed number of rows, and some of its operations hold to it.
        self._most = BLOCK if int(taken["shape_signature"][0]) == -1 else self._rows
        width, outputs = artifact.preparation.width, artifact.code.outputs
        if int(taken["shape"][1]) != width or int(given["shape"][1]) != outputs:
            raise UserError(
                f"{network}: takes {taken['shape'][1]} and gives {given['shape'][1]} numbers, the preparation makes "
                f"{width} and the target has {outputs}; export the model again"
            )

    def outputs(self, columns: Mapping[str, Column]) -> Floats:
        """Predictions as metrics take them. Errors: as in `transform`."""
        return self.artifact.code.natural(self.network(transform(self.artifact.preparation, columns)))

    def decide(self, outputs: Floats) -> list[Any]:
        """What is said of each row, by the model's threshold where it has one."""
        return self.artifact.code.decide(outputs, self.artifact.meta.line)

    def network(self, inputs: Matrix) -> Matrix:
        """What the network gives (n, outputs) for prepared rows (n, width)."""
        given = np.empty((len(inputs), self.artifact.code.outputs), dtype=np.float32)
        with self._lock:
            for start in range(0, len(inputs), self._most):
                block = np.ascontiguousarray(inputs[start : start + self._most], dtype=np.float32)
                if len(block) != self._rows:
                    self._network.resize_tensor_input(self._input, block.shape)
                    self._network.allocate_tensors()
                    self._rows = len(block)
                self._network.set_tensor(self._input, block)
                self._network.invoke()
                given[start : start + len(block)] = self._network.get_tensor(self._output)
        return given
