"""An average of the best trials: whether it pays beyond chance and keeps within framing's limits, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from engine.jobs.context import Context
from engine.search.results import Ensemble, Member
from engine.search.trial import TrialResult
from engine.stats.catalogue import METRIC_INFO
from engine.stats.ensemble import Gain, gain_of, select
from engine.steps import Plan
from engine.training.hyper import Hyper
from engine.training.layout import joined
from engine.training.network import build
from engine.training.prepare import fit
from engine.training.standalone import mean_of
from engine.work.limits import too_large
from engine.work.networks import milliseconds
from engine.work.rows import Rows
from engine.work.scoring import Scored
from engine.work.settings import loss_of, recipe_of

Array = np.ndarray

TOP = 8
"""Of so many of the best trials an average is made."""
WORTH = 0.25
"""Share of the gain that matters below which an average is not worth its cost."""


def ensemble(
    plan: Plan, context: Context, rows: Rows, stacking: Scored, trials: list[TrialResult], predictions: Array
) -> Ensemble | None:
    """The average of the best of these trials, with out-of-fold `predictions` (trials, m, …); None with only one.

    It is accepted where the rows left out by the selection say so, and framing allows it.
    """
    metric, delta = METRIC_INFO[plan.metric.primary or ""], plan.metric.gain or 0.0
    sign = 1 if metric.greater_is_better else -1
    top = sorted(range(len(trials)), key=lambda at: (-sign * (trials[at].score or 0.0), at))[:TOP]
    if len(top) < 2:
        return None
    context.phase("averaging the best trials")
    oof, y, weights = predictions[top], stacking.truth(rows), rows.weights_at(stacking.rows)
    groups = stacking.rows if rows.groups is None else rows.groups[stacking.rows]
    shares = select(metric.name, y, oof, weights)
    gain = gain_of(metric.name, y, oof, delta=delta, groups=groups, weights=weights, seed=plan.project.seed)
    members = tuple(
        Member(
            number=trials[at].number,
            values=trials[at].values,
            epochs=trials[at].epochs,
            share=round(float(share), 6),
        )
        for at, share in zip(top, shares, strict=True)
        if share > 0
    )
    tried = [*(each.values for each in members), trials[top[0]].values]
    hypers = [msgspec.convert(values, Hyper) for values in tried]
    parameters, latency, single = cost(plan, rows, hypers)
    broken = too_large(plan, parameters, latency)
    accepted, sentence = judged(len(members), gain, delta, broken, latency / max(single, 1e-9))
    return Ensemble(
        members=members,
        score=gain.score,
        gain=gain.gain,
        parameters=parameters,
        latency_ms=latency,
        single_latency_ms=single,
        accepted=accepted,
        sentence=sentence,
    )


def judged(members: int, gain: Gain, delta: float, broken: str, times: float) -> tuple[bool, str]:
    """Whether the average is taken, and the sentence with the numbers behind it."""
    found = gain.gain
    numbers = f"{found.difference:+.2g}, 95 % interval {found.low:+.2g} to {found.high:+.2g}, on rows left out"
    if members < 2:
        return False, "no average of trials is better than the best one by itself"
    if found.low <= 0:
        return False, f"an average of {members} trials is not better than the best one beyond chance ({numbers})"
    if found.difference < WORTH * delta:
        return False, f"an average of {members} trials gains too little to pay for its size ({numbers})"
    if broken:
        return False, f"an average of {members} trials would gain ({numbers}) but is too large: {broken}"
    return (
        True,
        f"an average of {members} trials is better than the best one ({numbers}) and takes {times:.2g} × as long",
    )


def cost(plan: Plan, rows: Rows, hypers: Sequence[Hyper]) -> tuple[int, float, float]:
    """Parameters of the average of all but the last network, and milliseconds for one row of it and of the last.

    Afterwards this process has used tensorflow, and must not fork any more.
    """
    layout = joined([fit(recipe_of(plan), rows.inputs)])
    made = [build(layout, rows.code.outputs, each, head=rows.task.head, loss=loss_of(plan)) for each in hypers]
    whole = mean_of(made[:-1], [1 / len(made[:-1])] * len(made[:-1]))
    return whole.count_params(), milliseconds(whole, layout.width), milliseconds(made[-1], layout.width)
