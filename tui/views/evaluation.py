"""The sealed rows: the test score, errors per 1000 decisions, whether validation agrees, and where the model fails."""

from engine.session import Session
from engine.steps.evaluation import EvaluationResult, PerThousand
from engine.values import Score
from tui.views.parts import (
    Column,
    Lines,
    Look,
    Shown,
    groups,
    hanging,
    heading,
    intervals,
    metric_title,
    pairs,
    paragraph,
    spread,
    table,
    told,
)
from tui.widgets.cells import number, score

MOST_CLASSES = 6
"""Classes up to which the confusion is a table; above, its largest entries are listed."""
LARGEST = 8
SCORES = (
    Column("metric", least=12),
    Column("test", "right"),
    Column("95%", rank=1, least=24),
    Column("naive", "right"),
)
MORE = (Column("part", least=8), Column("metric"), Column("test", "right"), Column("95%", rank=1, least=24))
BESIDE = (
    Column("other", least=12),
    Column("its score", "right"),
    Column("difference, 95%", rank=1, least=24),
    Column("the model is", least=8),
)
WORST = (Column("row", "right"), Column("truth", least=8), Column("said", least=8), Column("surprise", "right"))
SLICES = (Column("group", least=12), Column("score", "right"), Column("95%", rank=1, least=24), Column("n", "right"))
GLYPHS = {"agrees": "yes", "better than expected": "yes", "tuning overfit": "no", "shift": "no", "cannot tell": "warn"}


def show(session: Session, look: Look) -> Shown:
    """The evaluation's result."""
    found = session.plan.evaluation.result
    assert found is not None
    first = found.test[0]
    naive = {named.metric: named for named in found.naive}
    body: Lines = []
    if first.metric in naive:
        rows = [("model", first), ("naive", naive[first.metric])]
        body += [*heading(look, f"{metric_title(first.metric)} on the sealed rows"), *intervals(look, rows, ["model"])]
    if found.beside:
        body += [
            *heading(look, "Against others on the same rows (above 0: the model is better)"),
            *_beside(look, found),
        ]
    if found.per_thousand is not None:
        body += _per_thousand(look, found.per_thousand)
    body += [*heading(look, "Validation and test"), *_diagnosis(look, found)]
    if len(found.test) > 1 or naive:
        body += [*heading(look, "Every metric"), *_scores(look, found.test, naive)]
    if found.more:
        body += [*heading(look, "Part by part"), *_more(look, found)]
    body += _confusion(look, found)
    body += groups(look, found.clusters)
    if found.slices:
        body += [*heading(look, "Groups"), *_slices(look, found)]
    if found.worst:
        cases = [(f"{case.row:,}", case.truth, case.said, number(case.surprise)) for case in found.worst]
        body += [*heading(look, "Where it was most wrong (row of the file)"), *table(look, WORST, cases)]
    body += [*heading(look, "The model"), *pairs(look, _model(found))]
    return Shown(score(first.value), f"{told(first)}; the seal was opened {_times(found.opening)}", body)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _per_thousand(look: Look, found: PerThousand) -> Lines:
    facts = [
        ("missed", f"{found.missed.value:.0f} ({found.missed.low:.0f} to {found.missed.high:.0f})"),
        (
            "false alarms",
            f"{found.false_alarms.value:.0f} ({found.false_alarms.low:.0f} to {found.false_alarms.high:.0f})",
        ),
    ]
    facts += [("cost", number(found.cost))] if found.cost is not None else []
    title = f"Of 1000 decisions, {found.prevalence:.1%} of them positive"
    return [*heading(look, title), *pairs(look, facts)]


def _diagnosis(look: Look, found: EvaluationResult) -> Lines:
    said = found.diagnosis
    return hanging(look, f"{getattr(look.glyphs, GLYPHS[said.outcome])} {said.outcome} ", said.sentence, "bold")


def _scores(look: Look, test: tuple[Score, ...], naive: dict[str, Score]) -> Lines:
    rows = [
        (
            metric_title(found.metric),
            score(found.value),
            spread(found),
            score(naive[found.metric].value) if found.metric in naive else "",
        )
        for found in test
    ]
    return table(look, SCORES, rows, ["bold", *[""] * (len(rows) - 1)])


def _beside(look: Look, found: EvaluationResult) -> Lines:
    rows = []
    for each in found.beside:
        gap = each.comparison
        said = "better" if gap.low > 0 else "worse" if gap.high < 0 else "no difference shown"
        gap_said = f"{number(gap.difference)} [{number(gap.low)}, {number(gap.high)}]"
        rows.append((each.name.replace("_", " "), score(each.score.value), gap_said, said))
    return table(look, BESIDE, rows)


def _more(look: Look, found: EvaluationResult) -> Lines:
    rows = [(part.name, part.score.metric, score(part.score.value), spread(part.score)) for part in found.more]
    return table(look, MORE, rows)


def _confusion(look: Look, found: EvaluationResult) -> Lines:
    if not found.confusion:
        return []
    total = sum(map(sum, found.confusion))
    if len(found.classes) <= MOST_CLASSES:
        columns = [Column("truth", least=6), *(Column(f"said {name}", "right") for name in found.classes)]
        rows = [(name, *(f"{n:,}" for n in row)) for name, row in zip(found.classes, found.confusion, strict=True)]
        lines = table(look, columns, rows)
        if max(line.cell_len for line in lines) < look.width:
            return [*heading(look, f"Truth and answer, {total:,} rows"), *lines]
    mixed = [
        (count, truth, said)
        for truth, row in zip(found.classes, found.confusion, strict=True)
        for said, count in zip(found.classes, row, strict=True)
        if count and truth != said
    ]
    rows = [(f"{count:,}", truth, said) for count, truth, said in sorted(mixed, key=lambda entry: -entry[0])[:LARGEST]]
    columns = [Column("rows", "right"), Column("truth", least=6), Column("said", least=6)]
    return [*heading(look, f"Most frequent confusions, {total:,} rows"), *table(look, columns, rows)]


def _slices(look: Look, found: EvaluationResult) -> Lines:
    rows = [
        (f"{part.column} = {part.value}", score(part.score.value), spread(part.score), f"{part.score.n:,}")
        for part in found.slices
    ]
    lines = table(look, SLICES, rows)
    return [
        *lines,
        *paragraph(look, f"{metric_title(found.slices[0].score.metric)}; many groups, so some differ by chance", "dim"),
    ]


def _model(found: EvaluationResult) -> list[tuple[str, str]]:
    facts = []
    if found.threshold is not None:
        facts.append(("threshold", f"{number(found.threshold)}: {found.threshold_how}"))
    facts += [
        ("parameters", f"{found.parameters:,}"),
        ("epochs", f"{found.epochs:,}"),
        ("sealed rows", f"{found.rows:,}"),
    ]
    if found.calibration_error is not None:
        reach = spread(found.calibration_error)
        facts.append(
            ("calibration", f"off by {score(found.calibration_error.value)}{f' ({reach})' if reach else ''} on average")
        )
    return [*facts, *([("folder", found.model)] if found.model else [])]
