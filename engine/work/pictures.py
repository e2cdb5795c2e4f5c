"""The size that columns of pictures are brought to, from their files; no target is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.image.shape import measured, of_masks
from engine.training.apply_picture import cells
from engine.training.decide import Decision
from engine.training.decoded import Cell
from engine.training.parse import Column
from engine.training.spec_picture import PictureShape


def shapes(
    decisions: Sequence[Decision], frame: Mapping[str, Column], taken_apart: bool = False
) -> dict[str, PictureShape]:
    """The shape of every column of pictures that is used, over the pictures of `frame`.

    Where they are `taken_apart`, every point having an answer of its own, they have the size of masks.
    """
    if taken_apart:
        return {name: of_masks(cells) for name, cells in _files(decisions, frame).items()}
    return {name: measured(cells) for name, cells in _files(decisions, frame).items()}


def _files(decisions: Sequence[Decision], frame: Mapping[str, Column]) -> dict[str, list[Cell]]:
    return {
        made.column: [cell for cell in cells(frame[made.column]) if cell is not None]
        for made in decisions
        if made.action == "picture"
    }
