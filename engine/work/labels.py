"""What follows from the answers about labels: agreement, ceiling, ways to get more, and what more would bring."""

from __future__ import annotations

from pathlib import Path

from engine.data.seal import load_development
from engine.detector import AuditData
from engine.findings import left_out, rows_left_out
from engine.jobs.context import Context
from engine.labels.costs import break_even, sampling_plan
from engine.labels.gauges import amount, quality, reliability
from engine.labels.ratings import Ratings, amounts, read_ratings
from engine.labels.schema import Agreement, Batches, Confusion, LabelsResult
from engine.stats import agreement as agreed
from engine.stats.planning import majority_error
from engine.steps import Plan
from engine.steps.labels import Labels
from engine.tasks import TASKS
from engine.training.kind import fit_target, kind_of
from engine.values import Score
from engine.work.framing import ends_of, target_cells
from engine.work.label_ways import ways
from engine.work.learning_curve import MOST, learning_curve, looked

RELIABLE, TENTATIVE = 0.8, 0.667
"""Krippendorff's alpha from which labels are reliable, and conclusions tentative (Krippendorff, 2004)."""
SHOWN_PAIRS = 5


def run(plan: Plan, context: Context) -> LabelsResult:
    """Read the ratings, work out the rest from the answers, and draw the learning curve. Errors: UserError, Stopped."""
    own = plan.labels
    found, ratings = None, None
    if own.origin == "people" and own.ratings:
        context.phase("agreement of the annotators")
        ratings = read_ratings(context.project / own.ratings)
        found = measured(ratings, context.project / own.ratings, own.scale or "nominal", context.seed)
    share = found.share if found else own.agreement
    classes = found.labels if found else _classes(plan)
    error = None if share is None or own.origin != "people" else agreed.rater_error(share, max(classes, 2))
    voters = own.raters or 1
    shared = None if error is None else majority_error(voters, error)
    context.phase("what more labels would bring")
    curve, unknown = learning_curve(plan, context)
    context.phase("amount, reliability of labels, quality of features")
    data = development(plan, context)
    features = quality(data)
    if features.value is not None:
        looked(context, {"what the inputs tell, trees out of fold": features.value})
    return LabelsResult(
        ceiling=None if shared is None else 1 - shared,
        ceiling_how=""
        if shared is None
        else f"two raters agree on {share:.0%}, so one errs on {error:.1%}; {voters} per row err on {shared:.1%}",
        options=ways(plan, error) if own.origin == "people" else (),
        limits=_limits(own, found),
        gap_days=own.delay_days or 0.0,
        agreement=found,
        curve=curve,
        curve_unknown=unknown,
        batches=_batches(own),
        tool_pays_from=break_even(own.tool_cost, own.tool_seconds, own.hourly_rate)
        if own.tool_cost and own.tool_seconds and own.hourly_rate
        else None,
        gauges=(
            amount(curve, unknown, 0 if data is None else len(data.frame)),
            reliability(data, ratings, context.seed),
            features,
        ),
    )


def development(plan: Plan, context: Context) -> AuditData | None:
    """The development rows as the audit sees them, some of many; None before there are any."""
    result, framing = plan.data.result, plan.framing
    if result is None or result.sealed is None or result.target is None:
        return None
    frame, targets = load_development(context.project), result.target.columns
    frame = frame[~frame.index.isin(rows_left_out(plan))]
    rows, outside = len(frame), left_out(plan)
    if rows > MOST:
        frame = frame.sample(MOST, random_state=context.seed).sort_index()
    codes, task = None, TASKS.get(framing.task or "")
    if task is not None:
        raw = target_cells(plan, frame, targets)
        codes = kind_of(task).label(fit_target(task.name, raw, ends=ends_of(plan), void=plan.framing.void).encode(raw))
    return AuditData(
        frame=frame,
        columns={column.name: column for column in result.reading.columns},
        names=tuple(str(name) for name in frame.columns if name not in outside and name not in targets),
        target=result.target.column,
        task=task.seen_as if task else None,
        codes=codes,
        twins=(),
        group=framing.group,
        time=framing.time if framing.time in frame else None,
        seed=context.seed,
        rows=rows,
    )


def measured(ratings: Ratings, path: Path, scale: str, seed: int) -> Agreement:
    """Agreement in a file, intervals by resampling items. `scale`: nominal, ordinal, interval. Errors: UserError."""
    codes = ratings.codes
    values = codes if scale == "nominal" else amounts(ratings, path)
    items, raters = codes.shape

    def told(name: str, statistic: agreed.Statistic, matrix: agreed.Array) -> Score | None:
        value = statistic(matrix)
        if value != value:
            return None
        low, high = agreed.interval(matrix, statistic, seed) or (None, None)
        return Score(name, value, low, high, n=items, how="items resampled")

    alpha = told("krippendorff_alpha", lambda matrix: agreed.krippendorff_alpha(matrix, scale), values)  # type: ignore[arg-type]
    return Agreement(
        items=items,
        raters=raters,
        labels=len(ratings.labels),
        share=agreed.agreement_share(codes),
        kappa=told("cohen_kappa", agreed.pairwise_kappa, codes),
        fleiss=told("fleiss_kappa", agreed.fleiss_kappa, codes) if raters > 2 else None,
        alpha=alpha,
        reading=_reading(alpha),
        confused=tuple(Confusion(*pair) for pair in agreed.confused(codes, ratings.labels)[:SHOWN_PAIRS]),
    )


def _reading(alpha: Score | None) -> str:
    if alpha is None:
        return "all labels are the same, so agreement beyond chance cannot be told"
    if alpha.value >= RELIABLE and (alpha.low is None or alpha.low >= TENTATIVE):
        return "reliable enough to learn from"
    if alpha.value >= TENTATIVE:
        return "tentative: say so wherever the model's answers are used"
    return "too low: mend the guideline with the pairs that are confused most, and label again"


def _classes(plan: Plan) -> int:
    target = plan.data.result.target if plan.data.result else None
    task = TASKS.get(plan.framing.task or "")
    return target.distinct if target and task and task.classes else 2


def _batches(own: Labels) -> Batches | None:
    """Good is half of what can be borne, bad all of it: a batch at the limit should be sent back."""
    if own.batch is None or not own.error_wanted:
        return None
    good, bad = own.error_wanted / 2, own.error_wanted
    found = sampling_plan(own.batch, good, bad)
    return None if found is None else Batches(own.batch, *found, good, bad)


def _limits(own: Labels, found: Agreement | None) -> tuple[str, ...]:
    """The sentences that a reader of the plan has to see."""
    limits = []
    if own.origin == "unknown":
        limits.append("Where the labels come from is not known, so neither is how far they can be trusted.")
    if own.origin == "people" and own.guideline is False:
        limits.append(
            "How the annotators decide is not known: the data set is a black box, and the model copies what is in it."
        )
    if own.origin == "people" and own.agreement is None and found is None:
        limits.append("Agreement between annotators was never measured: the best reachable score is unknown.")
    if found is not None and found.alpha is not None and found.alpha.value < RELIABLE:
        limits.append(f"Annotators agree beyond chance by alpha = {found.alpha.value:.2f} only: {found.reading}.")
    if own.delay_days:
        limits.append(f"A label is known after {own.delay_days:g} days: what is newer cannot be learned from.")
    if own.expertise and own.expert_hours is not None and own.expert_hours == 0:
        limits.append("No expert hours are to be had: no date for more labels can be given.")
    if own.batch is not None and own.error_wanted and _batches(own) is None:
        limits.append(f"Batches of {own.batch:,} rows are too small to be accepted by a sample: check every row.")
    return tuple(limits)
