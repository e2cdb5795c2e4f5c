"""Which columns say where a row is; light, from their names alone."""

from __future__ import annotations

from collections.abc import Iterable

LATITUDE = ("latitude", "lat")
LONGITUDE = ("longitude", "lon", "lng", "long")


def coordinates(names: Iterable[str]) -> tuple[str, str] | None:
    """The columns of latitude and longitude that belong together (their names differ by that word only), or None."""
    known = list(names)
    for name in known:
        words = _words(name)
        for north, east in ((north, east) for north in LATITUDE for east in LONGITUDE if north in words):
            wanted = [east if word == north else word for word in words]
            found = next((other for other in known if _words(other) == wanted), None)
            if found is not None:
                return name, found
    return None


def pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    """All such pairs of columns, in the order in which the latitudes come."""
    left, found = list(names), []
    while (pair := coordinates(left)) is not None:
        found.append(pair)
        left = [name for name in left if name not in pair]
    return found


def _words(name: str) -> list[str]:
    return name.lower().replace("_", " ").replace("-", " ").replace(".", " ").split()
