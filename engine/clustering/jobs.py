"""The jobs of the steps where groups of rows are looked for: the null, the search, and the test on sealed rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.metrics import silhouette_score

from engine import __version__, ledger
from engine.clustering.choose import ON_CODE, ROWS, STABLE, Chosen, choose
from engine.clustering.models import Floats, Kind, fit
from engine.clustering.shipped import network
from engine.clustering.stability import PAIRS, agreement, stability, told, uniform
from engine.clustering.words import described, name_of
from engine.data.seal import open_sealed
from engine.errors import UserError
from engine.goals import GOALS
from engine.jobs.context import Context
from engine.serving.artifact import Meta, save_artifact
from engine.steps import Plan
from engine.steps.baseline import Attempt, BaselineResult, SmallNetwork
from engine.steps.evaluation import Diagnosis, EvaluationResult
from engine.steps.metric import MetricResult, Size
from engine.steps.protocol import ProtocolResult
from engine.training.apply import transform
from engine.training.prepare import fit as prepare
from engine.training.references import counted
from engine.training.spec import Preparation, unfolded
from engine.training.target_classes import ClassTarget
from engine.values import Comparison, Named, Score
from engine.work.rows import inputs_of_frame, load_inputs
from engine.work.settings import recipe_of

MODEL = "models/final"
NULL, NULLS = "rows without clusters", 10


def prepared(plan: Plan, project: Path) -> tuple[pd.DataFrame, Preparation, Floats]:
    """The development rows, what their preparation fitted, and their inputs (n, d) as numbers."""
    frame = load_inputs(plan, project)
    preparation = unfolded(prepare(counted(recipe_of(plan)), frame))
    return frame, preparation, np.asarray(transform(preparation, frame), dtype=np.float64)


def metric(plan: Plan, context: Context) -> MetricResult:
    """What counts, and how many samples of the rows tell it."""
    frame = load_inputs(plan, context.project)
    how = f"stability is the mean adjusted Rand index of their clusterings, {STABLE:g} at least"
    return MetricResult(rows=len(frame), sizes=(Size(what="pairs of bootstrap samples", count=PAIRS, how=how),))


def protocol(plan: Plan, context: Context) -> ProtocolResult:
    """Pairs of bootstrap samples instead of folds."""
    frame = load_inputs(plan, context.project)
    return ProtocolResult(kind="bootstrap", order="random", folds=2 * PAIRS, repeats=1, scored=min(len(frame), ROWS))


def search(plan: Plan, context: Context) -> BaselineResult:
    """How many clusters there are, if any, and what sets each apart. Errors: UserError for too few rows; Stopped."""
    frame, _, x = prepared(plan, context.project)
    if len(x) < 2 * 2 * PAIRS:
        raise UserError(f"{len(x)} rows are too few to look for clusters: {2 * 2 * PAIRS} at least")
    context.phase("clusters of two kinds, against rows without any")
    chosen = choose(x, context.seed, context.check)
    best = chosen.best
    ledger.record(context.project, "look", "baseline", f"{len(chosen.tried)} clusterings by their stability")
    context.phase("the same on rows without any cluster")
    null = _null(x, chosen, context)
    found = fit(best.kind, x, best.k, context.seed, coded=best.coded)
    tried = tuple(
        Attempt(
            units=each.k,
            layers=0,
            learning_rate=0.0,
            batch=len(x),
            epochs=0,
            score=each.stability.value,
            family=each.name,
            note=each.note,
        )
        for each in chosen.tried
    )
    score = told(null, len(x), f"{NULLS} draws over the box around the rows, t interval")
    return BaselineResult(
        naive=(Named(NULL, score),),
        network=SmallNetwork(score=best.stability, parameters=found.parameters),
        comparison=_compared(best.pairs, null),
        bar=NULL,
        outcome="beats" if chosen.found else "not shown",
        sentence=chosen.sentence,
        attempts=tried,
        chosen=tried[chosen.tried.index(best)],
        advice=_advice(chosen),
        clusters=described(frame, found.assign(x), best.k) if chosen.found else (),
    )


def _null(x: Floats, chosen: Chosen, context: Context) -> Floats:
    """Stability of as many clusters in rows without any (NULLS,)."""
    rng = np.random.default_rng(context.seed)
    rows = x if len(x) <= ROWS else x[rng.choice(len(x), ROWS, replace=False)]
    best = chosen.best
    drawn = [
        stability(best.kind, uniform(rows, rng), best.k, context.seed + draw, 3, context.check, best.coded)
        for draw in range(NULLS)
    ]
    return np.array([float(each.mean()) for each in drawn])


def _compared(ours: Floats, null: Floats) -> Comparison:
    """Welch's (1947) t of the stability here and in rows without clusters."""
    found = stats.ttest_ind(ours, null, equal_var=False)
    low, high = found.confidence_interval(0.95)
    return Comparison(
        test="Welch's t over samples",
        difference=float(ours.mean() - null.mean()),
        low=float(low),
        high=float(high),
        p=float(found.pvalue),
    )


