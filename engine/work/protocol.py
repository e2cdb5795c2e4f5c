"""Draw the folds once, and say what they can tell."""

import hashlib

import numpy as np
import pandas as pd

from engine.errors import UserError
from engine.jobs.context import Context
from engine.stats.metrics import named
from engine.stats.power import detectable_gain, rows_for_gain, spread_for, standard_error
from engine.steps import Plan
from engine.steps.framing import ROW_ORDER
from engine.steps.protocol import LEAST_OF_CLASS, ProtocolResult
from engine.work.cost import basis, costs, measure
from engine.work.rows import Rows, load_rows, make_folds, place_blocks
from engine.work.scoring import ahead


def run(plan: Plan, context: Context) -> ProtocolResult:
    """Draw the folds and work out standard error and minimal detectable difference. Errors: UserError."""
    own = plan.protocol
    rows = load_rows(plan, context.project)
    kind, order = own.kind or "kfold", own.order or "random"
    if own.folds is not None and not 2 <= own.folds <= 20:
        raise UserError(f"protocol.folds: found {own.folds}, accepted is 2 to 20")
    if own.repeats is not None and not 2 <= own.repeats <= 20:
        raise UserError(f"protocol.repeats: found {own.repeats}, accepted is 2 to 20")
    k, reduced = fewer_folds(rows, order, own.folds or 5)
    kind, once = worth_repeating(rows, kind, order, k)
    reduced += once
    repeats = own.repeats or 3 if kind == "iterated" else 1
    gap = gap_rows(plan, rows)
    share = own.share or 0.2
    drawn = make_folds(rows, kind=kind, order=order, k=k, repeats=repeats, share=share, gap=gap, seed=plan.project.seed)
    scored = np.unique(np.concatenate([fold.test for fold in drawn]))
    metric, gain = plan.metric.primary or "", plan.metric.gain or 0.0
    context.phase("what a trial costs here")
    measured = measure(rows, plan.project.seed)
    rarest = int(np.bincount(rows.y[scored].astype(int)).min()) if rows.task.classes else None
    spread = None if rows.task.classes else spread_for(metric, float(np.std(rows.y)), float(np.mean(rows.y)))
    units = named(metric).count(rows.y[scored]) if metric else len(scored)
    return ProtocolResult(
        kind=kind,
        order=order,
        folds=1 if kind == "holdout" else k,
        repeats=repeats,
        share=share,
        gap=gap,
        scored=len(scored),
        fold_rows=tuple(len(fold.test) for fold in drawn),
        standard_error=standard_error(metric, units, rarest, spread=spread) if metric else None,
        minimal_detectable=detectable_gain(metric, units, rarest, spread=spread) if metric else None,
        gain=gain,
        rows_needed=rows_for_gain(metric, gain, (rarest or len(scored) / 2) / len(scored), spread=spread)
        if metric and gain
        else None,
        digest=hashlib.sha256(
            b"".join(np.sort(rows.inputs.index.to_numpy()[fold.test]).tobytes() for fold in drawn)
        ).hexdigest()[:16],
        reduced=reduced,
        scarce=() if kind == "holdout" else scarce_classes(rows, k),
        costs=costs(measured, len(rows), folds=k, repeats=own.repeats or 3, share=share)[: 2 if order == "time" else 3],
        basis=basis(measured),
    )


def fewer_folds(rows: Rows, order: str, k: int) -> tuple[int, tuple[str, ...]]:
    """No more folds than the number of groups or the smallest class allows; as in the advice, a class too rare for two
    folds that could say anything about it does not cost the others theirs, where there are at least two others.
    """
    limits = {}
    if rows.task.classes and not rows.task.ordered and order == "stratified":
        counts = np.bincount(rows.y.astype(int), minlength=rows.classes)
        enough = counts[counts >= 2 * LEAST_OF_CLASS]
        smallest = int(enough.min() if len(enough) > 1 else counts.min())
        rare = " that is not too rare" if smallest > counts.min() else ""
        limits[f"the smallest class{rare} has {smallest} rows"] = max(2, smallest)
    if order == "group" and rows.groups is not None:
        count = len(np.unique(rows.groups))
        if count < 2:
            raise UserError("protocol.order: there is one group only, so rows cannot be divided by group")
        limits[f"there are {count} groups"] = count
    if order == "spatial":
        count = len(np.unique(place_blocks(rows)))
        limits[f"there are {count} different places"] = count
    reduced = tuple(f"{limit} folds instead of {k}: {why}" for why, limit in limits.items() if limit < k)
    return min([k, *limits.values()]), reduced


def worth_repeating(rows: Rows, kind: str, order: str, k: int) -> tuple[str, tuple[str, ...]]:
    """The kind of protocol, k-fold where another shuffle would be the same division, and that in words."""
    alone = order == "group" and rows.groups is not None and len(np.unique(rows.groups)) == k
    if kind != "iterated" or not alone:
        return kind, ()
    return "kfold", ("one pass instead of several: every group is a fold, however they are shuffled",)


def scarce_classes(rows: Rows, k: int) -> tuple[str, ...]:
    """The classes with fewer rows than folds: some folds neither learn to tell them nor score them."""
    if not rows.task.classes:
        return ()
    counts = np.bincount(rows.y.astype(int), minlength=rows.classes)
    found = zip(rows.code.classes, counts.tolist(), strict=True)
    return tuple(f"{name}: {count:,} row{'' if count == 1 else 's'}" for name, count in found if count < k)


def gap_rows(plan: Plan, rows: Rows) -> int:
    """Rows between training and validation in time: the horizon, and the delay of the labels at the usual pace."""
    if rows.order is None:
        return 0
    horizon = ahead(plan, rows) - 1
    delay = plan.labels.result.gap_days if plan.labels.result else 0.0
    column = plan.framing.time
    if (
        not delay
        or column in (None, ROW_ORDER)
        or column not in rows.inputs
        or not pd.api.types.is_datetime64_any_dtype(rows.inputs[column])
    ):
        return horizon
    times = rows.inputs[column].dropna()
    days = max((times.max() - times.min()).total_seconds() / 86400, 1e-9)
    return horizon + round(delay * len(times) / float(days))
