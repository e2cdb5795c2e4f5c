"""The board of a search: its trials as a table, best first, with the values in which they differ."""

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

from rich.text import Text

from engine.search.results import STOP
from tui.widgets.cells import UNICODE, Glyphs, cut, duration, number, score
from tui.widgets.table import Column, table

STATES = {
    "done": "yes",
    "failed": "no",
    "infeasible": "warn",
    "pruned": "cut",
    "skipped": "open",
    "running": "here",
}
"""The glyph of each state; the note says its word, so that none is told by its mark alone."""
WITHOUT_SCORE = {"infeasible": "too large", "pruned": "ended early", "skipped": "skipped", "failed": "failed"}
LIGHTS = {
    "green": ("yes", "little luck", "bold green"),
    "amber": ("warn", "some luck", "bold yellow"),
    "red": ("no", "mostly luck", "bold red"),
}


class Row(Protocol):
    """A trial, whether it is told by a running job or kept in the plan."""

    @property
    def number(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def values(self) -> Mapping[str, float | int | str | bool]: ...
    @property
    def score(self) -> float | None: ...
    @property
    def seconds(self) -> float: ...
    @property
    def note(self) -> str: ...


def rank(trial: Row, greater_is_better: bool) -> tuple[float, bool, int]:
    """By what trials are sorted: scored ones, the best first, then those that run, then those without a score."""
    if trial.score is None or not math.isfinite(trial.score):
        return math.inf, trial.state != "running", trial.number
    return -trial.score if greater_is_better else trial.score, True, trial.number


def board(trials: Sequence[Row], width: int, greater_is_better: bool, glyphs: Glyphs = UNICODE) -> list[Text]:
    """One line per trial, best first; hyperparameters go where there is no room, the last named first."""
    order = sorted(trials, key=lambda trial: rank(trial, greater_is_better))
    names = list(dict.fromkeys(name for trial in order for name in trial.values))
    columns = [Column("", least=1), Column("trial", "right"), Column("score", "right")]
    columns += [Column(name, "right", rank=2 + place) for place, name in enumerate(names)]
    columns += [Column("time", "right", rank=1), Column("note", least=8, rank=1)]
    rows = [
        (
            getattr(glyphs, STATES[trial.state]),
            str(trial.number),
            score(trial.score),
            *(told(trial.values.get(name)) for name in names),
            "runs" if trial.state == "running" else duration(trial.seconds) if trial.seconds else "",
            _noted(trial),
        )
        for trial in order
    ]
    styles = ["bold" if place == 0 and trial.score is not None else "" for place, trial in enumerate(order)]
    return table(columns, rows, width, glyphs, styles)


def _noted(trial: Row) -> str:
    """The word of a state without a score, and why; a trial with a score has at most a note."""
    return ": ".join(part for part in (WITHOUT_SCORE.get(trial.state, ""), trial.note) if part)


def luck(now: float, later: float, light: str, width: int, glyphs: Glyphs = UNICODE) -> Text:
    """One line: how much of the best score is luck, now and after ten more trials; when it is red, to stop."""
    glyph, word, style = LIGHTS[light]
    said = STOP if light == "red" else f"{word}: {score(now)} of the best score, {score(later)} after ten more trials"
    return Text(cut(f"{getattr(glyphs, glyph)} {light} {said}", width, glyphs), style=style)


def told(value: float | int | str | bool | None) -> str:
    """A hyperparameter as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value)
    return "" if value is None else str(value)
