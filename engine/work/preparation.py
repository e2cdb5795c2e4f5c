"""Decide what is done with each column, and show the effect on the development rows."""

from functools import partial

import pandas as pd
from msgspec import structs

from engine.audio import shape as audio
from engine.errors import UserError
from engine.findings import blanks, left_out, merged
from engine.jobs.context import Context
from engine.questions import nearest
from engine.steps import Plan
from engine.steps.preparation import GAPS, PreparationResult
from engine.tasks import TASKS
from engine.training.decide import MAX_CATEGORIES, SCALINGS, Imputed, Recipe, decide
from engine.training.impute import masked
from engine.training.prepare import before_after, fit
from engine.work import pictures, texts
from engine.work.anchors import not_known, with_anchors
from engine.work.rows import load_inputs


def run(plan: Plan, context: Context) -> PreparationResult:
    """The recipe that every fold fits on its own rows; what is shown here is fitted on all development rows."""
    own, data = plan.preparation, plan.data.result
    assert data is not None
    rates = _rates(plan)
    never = {name: "is never known in use" for name, rate in rates.items() if rate == 1}
    inputs = load_inputs(plan, context.project)
    decided = partial(
        decide,
        data.reading.columns,
        scaling=own.scaling or "auto",
        words=own.words is not False,
        max_categories=own.max_categories or MAX_CATEGORIES,
        left_out=not_known(plan) | never | left_out(plan),
        overrides=own.overrides or {},
    )
    context.phase("language and length of texts")
    first = decided()
    shapes = texts.shapes(first, data.reading.columns, inputs)
    decisions = decided(texts=texts.actions(first, data.reading.columns, shapes))
    past = data.past
    recipe = Recipe(
        decisions=decisions if past is None else with_anchors(decisions, past),
        indicator=own.indicator is not False,
        max_categories=own.max_categories or MAX_CATEGORIES,
        blanks=blanks(plan),
        texts=shapes,
        pictures=pictures.shapes(decisions, inputs, _taken_apart(plan)),
        sounds=audio.shapes(decisions, inputs),
        merged=merged(plan),
        unit=1.0 if past is None else past.scale,
    )
    imputation: tuple[Imputed, ...] = ()
    if own.imputation == "model":
        context.phase("hiding known cells and guessing them")
        imputation = _tried(recipe, inputs, plan.project.seed)
        recipe = structs.replace(recipe, imputed=tuple(each.column for each in imputation if each.kept))
    context.phase("fitting on the development rows")
    preparation = fit(recipe, inputs)
    return PreparationResult(
        recipe=recipe,
        effect=before_after(preparation, inputs),
        rows=len(inputs),
        width=preparation.width,
        digest=preparation.digest()[:16],
        imputation=imputation,
        production_missing={name: rate for name, rate in rates.items() if 0 < rate < 1 and name in recipe.columns},
    )


def _taken_apart(plan: Plan) -> bool:
    """Whether every point of a picture has an answer of its own."""
    task = TASKS.get(plan.framing.task or "")
    return task is not None and task.masks


def _tried(recipe: Recipe, inputs: pd.DataFrame, seed: int) -> tuple[Imputed, ...]:
    """The test of a model for each number with gaps.

    Which columns get a model is decided here once, from cells of the inputs alone: no target and no sealed row is
    looked at, so that the folds, which fit their own models on their own rows, cannot be flattered by the choice.
    """
    preparation = fit(recipe, inputs)
    effect = before_after(preparation, inputs)
    gaps = {each.column for each in effect if each.kind == "numeric" and each.missing >= GAPS * len(inputs)}
    numbers = [made.column for made in recipe.decisions if made.action in SCALINGS and made.column in gaps]
    return masked(preparation, inputs, numbers, seed)


def _rates(plan: Plan) -> dict[str, float]:
    """Missing shares in use by column. Errors: UserError for a column that the file does not have."""
    assert plan.data.result is not None
    known = [column.name for column in plan.data.result.reading.columns]
    for name in plan.preparation.production_missing or {}:
        if name not in known:
            raise UserError(f"preparation.production_missing: no column {name!r} in the file{nearest(name, known)}")
    return dict(plan.preparation.production_missing or {})
