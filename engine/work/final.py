"""The final model: its networks trained on every development row, put into one, with the script that makes it again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.dotted import load
from engine.errors import JobFailed
from engine.jobs.context import Context
from engine.modalities import MODALITIES
from engine.report.keras_script import Told, Trained, keras_script
from engine.report.space_code import space_code
from engine.steps import Plan
from engine.training.apply import transform
from engine.training.cross_validate import Fitted, Frame, fit_all
from engine.training.layout import joined
from engine.training.spec import Preparation
from engine.training.standalone import mean_of
from engine.training.target_code import TargetCode, columns_of
from engine.work.chosen import Chosen, Member
from engine.work.limits import limits_of
from engine.work.networks import tell
from engine.work.rows import Rows
from engine.work.settings import balance_of, loss_of, recipe_of
from engine.work.streaming import free_memory, inputs_of

Array = np.ndarray


@dataclass(frozen=True)
class Final:
    """One Keras model with everything it needs to predict raw rows, and the script that makes it again."""

    model: Any
    preparation: Preparation
    code: TargetCode
    script: str

    def predict(self, frame: Frame) -> Array:
        """Predictions as metrics take them."""
        return self.code.natural(self.model.predict(transform(self.preparation, frame), verbose=0, batch_size=4096))


def train_final(plan: Plan, context: Context, rows: Rows, chosen: Chosen, threshold: float | None) -> Final:
    """Train every member for the epochs that validation found best. Errors: JobFailed, Stopped."""
    fitted = [_train(plan, context, rows, member, at) for at, member in enumerate(chosen.members, start=1)]
    models = [each.model for each in fitted]
    script = _script(plan, context, rows, chosen, fitted, threshold)
    model = models[0] if len(models) == 1 else mean_of(models, [member.share for member in chosen.members])
    return Final(model, fitted[0].preparation, fitted[0].code, script)


def _train(plan: Plan, context: Context, rows: Rows, member: Member, number: int) -> Fitted:
    recipe = recipe_of(plan)
    found = fit_all(
        inputs_of(plan, rows, recipe, context.project, free_memory()),
        rows.y,
        recipe,
        member.hyper,
        code=rows.code,
        head=rows.task.head,
        loss=loss_of(plan),
        epochs=member.epochs,
        seed=context.seed,
        balance=balance_of(plan),
        weights=rows.weights,
        stop=context.stopping,
        progress=lambda end: tell(context, "final model" + (f" {number}" if number > 1 else ""), end),
        checkpoint=context.checkpoint / f"final-{number}.npz",
    )
    if found.history.trouble:
        raise JobFailed(f"the final model could not be trained: {found.history.trouble}")
    return found


def _script(
    plan: Plan, context: Context, rows: Rows, chosen: Chosen, fitted: list[Fitted], threshold: float | None
) -> str:
    assert plan.data.result is not None
    first, reading = fitted[0], plan.data.result.reading
    recipe = recipe_of(plan)
    used = {*first.preparation.columns, *columns_of(first.code), *(recipe.columns if recipe.copies else ())}
    told = Told(
        project=context.project.name,
        file=Path(reading.path).name,
        digest=reading.digest,
        metric=plan.metric.primary or "",
        kinds={column.name: column.kind for column in reading.columns if column.name in used},
        rows=rows.inputs.index.to_numpy(),
        inputs=transform(first.preparation, rows.inputs),
        preparation=first.preparation,
        target=first.code,
        head=rows.task.head,
        threshold=0.5 if threshold is None else threshold,
        balance=balance_of(plan),
        copies=recipe.copies,
        weights=rows.weights,
    )
    trained = [
        Trained(each.model, member.epochs, member.hyper.batch, context.seed, member.share)
        for each, member in zip(fitted, chosen.members, strict=True)
    ]
    space = ""
    if plan.tuning.result is not None:
        hyperparameters = load(MODALITIES["tabular"].space)(limits_of(plan, len(rows)))
        layout = joined([first.preparation])
        space = space_code(hyperparameters, layout, first.code.outputs, rows.task.head, loss_of(plan))
    return keras_script(told, trained, space)
