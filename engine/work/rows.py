"""The development rows as every training step sees them: inputs, target numbers, groups, order, folds."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from engine.data.folds import Fold, make
from engine.data.places import coordinates
from engine.data.seal import load_development
from engine.data.tiles import tiles
from engine.errors import UserError
from engine.findings import left_out, rows_left_out
from engine.representative.weighting import row_weights
from engine.steps import Plan
from engine.steps.framing import ROW_ORDER
from engine.task import Task
from engine.tasks import TASKS
from engine.training.kind import Kind, fit_target, kind_of
from engine.training.kinds.forecast import measured_by
from engine.training.spec_past import Past
from engine.training.target_code import TargetCode
from engine.training.target_forecast import ForecastTarget
from engine.work.framing import ends_of, target_cells

Array = np.ndarray


@dataclass(frozen=True)
class Rows:
    """n rows to learn from or to score.

    `inputs`: raw columns the model may use (index: row id); `y` (n,) or (n, k): the target as metrics take it; `groups`
    (n,) ids or None; `order` (n,) rank in time or None; `previous`: the last target known at a row's time, or None;
    `weights` (n,) as the population's shares ask, about 1 on average, or None where all rows count alike;
    `existing`: predictions of the present system, or None; `least`: rows of a series that come before the first fold.
    """

    inputs: pd.DataFrame
    y: Array
    code: TargetCode
    task: Task
    groups: Array | None
    order: Array | None
    previous: Array | None
    existing: Array | None
    weights: Array | None = None
    least: int = 0

    def __len__(self) -> int:
        return len(self.y)

    @property
    def classes(self) -> int:
        """Number of classes that each row is one of, else 0."""
        return len(self.code.classes) if self.task.classes else 0

    @property
    def kind(self) -> Kind:
        """What the worker knows of the task."""
        return kind_of(self.task)

    @property
    def label(self) -> tuple[Array, int]:
        """One number per row that stands for the target (n,), and of how many classes it is a code, 0 for an amount."""
        found = self.kind.label(self.y)
        return found, 0 if self.task.seen_as == "regression" else int(found.max(initial=0)) + 1

    def weights_at(self, places: Array) -> Array | None:
        """The weights of the rows at these positions."""
        return None if self.weights is None else self.weights[places]

    def some(self, places: Array) -> Rows:
        """The rows at these positions."""
        return replace(
            self,
            inputs=self.inputs.iloc[places],
            y=self.y[places],
            groups=None if self.groups is None else self.groups[places],
            order=None if self.order is None else self.order[places],
            previous=None if self.previous is None else self.previous[places],
            existing=None if self.existing is None else self.existing[places],
            weights=self.weights_at(places),
        )


def load_rows(plan: Plan, project: Path) -> Rows:
    """The development rows of a project as the plan wants them."""
    frame = load_development(project)
    return from_frame(plan, frame[~frame.index.isin(rows_left_out(plan))])


def load_inputs(plan: Plan, project: Path) -> pd.DataFrame:
    """The inputs of the development rows, where no target is looked at."""
    frame = load_development(project)
    return inputs_of_frame(plan, frame[~frame.index.isin(rows_left_out(plan))])


def inputs_of_frame(plan: Plan, frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of a frame that the model may use."""
    outside = set(left_out(plan))
    return frame[[name for name in frame.columns if name not in outside]]


def from_frame(plan: Plan, frame: pd.DataFrame, before: pd.DataFrame | None = None) -> Rows:
    """Rows out of a frame with all columns. `before` holds earlier rows whose targets are known by then."""
    task = TASKS[plan.framing.task or ""]
    code = target_code(plan, frame if before is None else before)
    y = code.encode(frame)
    whole = frame if before is None else pd.concat([before, frame])
    order = time_order(plan, whole)
    previous, past = None, plan.data.result.past if plan.data.result else None
    if order is not None and not task.classes and not task.past:
        known = code.encode(whole)
        previous = last_known(known, order, max(plan.framing.horizon or 1, 1))[len(whole) - len(frame) :]
    return Rows(
        inputs=inputs_of_frame(plan, frame),
        y=y,
        code=code,
        task=task,
        groups=_groups(plan, frame),
        order=None if order is None else order[len(whole) - len(frame) :],
        previous=previous,
        existing=_existing(plan, frame, code, task),
        weights=_weights(plan, frame),
        least=0 if past is None or order is None else _two_windows(past, order),
    )


