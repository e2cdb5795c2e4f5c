"""Values that the answer starts from; the layers before it do not see them (see `network.anchored`)."""

from __future__ import annotations

from engine.training.inputs.base import InputKind

KIND = InputKind()
