"""The pictures of a report, as values: which scores, which curves. A report without pictures loses no number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.report import representative, trials
from engine.report.blocks import Block, Curves, Intervals, Table
from engine.report.words import number, words
from engine.values import Score

if TYPE_CHECKING:
    from engine.steps import Plan


def scores(plan: Plan) -> list[Block]:
    """Every predictor's score in the metric that decides, side by side, as a table and a picture."""
    found = _scores(plan)
    if not found:
        return []
    rows = tuple(
        (
            name,
            number(score.value),
            words(score.low),
            words(score.high),
            words(score.n or None),
            score.how,
            f"[{where}]",
        )
        for name, score, where in found
    )
    metric = found[0][1].metric
    picture = Intervals(metric, tuple((name, score.value, score.low, score.high) for name, score, _ in found))
    return [Table(("Predictor", metric, "Low", "High", "Rows", "How", ""), rows), picture]


def _scores(plan: Plan) -> list[tuple[str, Score, str]]:
    found = []
    if base := plan.baseline.result:
        found += [(named.name, named.score, "baseline.result.naive") for named in base.naive]
        found += [(named.name, named.score, "baseline.result.references") for named in base.references]
        found.append(("small network", base.network.score, "baseline.result.network.score"))
    if tuned := plan.tuning.result:
        found.append(("best trial, as read", tuned.best.score, "tuning.result.best.score"))
        found.append(("best trial, corrected", tuned.best.corrected, "tuning.result.best.corrected"))
        if tuned.ensemble is not None:
            taken = "taken" if tuned.ensemble.accepted else "not taken"
            found.append((f"average of trials, {taken}", tuned.ensemble.score, "tuning.result.ensemble.score"))
    if tested := plan.evaluation.result:
        found += [("sealed test", score, "evaluation.result.test") for score in tested.test[:1]]
    return [entry for entry in found if entry[1].metric == found[0][1].metric]


def of_step(plan: Plan, step: str) -> list[Block]:
    """The pictures of a step's result, where it has any."""
    if step == "data" and plan.data.result:
        return representative.pictures(plan.data.result)
    if step == "overfit" and plan.overfit.result:
        return [
            Curves(
                f"{number(rung.layers)} layers of {number(rung.units)} units",
                "epoch",
                (("training loss", rung.loss), ("validation loss", rung.validation_loss)),
            )
            for rung in plan.overfit.result.rungs
        ]
    if step == "tuning" and plan.tuning.result:
        return trials.pictures(plan.tuning.result)
    return []