def _two_windows(past: Past, order: Array) -> int:
    """Rows in as many steps as two times what is looked back on, but no more than half of all.

    Of the first rows hardly a lag is known: a fold that learns from them alone says nothing about any other.
    """
    together = len(order) / max(len(np.unique(order)), 1)
    return min(round(2 * past.window * together), len(order) // 2)


def _weights(plan: Plan, frame: pd.DataFrame) -> Array | None:
    found = plan.data.result.weighting if plan.data.result else None
    return row_weights(found, frame) if found is not None and found.used else None


def target_code(plan: Plan, frame: pd.DataFrame) -> TargetCode:
    """How the target of the plan becomes numbers. Errors: UserError where it is not known, or does not fit the task."""
    result = plan.data.result
    if result is None or result.target is None:
        raise UserError("no target is known: answer framing.target and run data again")
    columns = target_cells(plan, frame, result.target.columns)
    code = fit_target(plan.framing.task or "", columns, plan.metric.positive, ends_of(plan), plan.framing.void)
    if result.past is not None and isinstance(code, ForecastTarget):
        return measured_by(code, result.past, code.encode(columns), frame)
    return code


def time_order(plan: Plan, frame: pd.DataFrame) -> Array | None:
    """Rank of each row in time (ties share one); None where rows have no time."""
    column = plan.framing.time
    if column is None or plan.framing.forecast is False:
        return None
    times = pd.Series(frame.index, index=frame.index) if column == ROW_ORDER else frame[column]
    return np.asarray(times.rank(method="dense")) - 1


def last_known(y: Array, order: Array, horizon: int) -> Array:
    """For each row the target of the row `horizon` places before it in time; NaN for the first ones."""
    by_time = np.argsort(order, kind="stable")
    shifted = np.full(y.shape, np.nan)
    shifted[by_time[horizon:]] = y[by_time[:-horizon]]
    return shifted


def _groups(plan: Plan, frame: pd.DataFrame) -> Array | None:
    if not plan.framing.group:
        return None
    return np.asarray(pd.factorize(frame[plan.framing.group], use_na_sentinel=False)[0])


def _existing(plan: Plan, frame: pd.DataFrame, code: TargetCode, task: Task) -> Array | None:
    """The present system's predictions in the form of the task; None where its column is not named or not complete."""
    name = plan.framing.existing_column
    if not name or name not in frame or frame[name].isna().any():
        return None
    if len(code.columns) > 1:
        return None
    with suppress(UserError):
        own = target_cells(plan, frame, code.columns) | {code.columns[0]: frame[name].to_numpy()}
        return kind_of(task).certain(code, code.encode(own))
    share = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float)
    return share if task.threshold and np.all((share >= 0) & (share <= 1)) else None


def folds(plan: Plan, rows: Rows) -> tuple[Fold, ...]:
    """The folds of the protocol's result on these rows."""
    result = plan.protocol.result
    assert result is not None
    return make_folds(
        rows,
        kind=result.kind,
        order=result.order,
        k=result.folds,
        repeats=result.repeats,
        share=result.share,
        gap=result.gap,
        seed=plan.project.seed,
    )


def make_folds(
    rows: Rows, *, kind: str, order: str, k: int, repeats: int, share: float, gap: int, seed: int
) -> tuple[Fold, ...]:
    """Draw folds; what divides them follows from `order`."""
    groups = {"group": rows.groups, "spatial": place_blocks(rows) if order == "spatial" else None}
    return make(
        kind,
        n=len(rows),
        k=k,
        repeats=repeats,
        seed=seed,
        stratify=rows.kind.strata(rows.y) if order == "stratified" else None,
        groups=groups.get(order),
        order=rows.order if order == "time" else None,
        gap=gap,
        share=share,
        least=rows.least,
    )


def place_blocks(rows: Rows) -> Array:
    """The tile of the map that each row is in, (n,). Errors: UserError where no column says where a row is."""
    where = coordinates(rows.inputs.columns)
    if where is None:
        raise UserError("protocol.order: no latitude and longitude are among the inputs, so places are not known")
    latitude, longitude = (pd.to_numeric(rows.inputs[name], errors="coerce").to_numpy(dtype=float) for name in where)
    return tiles(latitude, longitude)
