"""A running job, followed through its files: progress, curves, trials and the last lines, at most once a second."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual.containers import VerticalGroup
from textual.message import Message

from engine.jobs.events import Epoch, Line, Trial
from engine.jobs.folder import JobFolder
from engine.jobs.follow import ENDED, Curve, Follower
from engine.jobs.follow import JobView as Known
from engine.session import Session
from engine.stats.catalogue import METRIC_INFO
from engine.steps import STEPS
from tui.widgets.board import board, luck, rank
from tui.widgets.cells import UNICODE, Glyphs, clean, cut, duration, score, wrap
from tui.widgets.chart import Point, gauge, sparkline
from tui.widgets.curves import calm, curves
from tui.widgets.rows import Rows

PERIOD = 1.0
"""Seconds between two looks."""
QUIET = 30.0
"""Seconds without an event after which it is said."""
TRIALS, TAIL, TALLEST = 6, 8, 12
BAR, SAID = 16, 16
"""Cells of the bar, and the fewest for the words before it."""
FEWEST_TRIALS, SHORTEST_TAIL, LOWEST = 3, 3, 6
INTERRUPTED = "nobody works on it any more; run the step again, and it goes on where it was"
LEVELS = {"info": "", "warning": "yellow", "error": "bold red"}


@dataclass(frozen=True, slots=True)
class Room:
    """The lines that each part of the view gets."""

    chart: int
    board: int
    tail: int


def room(height: int, curve: bool, trials: bool, log: bool) -> Room:
    """Share out the lines below the status: the tail gives way first, then the board, then the chart goes.

    What a part holds does not count, only that it is there: so nothing moves while it fills.
    """
    below = 1 + TAIL if log else 0
    middle = 2 + TRIALS if trials else 0
    wanted = LOWEST if curve else 0
    if log:
        below -= min(TAIL - SHORTEST_TAIL, max(0, below + middle + wanted - height))
    if trials:
        middle -= min(TRIALS - FEWEST_TRIALS, max(0, below + middle + wanted - height))
    left = height - below - middle
    drawn = min(TALLEST, left) if curve and left >= LOWEST else 0
    return Room(drawn, middle, max(0, min(below, height - drawn - middle)))


def status(view: Known, step: str, run: str, width: int, glyphs: Glyphs = UNICODE) -> list[Text]:
    """Phase and progress, the current run in numbers, and silence where there is any: two or three lines."""
    word = STEPS[step].word if step in STEPS else step
    said = f"{word}: {clean(view.phase, glyphs)}" if view.phase else f"{word}: {view.state}"
    bar = f"  {gauge(view.done, view.total, BAR, glyphs)}" if view.total else ""
    count = f"  {view.done} of {view.total}" if view.total else ""
    left = f"  {duration(view.eta)} left" if view.eta else ""
    # Where there is little room the bar goes first, then the time, because the count says most.
    behind = next((text for text in (bar + count + left, count + left, count) if len(text) <= width - SAID), "")
    first = Text(cut(said, width - len(behind), glyphs), style="bold")
    first.append(behind, style="not bold")
    lines = [first, Text(_run(view.curves.get(run), run, width, glyphs))]
    if view.silent is not None and view.silent > QUIET:
        silence = f"{glyphs.warn} no sign of life for {duration(view.silent)} (process {view.pid})"
        lines.append(Text(cut(silence, width, glyphs), style="bold yellow"))
    return lines


def _run(curve: Curve | None, run: str, width: int, glyphs: Glyphs) -> str:
    """The current run and its last values: the metric first, which is told last, and no more than have room."""
    if curve is None or not curve.points:
        return ""
    last = curve.points[-1]
    line = cut(f"{clean(run, glyphs)}, epoch {last.epoch}/{curve.total}", width, glyphs)
    for name, value in reversed(last.values.items()):
        longer = f"{line}, {clean(name, glyphs)} {score(value)}"
        if cell_len(longer) > width:
            break
        line = longer
    return line


def chart(curve: Curve, width: int, height: int, glyphs: Glyphs = UNICODE) -> list[Text]:
    """The losses of a run on one chart, and below it one line for the metric; `height` lines at most."""
    names = list(dict.fromkeys(name for point in curve.points for name in point.values))
    losses = [name for name in names if "loss" in name][:2]
    others = [name for name in names if "loss" not in name][:1]
    series = {name: _values(curve, name) for name in losses or others}
    rest = [_spark(curve, name, width, glyphs) for name in others] if losses else []
    return [
        *curves(series, width, height - 2 - len(rest), span=curve.total, top=calm(series.values()), glyphs=glyphs),
        *rest,
    ]


def _values(curve: Curve, name: str) -> list[Point]:
    """A value per epoch; epochs that were not told take the value before."""
    known = {point.epoch: point.values.get(name) for point in curve.points}
    first, last = curve.points[0].epoch, curve.points[-1].epoch
    values: list[Point] = [None] * (first - 1)
    for epoch in range(first, last + 1):
        values.append(known[epoch] if epoch in known else values[-1])
    return values


def _spark(curve: Curve, name: str, width: int, glyphs: Glyphs) -> Text:
    values = _values(curve, name)
    label = f"{clean(name, glyphs)} {score(values[-1])}  "
    drawn = sparkline(values, max(0, width - len(label)), glyphs)
    return Text(cut(label + drawn, width, glyphs))


def tail(view: Known, width: int, height: int, glyphs: Glyphs = UNICODE) -> list[Text]:
    """A head and the last lines of narration, `height` lines in all."""
    if height < 2 or not view.tail:
        return []
    shown = view.tail[-(height - 1) :]
    lines = [Text(cut(clean(log.text, glyphs), width, glyphs), style=LEVELS[log.level]) for log in shown]
    return [Text(cut("log (l shows all of it)", width, glyphs), style="dim"), *lines]


def ending(view: Known, width: int, glyphs: Glyphs = UNICODE) -> list[Text]:
    """How a job ended, in its own sentence, and what to do next."""
    marks = {"done": (glyphs.yes, "bold green"), "failed": (glyphs.no, "bold red")}
    mark, style = marks.get(view.state, (glyphs.warn, "bold yellow"))
    sentence = INTERRUPTED if view.state == "interrupted" else view.sentence
    words = ": ".join(part for part in (f"{mark} {view.state}", clean(sentence, glyphs)) if part)
    lines = [Text(line, style=style) for line in wrap(words, width)]
    return lines + [Text(line) for line in wrap(clean(view.advice, glyphs), width)]


class JobView(VerticalGroup):
    """Follows one job until it has ended, and says so once by `JobView.Finished`."""

    DEFAULT_CSS = "JobView { height: 1fr; width: 1fr; }"

    class Finished(Message):
        """The job has ended; `view` tells how."""

        def __init__(self, job: JobFolder, view: Known) -> None:
            super().__init__()
            self.job = job
            self.view = view

    def __init__(self, session: Session, job: JobFolder, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:
        super().__init__(id=id)
        self.job = job
        self._glyphs = glyphs
        self._follower = Follower(job)
        self._run = ""
        self._ended = False
        metric = session.resolved.plan.metric.primary or ""
        self._greater = metric not in METRIC_INFO or METRIC_INFO[metric].greater_is_better
        self._parts = {name: Rows(id=f"job-{name}") for name in ("status", "chart", "board", "tail")}

    def compose(self) -> list[Rows]:
        return list(self._parts.values())

    def on_mount(self) -> None:
        self._timer = self.set_interval(PERIOD, self.look)

    def on_resize(self) -> None:
        self.look()

    def look(self) -> None:
        """Read what is new, and draw what it changes."""
        self._note(self._follower.poll())
        view = self._follower.view
        self._draw(view)
        if view.state in ENDED and not self._ended:
            self._ended = True
            self._timer.stop()
            self.post_message(self.Finished(self.job, view))

    def _note(self, lines: Sequence[Line]) -> None:
        told = [line.event.run for line in lines if isinstance(line.event, Epoch)]
        self._run = told[-1] if told else self._run

    def _draw(self, view: Known) -> None:
        width, height = self.size
        if width < 1 or height < 1:
            return
        glyphs, curve = self._glyphs, view.curves.get(self._run)
        top = status(view, self.job.step, self._run, width, glyphs)
        top += ending(view, width, glyphs) if view.state in ENDED else []
        share = room(height - len(top), curve is not None, bool(view.trials), bool(view.tail))
        trials = self._board(view, width, share.board)
        self._show("status", top, len(top))
        self._show("chart", chart(curve, width, share.chart, glyphs) if curve and share.chart else [], share.chart)
        self._show("board", trials, share.board)
        self._show("tail", tail(view, width, share.tail, glyphs), share.tail)

    def _board(self, view: Known, width: int, height: int) -> list[Text]:
        """What the luck of the best is, once two trials can tell, and the trials for which there is room."""
        if not height:
            return []
        told = view.luck if view.luck is not None and view.luck.trials > 1 else None
        first = [luck(told.now, told.later, told.light, width, self._glyphs)] if told else []
        return first + board(self._chosen(view, height - 2 - len(first)), width, self._greater, self._glyphs)

    def _chosen(self, view: Known, count: int) -> list[Trial]:
        """The best trials, and the one that runs."""
        order = sorted(view.trials.values(), key=lambda trial: rank(trial, self._greater))
        running = [trial for trial in order if trial.state == "running"][:1]
        others = [trial for trial in order if trial not in running]
        return [*others[: max(0, count - len(running))], *running]

    def _show(self, part: str, lines: list[Text], height: int) -> None:
        """The lines of a part in exactly its height."""
        self._parts[part].show([*lines, *[Text()] * (height - len(lines))][:height])
