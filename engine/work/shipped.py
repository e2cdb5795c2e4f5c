"""The reference that is shipped in the network's place: learned again from all development rows, with its own line."""

from __future__ import annotations

import os
from dataclasses import dataclass

from engine import __version__
from engine.errors import UserError
from engine.jobs.context import Context
from engine.serving.artifact import Meta
from engine.stats.thresholds import cost_threshold, default_threshold
from engine.steps import Plan
from engine.training.kind import kind_of
from engine.training.references import REFERENCES, refer
from engine.training.written import Written, write
from engine.work.rows import Rows, folds, load_rows
from engine.work.scoring import scored
from engine.work.settings import recipe_of


@dataclass(frozen=True)
class Shipped:
    """A reference, written down, and what a server needs beside it."""

    written: Written
    meta: Meta


def shipped(plan: Plan, context: Context, name: str) -> Shipped:
    """As `beside` learned it for the sealed rows. Errors: UserError where it cannot be written down; Stopped."""
    rows = load_rows(plan, context.project)
    context.phase(f"learning {REFERENCES[name].title} from all development rows")
    if rows.kind.whole_pictures:
        raise UserError("a reference of whole pictures is not written down: ship the network")
    recipe = recipe_of(plan)
    found = write(name, rows.inputs, rows.y, recipe, rows.code, seed=context.seed, weights=rows.weights)
    context.check()
    meta = Meta(
        task=rows.task.name,
        metric=plan.metric.primary or "",
        threshold=_line(plan, context, rows, name) if rows.task.threshold else None,
        seed=context.seed,
        engine=__version__,
        rows=len(rows),
    )
    return Shipped(found, meta)


def _line(plan: Plan, context: Context, rows: Rows, name: str) -> float:
    """Where to draw the line by the rule that drew the network's, on rows that were not learned from."""
    rule, own = plan.evaluation.threshold_rule, plan.metric
    if rule == "half":
        return 0.5
    context.phase(f"out-of-fold predictions of {REFERENCES[name].title} for the threshold")
    drawn = folds(plan, rows)
    assert plan.protocol.result is not None
    stacking = scored(drawn, plan.protocol.result.repeats)
    said = refer(
        name,
        rows.inputs,
        rows.y,
        drawn,
        recipe_of(plan),
        code=rows.code,
        learn=kind_of(rows.task).learn,
        weights=rows.weights,
        seed=context.seed,
        threads=os.cpu_count() or 1,
        between=context.check,
    )
    p, y = stacking.stack([part.predictions for part in said.parts]), rows.y[stacking.rows]
    weights = rows.weights_at(stacking.rows)
    if rule == "costs" and own.cost_fp is not None and own.cost_fn is not None:
        return cost_threshold(y, p, own.cost_fp, own.cost_fn, how="out of fold", weights=weights).threshold
    return default_threshold("f1", y, p, weights)[0]
