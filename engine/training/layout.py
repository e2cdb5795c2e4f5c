"""Where each column's inputs lie and of what kind they are: what a network has to know of a preparation."""

from __future__ import annotations

from collections.abc import Sequence

from engine.training.parts import Kind, PartOfInput
from engine.training.spec import Preparation
from engine.values import Value, Whole

ORDER: tuple[Kind, ...] = ("number", "place", "id", "plain", "anchor", "sequence", "picture", "spectrum")
"""The inputs of one column follow one another in this order."""


class Block(Value, frozen=True):
    """Neighbouring inputs of one column, all of one kind; `size` is how many ids there are where they are ids
    or tokens, `shape` their axes (height, width, channels) where they are laid out along several."""

    column: str
    kind: Kind
    start: Whole
    width: Whole
    size: Whole = 0
    shape: tuple[int, ...] = ()


class Layout(Value, frozen=True):
    """All inputs of a network, block after block."""

    blocks: tuple[Block, ...]

    @property
    def width(self) -> int:
        """Numbers per row."""
        return sum(block.width for block in self.blocks)

    def of(self, kind: Kind) -> tuple[Block, ...]:
        """The blocks of one kind."""
        return tuple(block for block in self.blocks if block.kind == kind)


def joined(preparations: Sequence[Preparation]) -> Layout:
    """The smallest layout that holds all of them: folds fit their own encoders, and share one network.

    The preparations treat the same columns in the same order, as those of one recipe do.
    """
    found: dict[tuple[str, Kind], PartOfInput] = {}
    for preparation in preparations:
        for encoder in preparation.encoders:
            for kind in ORDER:
                found.setdefault((encoder.name, kind), PartOfInput(kind=kind, width=0))
            for part in encoder.parts_of_input:
                before = found[encoder.name, part.kind]
                found[encoder.name, part.kind] = PartOfInput(
                    part.kind, max(before.width, part.width), max(before.size, part.size), part.shape or before.shape
                )
    blocks, start = [], 0
    for (column, kind), part in found.items():
        if part.width:
            blocks.append(Block(column, kind, start, part.width, part.size, part.shape))
            start += part.width
    return Layout(blocks=tuple(blocks))


def places(preparation: Preparation, layout: Layout) -> list[int]:
    """The position in the layout of each input of the preparation, in the preparation's order."""
    starts = {(block.column, block.kind): block.start for block in layout.blocks}
    return [
        starts[encoder.name, part.kind] + offset
        for encoder in preparation.encoders
        for part in encoder.parts_of_input
        for offset in range(part.width)
    ]
