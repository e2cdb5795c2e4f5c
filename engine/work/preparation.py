"""Decide what is done with each column, and show the effect on the development rows."""

from engine.findings import blanks, left_out
from engine.jobs.context import Context
from engine.steps import Plan
from engine.steps.preparation import PreparationResult
from engine.training.decide import MAX_CATEGORIES, Recipe, decide
from engine.training.prepare import before_after, fit
from engine.work.rows import load_rows


def run(plan: Plan, context: Context) -> PreparationResult:
    """The recipe that every fold fits on its own rows; what is shown here is fitted on all development rows."""
    own, data = plan.preparation, plan.data.result
    assert data is not None
    decisions = decide(
        data.reading.columns,
        scaling=own.scaling or "auto",
        words=own.words is not False,
        max_categories=own.max_categories or MAX_CATEGORIES,
        left_out=left_out(plan),
        overrides=own.overrides or {},
    )
    recipe = Recipe(
        decisions=decisions,
        indicator=own.indicator is not False,
        max_categories=own.max_categories or MAX_CATEGORIES,
        blanks=blanks(plan),
    )
    context.phase("fitting on the development rows")
    rows = load_rows(plan, context.project)
    preparation = fit(recipe, rows.inputs)
    return PreparationResult(
        recipe=recipe,
        effect=before_after(preparation, rows.inputs),
        rows=len(rows),
        width=preparation.width,
        digest=preparation.digest()[:16],
    )
