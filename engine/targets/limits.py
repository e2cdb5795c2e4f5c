"""The answers of framing that rule places out, and what giving each of them up costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Limit:
    """One answer: what it is when nothing is ruled out, and how dear it is to give way, from 1 to 9, and in words.

    Prices put in order what is a matter of degree (a little of the score, a few seconds), of money every month, and of
    promises; their sum tells which place is nearest where several answers rule it out.
    `values` are those a number is moved through, the strictest last.
    """

    free: Any
    price: int
    cost: str
    values: tuple[float, ...] = ()


LIMITS: dict[str, Limit] = {
    "accuracy_first": Limit(False, 1, "a little of the score, measured before it is accepted"),
    "size_mb": Limit(None, 2, "a longer download", (50.0, 10.0, 5.0, 1.0, 0.2, 0.05, 0.01)),
    "updates": Limit("rarely", 2, "an older model in use"),
    "latency_ms": Limit(None, 3, "slower answers", (1000.0, 500.0, 200.0, 100.0, 20.0, 5.0, 1.0)),
    "memory_mb": Limit(None, 4, "devices with more memory", (512.0, 64.0, 16.0, 4.0, 1.0, 0.1, 0.01)),
    "server_cost": Limit(True, 5, "a server, paid every month"),
    "internet": Limit("reliable", 6, "a line where there is none"),
    "secret": Limit(False, 8, "weights that anybody can copy"),
    "private": Limit(False, 9, "a promise to those whom the data are about, and often the law"),
}
"""By field of framing, the cheapest to give up first."""


MODEL = Limit("network", 3, "the better score of the model in the network's place")
"""What it costs to ship the network after all."""


def price(paths: tuple[str, ...]) -> int:
    """What giving up these answers costs together."""
    return sum(_limit(path).price for path in dict.fromkeys(paths))


def costs(paths: tuple[str, ...]) -> str:
    """The same in words."""
    return " and ".join(_limit(path).cost for path in dict.fromkeys(paths))


def _limit(path: str) -> Limit:
    return MODEL if path == "deployment.model" else LIMITS[path.removeprefix("framing.")]
