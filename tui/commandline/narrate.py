"""What a job tells, on stderr: a progress line on a terminal, plain lines elsewhere, at most one a second per phase."""

import shutil
import sys
import time
from typing import TextIO

from engine.jobs.events import AnyEvent, Epoch, Found, Line, Log, Luck, Phase, Trial
from engine.report.words import clean
from engine.search.results import STOP

BAR = 24
SECOND = 1.0


class Narrator:
    """Tells events as they come; `bar` draws one line that is rewritten, which needs a terminal."""

    def __init__(self, stream: TextIO | None = None, bar: bool | None = None) -> None:
        self._stream = stream or sys.stderr
        self._bar = self._stream.isatty() if bar is None else bar
        self._drawn = False
        self._light = ""
        self._told: dict[str, float] = {}

    def say(self, text: str) -> None:
        """A line that stays."""
        self._clear()
        print(clean_lines(text), file=self._stream, flush=True)

    def events(self, lines: list[Line]) -> None:
        """Tell what a job told; of one phase only the newest."""
        for line in lines:
            self._event(line.event)

    def end(self) -> None:
        """Take the progress line away."""
        self._clear()
        self._told.clear()

    def _event(self, event: AnyEvent) -> None:
        match event:
            case Phase():
                self._progress(event.name, _phase(event), event.done >= event.total > 0)
            case Epoch() if self._bar:
                self._draw(f"  {event.run}: epoch {event.epoch}/{event.total} {_values(event.values)}")
            case Trial() if event.state != "running":
                self.say(f"  {_trial(event)}")
            case Luck() if event.light != self._light:
                self._light = event.light
                self.say(f"  luck of the best is {event.light}" + (f": {STOP}" if event.light == "red" else ""))
            case Found() if event.finding.severity != "note":
                self.say(f"  found {event.finding.key}: {event.finding.evidence}")
            case Log():
                self.say(f"  {'' if event.level == 'info' else event.level + ': '}{event.text}")

    def _progress(self, phase: str, text: str, last: bool) -> None:
        if self._bar:
            self._draw(text)
            return
        now = time.monotonic()
        if last or now - self._told.get(phase, -SECOND) >= SECOND:
            self._told[phase] = now
            self.say(text)

    def _draw(self, text: str) -> None:
        width = shutil.get_terminal_size().columns
        self._stream.write(f"\r\x1b[K{clean(text)[: width - 1]}")
        self._stream.flush()
        self._drawn = True

    def _clear(self) -> None:
        if self._drawn:
            self._stream.write("\r\x1b[K")
            self._drawn = False


def clean_lines(text: str) -> str:
    """Several lines, each clean, with its indentation."""
    return "\n".join(line[: len(line) - len(line.lstrip(" "))] + clean(line) for line in text.split("\n"))


def _phase(event: Phase) -> str:
    if not event.total:
        return f"  {event.name}"
    share = min(1.0, event.done / event.total)
    left = f", about {duration(event.eta)} left" if event.eta else ""
    return f"  {event.name} [{'#' * round(BAR * share):.<{BAR}}] {event.done}/{event.total}{left}"


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _trial(event: Trial) -> str:
    score = "no score" if event.score is None else f"score {event.score:.4g}"
    note = f", {event.note}" if event.note else ""
    return f"trial {event.number} {event.state}: {score}, {duration(event.seconds)}{note}"


def _values(values: dict[str, float | None]) -> str:
    return " ".join(f"{name} {value:.4g}" for name, value in values.items() if value is not None)
