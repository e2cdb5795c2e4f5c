"""The kinds of inputs of a network. Adding one is one file, one line here, and its name in `parts.Kind`."""

from __future__ import annotations

from engine.training.inputs import anchor, ids, number, picture, place, plain, sequence, spectrum
from engine.training.inputs.base import InputKind
from engine.training.parts import Kind

INPUTS: dict[Kind, InputKind] = {
    "number": number.KIND,
    "place": place.KIND,
    "plain": plain.KIND,
    "id": ids.KIND,
    "anchor": anchor.KIND,
    "sequence": sequence.KIND,
    "picture": picture.KIND,
    "spectrum": spectrum.KIND,
}
"""In the order in which their features are joined."""
