"""The search: the best score corrected for having been chosen, how lucky it may be, and the board of trials."""

from rich.text import Text

from engine.search.results import TrialRow, TuningResult
from engine.session import Session
from engine.values import Score
from tui.views.parts import (
    Lines,
    Look,
    Shown,
    greater_is_better,
    hanging,
    heading,
    intervals,
    items,
    metric_title,
    pairs,
    paragraph,
    plural,
    spread,
)
from tui.widgets.board import LIGHTS, board, told
from tui.widgets.cells import number, score
from tui.widgets.chart import histogram, sparkline
from tui.widgets.parallel import parallel

BINS = 8
"""Bins of the histogram of scores, drawn when there are at least so many trials."""


def show(session: Session, look: Look) -> Shown:
    """The search's result."""
    found = session.plan.tuning.result
    assert found is not None
    best, metric = found.best, found.best.score.metric
    glyph, word, colour = LIGHTS[found.light]
    body = heading(look, f"Trial {best.number}, as read and corrected")
    body += intervals(look, [("as read", best.score), ("corrected", best.corrected)], marked=["corrected"])
    body += hanging(look, f"{getattr(look.glyphs, glyph)} {found.light} ", _luck(found, word), colour)
    body += [*_seeds(look, found), *_average(look, found)]
    body += [*heading(look, "The best configuration"), *pairs(look, _values(found))]
    body += [*_parallel(look, found, greater_is_better(metric)), *_importance(look, found)]
    done = [trial for trial in found.board if trial.score is not None]
    if done:
        body += [*heading(look, f"{metric_title(metric)} of each trial, in order"), *_over_time(look, done)]
    if len(done) >= BINS:
        body += _spread(look, [trial.score for trial in done if trial.score is not None])
    body += heading(look, f"{plural(len(found.board), 'trial')}, best first")
    body += board(found.board, look.width, greater_is_better(metric), look.glyphs)
    reach = f", {spread(best.corrected)} (95%)" if spread(best.corrected) else ""
    words = f"{metric_title(metric)}, corrected for the luck of {plural(found.scored, 'trial')}{reach}"
    return Shown(score(best.corrected.value), words, body)


def _luck(found: TuningResult, word: str) -> str:
    return (
        f"{word}: {score(found.optimism)} of the best score comes from having been chosen among {found.scored}; "
        f"ten more trials would make it {score(found.next_optimism)}"
    )


def _seeds(look: Look, found: TuningResult) -> Lines:
    """How far the score moves when only the seed is another one."""
    seeds = found.seeds
    if seeds is None:
        return []
    if seeds.deviation is None:
        return items(
            look, ["how much of the score is the luck of one seed cannot be told: there was no time for others"]
        )
    reach = f", mean {score(seeds.low)} to {score(seeds.high)} (95%)" if seeds.low is not None else ""
    told = ", ".join(score(each) for each in seeds.scores)
    text = f"from {len(seeds.scores)} seeds {score(seeds.mean)} ± {score(seeds.deviation)}{reach}: {told}"
    return items(look, [text])


def _average(look: Look, found: TuningResult) -> Lines:
    """Whether an average of trials goes to the test, what it gains and what it costs."""
    average = found.ensemble
    if average is None:
        return []
    mark, colour = (look.glyphs.yes, "bold green") if average.accepted else (look.glyphs.bullet, "")
    lines = hanging(look, mark, average.sentence, colour)
    if len(average.members) > 1:
        shares = ", ".join(f"trial {each.number} {each.share:.0%}" for each in average.members)
        cost = f"{plural(average.parameters, 'parameter')}, {number(average.latency_ms)} ms for one row"
        single = f"the best trial alone {number(average.single_latency_ms)} ms"
        lines += pairs(look, [("made of", shares), ("costs", f"{cost} ({single})")])
    return lines


def _parallel(look: Look, found: TuningResult, greater: bool) -> Lines:
    drawn = parallel(found.board, look.width, greater, look.glyphs)
    return [*heading(look, "Where the best trials lie"), *drawn] if drawn else []


def _importance(look: Look, found: TuningResult) -> Lines:
    """The share of the differences between scores that each hyperparameter explains by itself."""
    if found.importance_unknown:
        return items(look, [found.importance_unknown])
    rows = [(each.name, Score("share", each.share, each.low, each.high)) for each in found.importance]
    return [*heading(look, "What moved the score, as shares"), *intervals(look, rows)] if rows else []


def _values(found: TuningResult) -> list[tuple[str, str]]:
    values = [(name, told(value)) for name, value in found.best.values.items()]
    return [*values, ("epochs", f"{found.best.epochs}")]


def _over_time(look: Look, done: list[TrialRow]) -> Lines:
    values = [trial.score for trial in done]
    ends = f"{score(values[0])} {look.glyphs.arrow} {score(values[-1])}"
    return [Text(f"{ends}  {sparkline(values, look.width - len(ends) - 2, look.glyphs)}")]


def _spread(look: Look, values: list[float]) -> Lines:
    """How the scores lie: many near the best mean that the choice among them hardly matters."""
    low, high = min(values), max(values)
    counts = [0] * BINS
    for value in values:
        counts[min(BINS - 1, int((value - low) / (high - low) * BINS)) if high > low else 0] += 1
    drawn = histogram(counts, low, high, min(look.width, 5 * BINS), 3, look.glyphs)
    words = paragraph(look, f"trials from the lowest to the highest scores: {', '.join(map(str, counts))}", style="dim")
    return [*(Text(line.rstrip()) for line in drawn), *words]
