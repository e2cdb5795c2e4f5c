"""`monitor NAME FILE`: schema and drift of a new file, what the model says of it, and its score where known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from engine import store
from engine.errors import UserError
from engine.monitoring import compare
from engine.monitoring.compare import Tested, judged
from engine.monitoring.reference import Known, load_reference, said_of
from engine.monitoring.signals import Signal, signal, signals
from engine.serving.final import final_model
from engine.serving.table import read_named
from engine.stats.catalogue import METRIC_INFO
from engine.stats.intervals import score
from engine.steps import Plan
from engine.training.parse import Floats
from engine.training.target_classes import LabelTarget
from engine.training.target_code import columns_of
from engine.values import Score

TYPE_SHARE = 0.1
"""Share of a column's values that cannot be read as before, from which its type is said to have changed."""
FAR = 10.0
"""A single value so many times the reference's range beyond it is an alarm by itself: another unit, or a code."""
NORMAL_95 = 1.959964


def monitor_file(project: Path, file: Path) -> dict[str, Any]:
    """Compare a file with the reference: `alarms`, `features` (one entry per column), `rows`, `score`, `notes`.

    A file of the same distribution raises any alarm in at most about 5 % of the cases. Errors: UserError when the file
    cannot be read or monitoring has not run.
    """
    plan, known = store.load(project), load_reference(project)
    names = tuple(column.name for column in known.summary.columns)
    frame, _ = read_named(plan, file, names)
    natural, _ = read_named(plan, file, names, kinds=False)
    alarms = list(_schema(known, frame, natural))
    now = signals(known.summary.columns, frame)
    tests = list(column_tests(known, now))
    notes: list[str] = []
    scored = None
    if known.summary.model and all(name in frame for name in names):
        more, scored = _predictions(project, plan, known, frame, notes)
        tests += more
    elif known.summary.model:
        notes.append("the model could not be asked, as a column it needs is missing")
    adjusted, raised = judged(tests)
    for test, p, alarm in zip(tests, adjusted, raised, strict=True):
        if alarm:
            alarms.append(_alarm(test.kind, test.column, f"{test.said}, adjusted p {p:.1g}"))
    alarms += [alarm for alarm in _far(known, now) if ("range", alarm["columns"]) not in _named(alarms)]
    return {
        "rows": len(frame),
        "alarms": alarms,
        "features": _features(known, now, tests, adjusted, alarms),
        "score": scored,
        "notes": notes,
    }


def column_tests(known: Known, now: dict[str, Signal]) -> Iterator[Tested]:
    """Every comparison of the columns that are there."""
    summary = known.summary
    for column in summary.columns:
        name = column.name
        if name not in now:
            continue
        before, after = known.columns[name], now[name]
        yield compare.gaps(name, before, after)
        found = [compare.shape("drift", name, before, after)]
        if isinstance(after, list):
            found.append(compare.unknown(name, summary.words[name], sum(summary.words[name].values()), after))
        elif name in summary.low and column.kind != "length":
            found.append(compare.outside(name, summary.low[name], summary.high[name], summary.known[name], after))
        yield from (test for test in found if test is not None)


