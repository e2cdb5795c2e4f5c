"""What the name and the range of an amount say of its kind."""

import re

from engine.data.schema import TargetColumn

COUNT = re.compile(
    r"(^|[_\W])(cnt|counts?|n|num|number|nr|no|visits?|calls?|claims?|accidents?|arrivals?|orders?|sales|tickets?|"
    r"events?|goals?|rings|trips?|rentals?|bikes?|passages?|cyclists?|pedestrians?|riders?)($|[_\W])",
    re.IGNORECASE,
)
SHARE = re.compile(
    r"(^|[_\W])(shares?|rates?|ratio|proportion|fraction|prob(ability)?|percent(age)?|pct|score|index)($|[_\W])",
    re.IGNORECASE,
)


LARGE = 10_000.0
"""Mean from which whole numbers are rather amounts of money than counts."""


def named_count(target: TargetColumn) -> bool:
    """Whether it holds whole numbers from 0 on, and is called a count."""
    return counted(target) and COUNT.search(target.column) is not None


def counted(target: TargetColumn) -> bool:
    """Whether it holds whole numbers from 0 on."""
    return target.kind == "numeric" and target.integer and (target.minimum is None or target.minimum >= 0)


def like_count(target: TargetColumn) -> bool:
    """Whether its whole numbers are as small and reach as far down as those of things that are counted."""
    if not counted(target) or target.mean is None or target.minimum is None:
        return False
    return target.mean < LARGE and target.minimum < target.mean / 2


def named_share(target: TargetColumn) -> bool:
    """Whether it is called a share, a rate or a score."""
    return SHARE.search(target.column) is not None


def within_one(target: TargetColumn) -> bool:
    """Whether it lies between 0 and 1 and not at the ends alone."""
    known = target.minimum is not None and target.maximum is not None
    return bool(known and target.minimum >= 0 and target.maximum <= 1 and not target.integer)  # type: ignore[operator]
