"""Ways to get more labels: redundancy, cost per effective label, calendar, batches to accept. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, inf

from engine.stats.planning import majority_error

VOTES = (1, 3, 5, 7, 9)
"""Numbers of people per row that are compared; even ones tie."""
ACCEPTED_RISK, REJECTED_RISK = 0.05, 0.10
"""Chances that a batch as good as agreed is sent back, and that one too bad to take is taken (the usual ones)."""
MOST_CHECKED = 2000


@dataclass(frozen=True)
class Way:
    """Votes per row, error of their majority, cost per row, and cost per label as good as a true one."""

    votes: int
    error: float
    cost: float
    effective: float


def cheapest(price: float, error: float, wanted_error: float | None) -> Way | None:
    """The votes per row that cost least: per row where the majority's error reaches `wanted_error`, else per effective
    label, cost / (1 − 2ε)² (binary labels with symmetric noise carry (1 − 2ε)² of a true label's information).

    `price` of one label by one person, `error` of one person. None where no number of votes gets there.
    """
    if error >= 0.5:
        return None
    found = []
    for votes in VOTES:
        shared = majority_error(votes, error)
        found.append(Way(votes, shared, price * votes, price * votes / (1 - 2 * shared) ** 2))
    if wanted_error is None:
        return min(found, key=lambda way: way.effective)
    return min((way for way in found if way.error <= wanted_error), key=lambda way: way.cost, default=None)


def days(labels: float, votes: int, seconds: float, hours_a_week: float) -> float:
    """Calendar days until so many rows have their votes. Infinite with no hours a week."""
    return inf if hours_a_week <= 0 else labels * votes * seconds / 3600 / hours_a_week * 7


def break_even(tool_cost: float, seconds_saved: float, hourly_rate: float) -> float:
    """Labels from which a tool pays that saves so many seconds on each."""
    return tool_cost / (seconds_saved / 3600 * hourly_rate)


def accepted(checked: int, allowed: int, batch: int, bad: float) -> float:
    """Chance that a batch with a share `bad` of wrong labels is taken: at most `allowed` wrong of `checked` rows.

    Hypergeometric, the wrong labels of the batch rounded to whole ones (Dodge and Romig, 1959).
    """
    wrong = round(bad * batch)
    ways = sum(comb(wrong, k) * comb(batch - wrong, checked - k) for k in range(min(allowed, wrong, checked) + 1))
    return ways / comb(batch, checked)


def sampling_plan(batch: int, good: float, bad: float) -> tuple[int, int] | None:
    """Rows to check in each batch, and wrong ones allowed: a batch with a share `good` of wrong labels is sent back in
    at most 5 %, one with a share `bad` taken in at most 10 %. None where the batch is too small for that.
    """
    allowed = 0
    for checked in range(1, min(batch, MOST_CHECKED) + 1):
        while accepted(checked, allowed, batch, good) < 1 - ACCEPTED_RISK:
            allowed += 1
        if accepted(checked, allowed, batch, bad) <= REJECTED_RISK:
            return checked, allowed
    return None
