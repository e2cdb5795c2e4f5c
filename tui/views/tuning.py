"""The search: the best score corrected for having been chosen, how lucky it may be, and the board of trials."""

from rich.text import Text

from engine.search.results import TrialRow, TuningResult
from engine.session import Session
from tui.views.parts import (
    Lines,
    Look,
    Shown,
    greater_is_better,
    hanging,
    heading,
    intervals,
    metric_title,
    pairs,
    paragraph,
    plural,
    spread,
)
from tui.widgets.board import board, told
from tui.widgets.cells import score
from tui.widgets.chart import histogram, sparkline

LIGHTS = {"green": ("yes", "little luck"), "amber": ("warn", "some luck"), "red": ("no", "mostly luck")}
BINS = 8
"""Bins of the histogram of scores, drawn when there are at least so many trials."""


def show(session: Session, look: Look) -> Shown:
    """The search's result."""
    found = session.plan.tuning.result
    assert found is not None
    best, metric = found.best, found.best.score.metric
    glyph, word = LIGHTS[found.light]
    colour = {"green": "bold green", "amber": "bold yellow", "red": "bold red"}[found.light]
    body = heading(look, f"Trial {best.number}, as read and corrected")
    body += intervals(look, [("as read", best.score), ("corrected", best.corrected)], marked=["corrected"])
    body += hanging(look, f"{getattr(look.glyphs, glyph)} {found.light} ", _luck(found, word), colour)
    body += [*heading(look, "The best configuration"), *pairs(look, _values(found))]
    done = [trial for trial in found.board if trial.score is not None]
    if done:
        body += [*heading(look, f"{metric_title(metric)} of each trial, in order"), *_over_time(look, done)]
    if len(done) >= BINS:
        body += _spread(look, [trial.score for trial in done if trial.score is not None])
    body += heading(look, f"{plural(len(found.board), 'trial')}, best first")
    body += board(found.board, look.width, greater_is_better(metric), look.glyphs)
    reach = f", {spread(best.corrected)} (95%)" if spread(best.corrected) else ""
    words = f"{metric_title(metric)}, corrected for the luck of {found.trials} trials{reach}"
    return Shown(score(best.corrected.value), words, body)


def _luck(found: TuningResult, word: str) -> str:
    return (
        f"{word}: {score(found.optimism)} of the best score comes from having been chosen among {found.trials}; "
        f"ten more trials would make it {score(found.next_optimism)}"
    )


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
