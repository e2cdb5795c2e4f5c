"""A server that answers over HTTP: needs internet, time for a round trip, and data that may be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.target import Condition, Target

if TYPE_CHECKING:
    from engine.steps import Plan

ROUND_TRIP_MS = 500
"""What a request over the internet may take (Chollet, ch. 6: about half a second)."""


def conditions(plan: Plan) -> tuple[Condition, ...]:
    own = plan.framing
    limit = own.latency_ms
    return (
        Condition(
            holds=not own.private,
            text="the data must not leave the user" if own.private else "the data may be sent to a server",
            relax="framing.private",
        ),
        Condition(
            holds=own.internet == "reliable",
            text=f"internet where it is used: {own.internet}",
            relax="framing.internet",
        ),
        Condition(
            holds=limit is None or limit >= ROUND_TRIP_MS,
            text="no limit on the answer time"
            if limit is None
            else f"{limit:g} ms allowed, a round trip takes about {ROUND_TRIP_MS}",
            relax="framing.latency_ms",
        ),
        Condition(
            holds=own.server_cost is not False,
            text="a server may be paid for" if own.server_cost is not False else "no server may be paid for",
            relax="framing.server_cost",
        ),
    )


TARGET = Target("rest", "REST service", conditions, export="engine.targets.rest_bundle:export")