def _advice(chosen: Chosen) -> tuple[str, ...]:
    if chosen.found:
        return ("Ask who knows the rows whether the clusters mean anything: stable is not yet useful.",)
    return (
        "Ask for other columns, or leave out those that say nothing: noise hides clusters.",
        "Or name a target: what would the groups be used for?",
        "Or end here: that the rows have no stable groups is a result.",
    )


def assigned(plan: Plan, context: Context) -> EvaluationResult:
    """Assign the sealed rows, and compare with clusters that are found in them alone. Errors: UserError."""
    assert plan.baseline.result is not None
    chosen = plan.baseline.result.chosen
    _, preparation, x = prepared(plan, context.project)
    coded = chosen.family.endswith(ON_CODE)
    kind: Kind = "mixture" if chosen.family.startswith("mixture") else "k-means"
    final = fit(kind, x, chosen.units, context.seed, coded=coded)
    goal = GOALS[plan.framing.task or ""]
    names = tuple(name_of(number) for number in range(final.k))
    code = ClassTarget(task=goal.name, column="cluster", classes=names)
    meta = Meta(task=goal.name, metric="stability", seed=context.seed, engine=__version__, rows=len(x))
    digest = save_artifact(context.project / MODEL, network(final), preparation, code, meta)
    context.phase("opening the sealed test set")
    sealed = open_sealed(
        context.project,
        lambda: ledger.record(context.project, "opening", "evaluation", f"sealed rows opened for model {digest[:16]}"),
    )
    opening = ledger.count(context.project, "opening")
    rows = inputs_of_frame(plan, sealed)
    there = np.asarray(transform(preparation, rows), dtype=np.float64)
    if len(there) < 2 * final.k:
        raise UserError(f"{len(there)} sealed rows are too few to find {final.k} clusters in: seal more")
    own = final.assign(there)
    again = fit(kind, there, final.k, context.seed, coded=coded).assign(there)
    score = agreement(own, again, "sealed rows: assigned, and clustered anew", context.seed)
    scores = [score, *_silhouette(there, own)]
    return EvaluationResult(
        test=tuple(scores),
        diagnosis=_diagnosed(score, plan.baseline.result.network.score),
        opening=opening,
        rows=len(rows),
        epochs=0,
        parameters=final.parameters,
        classes=names,
        clusters=described(rows, own, final.k),
        model=MODEL,
        digest=digest,
    )


def _silhouette(x: Floats, own: np.ndarray) -> list[Score]:
    """How much nearer rows are to their own cluster than to the next, -1 to 1 (Rousseeuw, 1987)."""
    if len(np.unique(own)) < 2:
        return []
    return [Score(metric="silhouette", value=float(silhouette_score(x, own)), n=len(x), how="sealed rows")]


def _diagnosed(found: Score, promised: Score) -> Diagnosis:
    """Whether the sealed rows have the same clusters."""
    numbers = f"agreement {found.value:.2f} on sealed rows, stability {promised.value:.2f} before"
    if found.low is not None and found.low >= STABLE:
        return Diagnosis(outcome="agrees", sentence=f"the sealed rows have the same clusters ({numbers})")
    if found.high is not None and found.high < STABLE:
        return Diagnosis(outcome="shift", sentence=f"the sealed rows have other clusters ({numbers})")
    return Diagnosis(outcome="cannot tell", sentence=f"the sealed rows do not tell whether they hold ({numbers})")
