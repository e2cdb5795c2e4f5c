"""Values that a network takes as they are."""

from __future__ import annotations

from engine.training.inputs.base import InputKind

KIND = InputKind(as_it_is=True)
