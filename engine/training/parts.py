"""What a network is told of neighbouring inputs of one column; no arithmetic."""

from __future__ import annotations

from math import prod
from typing import Literal

from engine.values import Value, Whole

Kind = Literal["number", "place", "id", "plain", "anchor", "sequence", "picture", "spectrum"]
"""What an input is to a network: an amount, a coordinate, the number of a category, a value to be taken as it is, one
that answers start from, the number of one of the tokens of a text, one of the values of a picture, or of a sound's
spectrum."""

LAID_OUT: tuple[Kind, ...] = ("picture", "spectrum")
"""Kinds of inputs that convolutions look at."""


class PartOfInput(Value, frozen=True):
    """Neighbouring inputs of one column: their kind, how many, how many ids there are, and the axes they are laid out
    along (row after row: height, width, channels), where there are several.
    """

    kind: Kind
    width: Whole
    size: Whole = 0
    shape: tuple[int, ...] = ()


def laid_out(kind: Kind, shape: tuple[int, ...]) -> PartOfInput:
    """Inputs along several axes."""
    return PartOfInput(kind=kind, width=prod(shape), shape=shape)


def width_of(parts: tuple[PartOfInput, ...]) -> int:
    """How many inputs there are together."""
    return sum(part.width for part in parts)
