"""How large a network is before it is built: its parameters, and the memory that a step takes."""

from __future__ import annotations

from engine.training.hyper import Hyper
from engine.training.inputs import INPUTS
from engine.training.inputs.base import width
from engine.training.layout import Layout

SMALLEST = 32
"""Batches are not halved below this for want of memory: what does not fit then is the network."""
MOST_MEMORY = 0.5
"""Share of the free memory that one optimiser step may take."""


def batch_within(batch: int, layout: Layout, outputs: int, hyper: Hyper, free: int | None) -> int:
    """`batch` halved, down to SMALLEST, until a step takes no more than MOST_MEMORY of `free` bytes (None: unknown).

    Counted are weights, gradients, Adam's two moments and two copies that are kept of them, and per row and member
    what each layer passes on, with its gradient, before and after the activation, as float32. The rows themselves
    are not: they are there whatever the batch.
    """
    if free is None:
        return batch
    inputs = layout.width + sum(kind.held(layout.of(name), hyper) for name, kind in INPUTS.items())
    per_row = 4 * 4 * (hyper.members * (inputs + hyper.layers * hyper.units + outputs))
    fixed = 4 * 6 * count_parameters(layout, outputs, hyper)
    while batch > SMALLEST and fixed + batch * per_row > MOST_MEMORY * free:
        batch //= 2
    return batch


def count_parameters(layout: Layout, outputs: int, hyper: Hyper) -> int:
    """Numbers that the network of this architecture holds, moving averages of batch normalisation included."""
    blocks = {name: layout.of(name) for name in INPUTS}
    total = sum(kind.parameters(blocks[name], hyper) for name, kind in INPUTS.items())
    inputs = sum(kind.features(blocks[name], hyper) for name, kind in INPUTS.items())
    inputs += sum(width(blocks[name]) for name, kind in INPUTS.items() if kind.as_it_is)
    if hyper.members > 1:
        total += hyper.members * inputs
    for _ in range(hyper.layers):
        total += inputs * hyper.units + (4 * hyper.units if hyper.batch_norm else hyper.units)
        inputs = hyper.units
    return total + hyper.members * inputs * outputs + outputs
