"""The findings of the audit, one row each: accept the proposal, or override it with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message

from engine.findings import ACCEPT, OVERRIDE, asking
from engine.questions import Question
from engine.session import Session
from engine.values import Finding
from tui.fields import Field
from tui.glyphs import Marks
from tui.views.findings import answers_told, effect_told
from tui.widgets.cells import cut, fit, wrap

LABEL = 12
COLOURS = {"block": "bold red", "ask": "bold yellow", "note": "bright_black"}


class DecisionsField(Field):
    """Every finding with its evidence and proposal; the one under the cursor is shown in full."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("enter", "go", show=False),
        Binding("a,space", "accept", show=False),
        Binding("o", "override", show=False),
        Binding("A", "accept_all", show=False),
    ]

    @dataclass
    class Decided(Message):
        """Store this decision about these findings."""

        field: DecisionsField
        findings: tuple[str, ...]
        decision: str

    @dataclass
    class Reason(Message):
        """Ask for the reason of an override."""

        field: DecisionsField
        finding: Finding

    def __init__(self, question: Question, session: Session, marks: Marks) -> None:
        super().__init__(question, session, marks)
        self.at = 0

    def findings(self) -> tuple[Finding, ...]:
        """Those that ask first, then the notes."""
        result = self.session.plan.data.result
        return (
            tuple(sorted(result.findings, key=lambda f: ("block", "ask", "note").index(f.severity))) if result else ()
        )

    def decision(self, finding: Finding) -> str:
        return (self.session.plan.data.decisions or {}).get(finding.key, "")

    def waiting(self) -> list[Finding]:
        return [finding for finding in asking(self.session.plan) if not self.decision(finding)]

    @property
    def waits(self) -> bool:
        return bool(self.waiting())

    def lines(self, width: int) -> list[Text]:
        found = self.findings()
        waiting = len(self.waiting())
        if self.session.plan.data.result is None:
            said = "known when the data was read: F5"
        elif not found:
            said = "none: nothing unusual was seen"
        else:
            said = f"{len(found)}, {waiting} to decide" if waiting else f"{len(found)}, all decided"
        head = Text.assemble(
            self.edge(),
            (fit(self.question.ask.prompt, LABEL), "bold"),
            (fit(said, 32), "bold yellow" if waiting else "bright_black"),
        )
        lines = [head]
        for index, finding in enumerate(found):
            lines += self.row(finding, width, self.open and index == self.at)
        if self.open and waiting:
            lines.append(
                Text.assemble(
                    self.edge(), ("a accept  o override, with a reason  A accept all  v view rows", "bright_black")
                )
            )
        return [*lines, *self.errors(width)]

    def row(self, finding: Finding, width: int, here: bool) -> list[Text]:
        decision = self.decision(finding)
        if finding.severity == "note":
            mark, style = "note", "bright_black"
        elif not decision:
            mark, style = f"{self.marks.states['asks']} {finding.severity}", COLOURS[finding.severity]
        elif decision.startswith(ACCEPT):
            mark, style = f"{self.marks.states['done']} accept", "green"
        else:
            mark, style = f"{self.marks.states['skipped']} overr.", "yellow"
        columns = ", ".join(finding.columns) or "the file"
        name = self.clean(f"{columns}: {finding.detector.replace('_', ' ')}")
        first = Text.assemble(
            self.edge(),
            "  ",
            (fit(mark, 9), style),
            (fit(name, width - 13, glyphs=self.marks.drawn), "reverse" if here else ""),
        )
        if not here:
            detail = cut(self.clean(finding.evidence), width - 13, self.marks.drawn)
            return [first, Text.assemble(self.edge(), " " * 11, (detail, "bright_black"))]
        lines = [first]
        lines += [Text.assemble(self.edge(), " " * 11, line) for line in wrap(self.clean(finding.evidence), width - 13)]
        lines += self.told("proposal: ", finding.proposal, width)
        for words in (*answers_told(finding), *effect_told(finding)):
            lines += self.told("", words, width)
        if decision.startswith(OVERRIDE):
            lines += self.told("overridden: ", decision.removeprefix(OVERRIDE).lstrip(": "), width)
        return lines

    @property
    def here(self) -> Finding | None:
        """The finding under the cursor."""
        found = self.findings()
        return found[self.at] if self.open and found else None

    def told(self, word: str, text: str, width: int) -> list[Text]:
        said = wrap(self.clean(word + text), width - 13)
        return [Text.assemble(self.edge(), " " * 11, (line, "bold")) for line in said]

    def update(self) -> None:
        self.at = max(0, min(self.at, len(self.findings()) - 1))
        super().update()
        if self.open:
            self.call_after_refresh(self.follow)

    def follow(self) -> None:
        """Keep the row under the cursor in sight."""
        found = self.findings()
        if not found or not self.is_attached:
            return
        tall = len(self.row(found[self.at], self.size.width, True))
        body = self.screen.query_one("#body")
        here = self.region.translate(-body.region.offset + body.scroll_offset)
        body.scroll_to_region(Region(here.x, here.y + 1 + 2 * self.at, here.width, tall), animate=False, force=True)

    def action_move(self, by: int) -> None:
        if 0 <= self.at + by < len(self.findings()):
            self.at += by
            self.update()
        else:
            self.post_message(self.Moved(self, by))

    def action_go(self) -> None:
        """On to the next finding that waits, or out of the field."""
        found = self.findings()
        later = [index for index, finding in enumerate(found) if finding in self.waiting() and index > self.at]
        if later:
            self.at = later[0]
            self.update()
        else:
            self.post_message(self.Chosen(self, True))

    def action_accept(self) -> None:
        found = self.findings()
        if found and found[self.at].severity != "note":
            self.post_message(self.Decided(self, (found[self.at].key,), ACCEPT))

    def action_accept_all(self) -> None:
        waiting = self.waiting()
        if waiting:
            self.post_message(self.Decided(self, tuple(finding.key for finding in waiting), ACCEPT))

    def action_override(self) -> None:
        found = self.findings()
        if found and found[self.at].severity != "note":
            self.post_message(self.Reason(self, found[self.at]))
