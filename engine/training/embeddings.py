"""What a network makes of its inputs before its first dense layer, kind after kind as the registry says."""

from __future__ import annotations

from typing import Any

from engine.training.devices import Precision
from engine.training.hyper import Hyper
from engine.training.inputs import INPUTS
from engine.training.inputs.base import positions
from engine.training.inputs.names import MEMBERS
from engine.training.layout import Layout


def features(inputs: Any, layout: Layout, hyper: Hyper, precision: Precision = "float32") -> Any:
    """The features (n, f) of the inputs (n, layout.width), or (n, members, f): as they are, if nothing is embedded.

    Else the embeddings of the numbers, then the inputs that are taken as they are, then what the other kinds become.
    `precision` is that of convolutions over pictures and spectra.
    """
    import keras

    rest = as_they_are(layout)
    parts = []
    for name, kind in INPUTS.items():
        if blocks := layout.of(name):
            parts += kind.embed(inputs, blocks, hyper, precision)
        if name == "plain" and rest:
            parts.append(inputs if len(rest) == layout.width else keras.ops.take(inputs, rest, axis=1))
    joined = keras.layers.Concatenate(name="features")(parts) if len(parts) > 1 else parts[0]
    if hyper.members == 1:
        return joined
    scaled = keras.layers.EinsumDense("bf,kf->bkf", (hyper.members, joined.shape[1]), name=MEMBERS)
    return scaled(joined)


def owners(layout: Layout, hyper: Hyper) -> list[int]:
    """The input that each of the features comes from, of several its first."""
    found: list[int] = []
    for name, kind in INPUTS.items():
        found += kind.owners(layout.of(name), hyper)
        if name == "plain":
            found += as_they_are(layout)
    return found


def as_they_are(layout: Layout) -> list[int]:
    """The inputs that are features themselves."""
    return positions([block for block in layout.blocks if INPUTS[block.kind].as_it_is])
