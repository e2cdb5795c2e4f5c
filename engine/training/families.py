"""Small networks of several kinds, each in two configurations, to try before any search; imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from engine.training.hyper import Hyper, advised_batch

RATE = 3e-3


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of network: its title, and its configurations for a number of training rows, the first one first."""

    title: str
    configurations: Callable[[int], tuple[Hyper, ...]]


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


def _with_numbers(hyper: Hyper) -> Hyper:
    return msgspec.structs.replace(hyper, numbers="periodic", weight_decay=0.01)


FAMILIES = (
    Family("linear network", _linear),
    Family("dense network", _dense),
    Family("dense network with periodic numbers", _periodic),
    Family("ensemble of members with periodic numbers", _members),
)
"""From the simplest to the strongest, which is also from the cheapest to the dearest."""