def _schema(known: Known, frame: pd.DataFrame, natural: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Columns that are missing, new, or hold something else than before."""
    summary = known.summary
    for name in frame.columns:
        if name not in summary.names:
            yield _alarm("extra column", str(name), "was not in the training file")
    for column in summary.columns:
        if column.name not in frame:
            yield _alarm("missing column", column.name, "the model needs it")
            continue
        given = natural[column.name].notna()
        if not given.any():
            continue
        if column.kind == "words":
            seen = summary.words[column.name]
            changed = natural[column.name].dtype != object and not any(
                word in seen for word in signal(column, frame[column.name]) if word is not None
            )
            share = 1.0 if changed else 0.0
        else:
            share = float((given & frame[column.name].isna()).sum() / given.sum())
        if share > TYPE_SHARE:
            was = {"number": "numbers", "moment": "dates", "words": "categories"}.get(column.kind, "text")
            example = natural[column.name][given].iloc[0]
            yield _alarm("type", column.name, f"{share:.0%} of the values are not {was} as before, such as {example!r}")


def _far(known: Known, now: dict[str, Signal]) -> Iterator[dict[str, Any]]:
    """Single values in another unit, or codes that stand for something."""
    for name, low in known.summary.low.items():
        after, high = now.get(name), known.summary.high[name]
        if after is None or isinstance(after, list) or high <= low:
            continue
        beyond = after[np.isfinite(after) & (np.abs(after - (low + high) / 2) > (FAR + 0.5) * (high - low))]
        if len(beyond):
            yield _alarm("range", name, f"{len(beyond):,} values far beyond {low:g} to {high:g}, such as {beyond[0]:g}")


def _predictions(
    project: Path, plan: Plan, known: Known, frame: pd.DataFrame, notes: list[str]
) -> tuple[list[Tested], dict[str, Any] | None]:
    """What the model says of the new rows against what it said before; and its score where the target is there."""
    if plan.evaluation.result is None or plan.evaluation.result.digest != known.summary.model:
        notes.append("the model is another one than when the reference was stored: run monitoring again")
        return [], None
    predictor = final_model(project, plan)
    code = predictor.artifact.code
    outputs = predictor.outputs({name: frame[name] for name in predictor.artifact.preparation.columns})
    tests: list[Tested | None] = []
    for name, said in said_of(predictor, outputs).items():
        before = known.said.get(name)
        if isinstance(before, list):
            tests.append(compare.shape("prediction drift", name, before, said))
        elif before is not None and not isinstance(said, list):
            tests.append(compare.mean_shift("prediction drift", name, before, said))
    targets = known.summary.targets
    if not targets or any(name not in frame for name in columns_of(code)):
        return [test for test in tests if test is not None], None
    usable = np.ones(len(frame), dtype=bool)
    for target in targets:
        truth = signal(target, frame[target.name])
        if target.name in known.truth:
            tests.append(compare.shape("target drift", target.name, known.truth[target.name], truth))
        one_of = code.classes if len(targets) == 1 and not isinstance(code, LabelTarget) else ()
        there = [word in one_of if one_of else word is not None for word in truth]
        usable &= np.array(there, dtype=bool) if isinstance(truth, list) else np.isfinite(truth)
    named = ", ".join(target.name for target in targets)
    if not usable.all():
        notes.append(f"{int((~usable).sum()):,} rows without a known value of {named} are not scored")
    metric = plan.metric.primary or plan.evaluation.result.test[0].metric
    try:
        y = code.encode({name: frame[name].to_numpy()[usable] for name in columns_of(code)})
        now = score(metric, y, outputs[usable], how="this file")
    except UserError as error:
        notes.append(f"not scored: {error}")
        return [test for test in tests if test is not None], None
    test = next((found for found in plan.evaluation.result.test if found.metric == metric), None)
    tests.append(_worse(now, test, named) if test else None)
    return [test for test in tests if test is not None], _plain(now)


def _worse(now: Score, test: Score, target: str) -> Tested | None:
    """Whether the score is worse than on the test, beyond both intervals together."""
    if now.low is None or now.high is None or test.low is None or test.high is None:
        return None
    spread = float(np.hypot(now.high - now.low, test.high - test.low)) / (2 * NORMAL_95)
    loss = test.value - now.value if METRIC_INFO[now.metric].greater_is_better else now.value - test.value
    p = float(stats.norm.sf(loss / spread)) if spread > 0 else float(loss <= 0)
    said = (
        f"{now.metric} {now.value:.4g} ({now.low:.4g} to {now.high:.4g}), "
        f"on the test {test.value:.4g} ({test.low:.4g} to {test.high:.4g})"
    )
    return Tested("score", target, p, loss, 0.0, said, "difference of two scores")


def _features(
    known: Known, now: dict[str, Signal], tests: list[Tested], adjusted: Floats, alarms: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What was found per column, alarm or not."""
    alarmed = {column for alarm in alarms for column in alarm["columns"]}
    found = []
    for column in known.summary.columns:
        entry: dict[str, Any] = {"column": column.name, "kind": column.kind, "alarm": column.name in alarmed}
        for test, p in zip(tests, adjusted, strict=True):
            if test.column != column.name or test.kind not in ("drift", "missing values"):
                continue
            if test.psi is not None:
                entry |= {"psi": test.psi.value, "psi_limit": test.psi.limit, "test": test.test}
                entry |= {"p": test.p, "p_adjusted": float(p), "effect": test.effect}
        if column.name in now:
            after = now[column.name]
            if isinstance(after, list):
                words = known.summary.words[column.name]
                entry["unknown"] = sum(word is not None and word not in words for word in after)
            entry["missing"] = compare.missing_share(now[column.name])
            entry["missing_reference"] = compare.missing_share(known.columns[column.name])
        found.append(entry)
    return found


def _alarm(kind: str, column: str, evidence: str) -> dict[str, Any]:
    return {"kind": kind, "columns": [column], "evidence": evidence}


def _named(alarms: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    return [(alarm["kind"], alarm["columns"]) for alarm in alarms]


def _plain(found: Score) -> dict[str, Any]:
    return {
        "metric": found.metric,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "n": found.n,
        "how": found.how,
    }
