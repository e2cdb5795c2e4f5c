"""Each way to get more labels: whether it fits, people per row, cost, days, and which one wins."""

from __future__ import annotations

import math

from msgspec import structs

from engine.labels.costs import cheapest, days
from engine.labels.schema import Option
from engine.stats.planning import majority_error
from engine.steps import Plan
from engine.steps.labels import WAYS

THOUSAND = 1000


def ways(plan: Plan, error: float | None) -> tuple[Option, ...]:
    """All ways, the cheapest that fits marked; `error` of one rater as measured, for the people who label now."""
    options = [_option(plan, name, error) for name in WAYS]
    able = [option for option in options if option.fits and option.cost_per_label is not None]
    # A price without an error says nothing of what is bought: it wins only where no error is known at all.
    able = [option for option in able if option.effective is not None] or able
    if not able:
        return tuple(options)
    best = min(able, key=lambda option: _counted(plan, option))
    return tuple(structs.replace(option, wins=True) if option is best else option for option in options)


def _counted(plan: Plan, option: Option) -> float:
    """What is compared: cost per row where all reach the wanted error, else per label as good as a true one."""
    cost = option.cost_per_label if plan.labels.error_wanted is not None else option.effective
    return cost or option.cost_per_label or math.inf


def price_and_error(plan: Plan, name: str, measured: float | None) -> tuple[float | None, float | None]:
    """Cost of one label by one person of this kind, and the share that they get wrong; None where not known.

    Time is paid by the hour where no price of a label was given; what was measured holds for those who label now.
    """
    own = plan.labels
    timed = name in (own.who or "self", "self", "experts") and own.seconds_each and own.hourly_rate
    price = own.seconds_each / 3600 * own.hourly_rate if timed and own.seconds_each and own.hourly_rate else None
    error = measured if name == (own.who or "self") else None
    return (own.prices or {}).get(name, price), (own.errors or {}).get(name, error)


def _option(plan: Plan, name: str, measured: float | None) -> Option:
    own = plan.labels
    fits, why = _reason(plan, name)
    price, error = price_and_error(plan, name, measured)
    votes, shared, effective = own.raters or 1, None, None
    if price is not None and error is not None:
        way = cheapest(price, error, own.error_wanted)
        if way is None:
            fits = False
            why = f"one person errs on {error:.0%}: no vote of up to nine gets there"
        else:
            votes, shared, effective = way.votes, way.error, way.effective
    elif error is not None:
        shared = majority_error(votes, error)
    hours = None if own.seconds_each is None else own.seconds_each * votes * THOUSAND / 3600
    takes = None
    if own.wanted and own.seconds_each is not None and _hours(plan, name) is not None:
        takes = days(own.wanted, votes, own.seconds_each, _hours(plan, name) or 0.0)
    return Option(
        name=name,
        fits=fits,
        why=why,
        cost_per_label=None if price is None else price * votes,
        hours_per_thousand=hours,
        votes=votes,
        error=shared,
        effective=effective,
        total=None if price is None or not own.wanted else price * votes * own.wanted,
        days=None if takes is None or math.isinf(takes) else takes,
    )


def _hours(plan: Plan, name: str) -> float | None:
    """Hours of labelling a week; those of experts are their own."""
    own = plan.labels
    return own.expert_hours if name == "experts" and own.expert_hours is not None else own.hours_week


def _reason(plan: Plan, name: str) -> tuple[bool, str]:
    own = plan.labels
    private, expert_only = bool(plan.framing.private), bool(own.expertise) and own.trainable is False
    if private and name in ("crowd", "company"):
        return False, "the data must stay with the user"
    if expert_only and name in ("self", "crowd"):
        return False, "labelling needs an expert who cannot be trained"
    if name == "experts" and own.expert_hours == 0:
        return False, "no expert hours are to be had"
    return True, {
        "self": "shows what is hard",
        "crowd": "cheap and fast, and noisy",
        "company": "saves time, less control",
        "experts": "most reliable, most expensive",
    }[name]
