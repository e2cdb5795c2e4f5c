"""As an ONNX file: one file for the many runtimes that read that format, with what prepares its rows beside it."""

from __future__ import annotations

from engine.target import Target
from engine.targets import device

TARGET = Target(
    "onnx",
    "As an ONNX file",
    device.conditions,
    export="engine.targets.onnx_bundle:export",
    packages=("onnx", "onnxruntime", "tf2onnx"),
)
