"""The size that columns of pictures are brought to, from their files; no target is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.image.shape import measured
from engine.training.apply_picture import cells
from engine.training.decide import Decision
from engine.training.parse import Column
from engine.training.spec_picture import PictureShape


def shapes(decisions: Sequence[Decision], frame: Mapping[str, Column]) -> dict[str, PictureShape]:
    """The shape of every column of pictures that is used, over the pictures of `frame`."""
    return {
        made.column: measured([cell for cell in cells(frame[made.column]) if cell is not None])
        for made in decisions
        if made.action == "picture"
    }
