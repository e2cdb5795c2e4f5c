"""The steps where groups of rows are looked for: no target, no labels, stability instead of right answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.goals import GOALS
from engine.step import Step
from engine.steps import STEPS
from engine.steps.reads import ROWS
from engine.values import Advice, Advised, Note, Verdict

if TYPE_CHECKING:
    from engine.steps import Plan

FOUND = (*ROWS, "preparation.result")


def steps(plan: Plan) -> dict[str, Step]:
    """The steps that go another way; the others are as usual."""
    return {
        "framing": replace(STEPS["framing"], verdict=_framed),
        "labels": replace(STEPS["labels"], verdict=_labels),
        "metric": replace(
            STEPS["metric"], advise=_of_metric, verdict=_metric, job="engine.clustering.jobs:metric", reads=ROWS
        ),
        "protocol": replace(
            STEPS["protocol"], advise=_nothing, verdict=_protocol, job="engine.clustering.jobs:protocol", reads=ROWS
        ),
        "baseline": replace(
            STEPS["baseline"], advise=_nothing, verdict=_searched, job="engine.clustering.jobs:search", reads=FOUND
        ),
        "overfit": replace(STEPS["overfit"], advise=_nothing, verdict=_climbed, job="", reads=("baseline.result",)),
        "tuning": replace(STEPS["tuning"], advise=_nothing, verdict=_tuned, job="", reads=("baseline.result",)),
        "evaluation": replace(
            STEPS["evaluation"],
            advise=_nothing,
            job="engine.clustering.jobs:assigned",
            reads=(*FOUND, "baseline.result"),
            needs=("data", "preparation", "baseline"),
        ),
    }


def _nothing(plan: Plan) -> Advice:
    return Advice()


def _framed(plan: Plan) -> Verdict:
    result = plan.framing.result
    if result is None or result.reading is None:
        return Verdict(outcome="undecided", reason="no data yet: answer framing.data with the path of a file")
    goal = GOALS[plan.framing.task or ""]
    return Verdict(outcome="passed", reason=f"{len(result.reading.columns)} columns; {goal.depth}: {goal.sentence}")


def _labels(plan: Plan) -> Verdict:
    return Verdict(outcome="passed", reason="no labels are needed: groups are found, not foretold")


def _of_metric(plan: Plan) -> Advice:
    told = "the number that decides is stability: the adjusted Rand index of clusterings of two samples of the rows"
    return Advice({"gain": Advised(0.1, "a tenth of the way from chance to the same clusters")}, (Note("note", told),))


def _metric(plan: Plan) -> Verdict:
    if plan.metric.result is None:
        return Verdict(outcome="undecided", reason="the rows are not counted yet")
    reason = f"stability decides, 0.6 at least, above rows without clusters; {plan.metric.result.rows:,} rows"
    return Verdict(outcome="passed", reason=reason)


def _protocol(plan: Plan) -> Verdict:
    result = plan.protocol.result
    if result is None:
        return Verdict(outcome="undecided", reason="not worked out yet")
    pairs = result.folds // 2
    return Verdict(outcome="passed", reason=f"{pairs} pairs of bootstrap samples of {result.scored:,} rows")


def _searched(plan: Plan) -> Verdict:
    result = plan.baseline.result
    if result is None:
        return Verdict(outcome="undecided", reason="clusters were not looked for yet")
    return Verdict(outcome="passed" if result.outcome == "beats" else "failed", reason=result.sentence)


def _climbed(plan: Plan) -> Verdict:
    return Verdict(outcome="undecided", reason="nothing to overfit: the search for clusters climbed their number")


def _tuned(plan: Plan) -> Verdict:
    reason = "nothing to tune: kind and number of clusters were chosen by stability, gap and BIC"
    return Verdict(outcome="undecided", reason=reason)
