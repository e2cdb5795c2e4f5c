"""What naive answers score in every metric of the task, the deciding one first."""

from engine.goals import GOALS
from engine.session import Session
from engine.steps.metric import MetricResult
from engine.steps.predicted import task_of
from engine.values import Named
from tui.views.parts import (
    Column,
    Lines,
    Look,
    Shown,
    better_first,
    greater_is_better,
    heading,
    intervals,
    metric_title,
    pairs,
    paragraph,
    table,
)
from tui.widgets.cells import number, score, share

SIZES = (Column("number", "right"), Column("of what", least=20))


def show(session: Session, look: Look) -> Shown:
    """The metric's result."""
    found, part, framing = session.plan.metric.result, session.resolved.plan.metric, session.plan.framing
    assert found is not None
    if found.sizes:
        goal = GOALS.get(framing.task or "")
        return _sizes(look, found, goal.depth if goal else "")
    primary = part.primary or ""
    deciding = better_first((named.name, named.score) for named in found.naive if named.score.metric == primary)
    body: Lines = []
    if deciding:
        body += heading(look, f"Naive answers in {metric_title(primary)}")
        body += intervals(look, deciding, marked=[deciding[0][0]])
    if found.naive:
        body += [*heading(look, "Naive answers in every metric"), *_all(look, found.naive, primary)]
    facts = [("goal", number(part.goal) if part.goal is not None else "beat the baseline")]
    facts += [("gain that matters", number(part.gain))] if part.gain is not None else []
    if found.positives is not None:
        facts.append(("positives", f"{found.positives:,} of {found.rows:,} rows, {share(found.positives, found.rows)}"))
    if found.value_per_thousand is not None:
        facts.append(("perfect decisions", f"are worth {number(found.value_per_thousand)} per 1000 rows"))
    body += [*heading(look, "What it has to reach"), *pairs(look, facts)]
    if not deciding:
        return Shown("-", f"{metric_title(primary)}: no naive answer can be scored by it", body)
    task = task_of(session.resolved.plan)
    bars = [each for each in deciding if task is None or each[0] not in task.rules]
    name, best = (bars or deciding)[0]
    return Shown(score(best.value), f"{metric_title(primary)} of the naive answer to beat: {name}", body)


def _sizes(look: Look, found: MetricResult, depth: str) -> Shown:
    """How many judgements or decisions are needed where no file tells."""
    rows = [(f"{each.count:,}", each.what) for each in found.sizes]
    body = [*heading(look, f"How many are needed ({depth})"), *table(look, SIZES, rows)]
    for each in found.sizes:
        body += paragraph(look, f"{each.what}: {each.how}.")
    facts = [("hours of the raters", number(found.hours))] if found.hours is not None else []
    facts += [("their cost", number(found.cost))] if found.cost is not None else []
    first = found.sizes[0]
    return Shown(f"{first.count:,}", f"{depth}: {first.what}", body + (pairs(look, facts) if facts else []))


def _all(look: Look, naive: tuple[Named, ...], primary: str) -> Lines:
    """Metrics down, predictors across."""
    names = list(dict.fromkeys(named.name for named in naive))
    metrics = sorted(dict.fromkeys(named.score.metric for named in naive), key=lambda name: name != primary)
    values = {(named.score.metric, named.name): score(named.score.value) for named in naive}
    rows = [
        (
            look.glyphs.here if name == primary else "",
            _title(name),
            *(values.get((name, who), "") for who in names),
        )
        for name in metrics
    ]
    columns = [
        Column("", least=1),
        Column("metric", least=12),
        *(Column(who, "right", rank=n) for n, who in enumerate(names)),
    ]
    styles = ["bold" if name == primary else "" for name in metrics]
    lines = table(look, columns, rows, styles)
    return lines + paragraph(look, f"{look.glyphs.here} decides", style="dim")


def _title(name: str) -> str:
    return metric_title(name) + ("" if greater_is_better(name) else ", less is better")
