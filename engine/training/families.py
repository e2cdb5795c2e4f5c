"""Small networks of several kinds, each in two configurations, to try before any search; imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from engine.training.hyper import Hyper, advised_batch
from engine.training.inputs import INPUTS
from engine.training.inputs.convolutions import AUGMENT
from engine.training.layout import Layout
from engine.training.parts import LAID_OUT

RATE = 3e-3
FEW_PICTURES = 4
"""Pictures with masks in a step."""
WIDE = 1000
"""Inputs beyond which they are counts of many words, of which each row has few."""


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of network: its title, its configurations for a number of training rows, the first one first, and whether
    it is worth a try on inputs of a layout.
    """

    title: str
    configurations: Callable[[int], tuple[Hyper, ...]]
    fits: Callable[[Layout], bool] = lambda layout: True
    named: bool = False
    """Whether it is tried only where a kind of prediction names it."""


def has_tokens(layout: Layout) -> bool:
    return bool(layout.of("sequence"))


def is_laid_out(layout: Layout) -> bool:
    """Whether there are pictures or spectra, which are most of what there is to learn."""
    return any(block.kind in LAID_OUT for block in layout.blocks)


def has_numbers(layout: Layout) -> bool:
    return bool(layout.of("number") or layout.of("place"))


def is_wide(layout: Layout) -> bool:
    """Whether a network of many members would be large: it scales every input for each of them."""
    return sum(block.width for block in layout.blocks if INPUTS[block.kind].as_it_is) > WIDE


def _linear(rows: int) -> tuple[Hyper, ...]:
    batch = advised_batch(rows)
    return (
        Hyper(layers=0, learning_rate=1e-2, batch=batch),
        Hyper(layers=0, learning_rate=1e-2, l2=1e-3, batch=batch),
    )


def _dense(rows: int) -> tuple[Hyper, ...]:
    batch = advised_batch(rows)
    return (
        Hyper(units=32, learning_rate=RATE, batch=batch),
        Hyper(units=64, layers=2, dropout=0.2, weight_decay=0.01, learning_rate=RATE, batch=batch),
    )


def _periodic(rows: int) -> tuple[Hyper, ...]:
    first, second = _dense(rows)
    return _with_numbers(first), _with_numbers(second)


def _members(rows: int) -> tuple[Hyper, ...]:
    first = Hyper(
        units=32,
        layers=2,
        dropout=0.1,
        weight_decay=0.01,
        learning_rate=RATE,
        batch=advised_batch(rows),
        numbers="periodic",
        members=8,
    )
    return first, msgspec.structs.replace(first, units=64, sigma=1.0, frequencies=16)


def _dropped(rows: int) -> tuple[Hyper, ...]:
    """Strong dropout instead of few units: on counts of words every network explains its training rows."""
    batch = advised_batch(rows)
    return (
        Hyper(units=64, dropout=0.5, learning_rate=1e-3, batch=batch),
        Hyper(units=64, layers=2, dropout=0.5, learning_rate=1e-3, batch=batch),
    )


def _windows(rows: int) -> tuple[Hyper, ...]:
    first = Hyper(units=64, dropout=0.5, learning_rate=1e-3, batch=advised_batch(rows), sequence="convolution")
    return first, msgspec.structs.replace(first, token=64, filters=128, window=5)


def _varied(rows: int) -> tuple[Hyper, ...]:
    """Pictures that are never quite the same twice; mirrored ones last, because a mirrored sign may be another sign."""
    first = Hyper(layers=0, learning_rate=RATE, batch=advised_batch(rows), augment=AUGMENT)
    return first, msgspec.structs.replace(first, maps=32, flip=True)


def _masks(rows: int) -> tuple[Hyper, ...]:
    """Few pictures in a step: each holds thousands of points to learn from."""
    first = Hyper(learning_rate=RATE, batch=FEW_PICTURES, maps=8)
    return first, msgspec.structs.replace(first, maps=16, dropout=0.2)


def suiting(names: tuple[str, ...], layout: Layout) -> list[Family]:
    """The families of these names, or where there are none all that fit the inputs."""
    return [each for each in FAMILIES if (each.title in names if names else not each.named and each.fits(layout))]


def _with_numbers(hyper: Hyper) -> Hyper:
    return msgspec.structs.replace(hyper, numbers="periodic", weight_decay=0.01)


FAMILIES = (
    Family("linear network", _linear),
    Family("dense network", _dense),
    Family("dense network with periodic numbers", _periodic, has_numbers),
    Family(
        "ensemble of members with periodic numbers",
        _members,
        lambda layout: not (is_wide(layout) or is_laid_out(layout)),
    ),
    Family("dense network with strong dropout", _dropped, is_wide),
    Family("convolutions over words", _windows, has_tokens),
    Family("convolutions over varied pictures", _varied, is_laid_out),
    Family("encoder and decoder", _masks, named=True),
)
"""From the simplest to the strongest, which is also from the cheapest to the dearest."""
