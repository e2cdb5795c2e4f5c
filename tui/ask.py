"""The wizard's questions as plain prompts, line by line, nothing redrawn: for screen readers, scripts and pipes."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from engine.errors import JobFailed, UserError
from engine.findings import ACCEPT, OVERRIDE, undecided
from engine.questions import Question, show
from engine.session import Session
from engine.steps import STEPS
from tui.commandline import pages
from tui.commandline.carry import BudgetUsedUp, carry_out, go_on_against, unfinished
from tui.commandline.command import Exit
from tui.commandline.narrate import Narrator, clean_lines

KEYS = "Enter accepts what is in brackets, ? says why it matters, < goes back, - takes an answer back, q ends."
YES = ("y", "yes")


class Ended(Exception):
    """The person, or the input, is through; every answer is on disk already."""


class Back(Exception):
    """The question before this one is wanted."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Asks the questions of a session on stdin and stdout."""

    session: Session

    def hold(self) -> int:
        """From the first step to the last, or to where the input ends. Returns the exit code."""
        self._say(f"{self.session.name}. {KEYS}")
        step, last = 0, False
        names = list(STEPS)
        try:
            while step < len(names):
                try:
                    self._questions(names[step], last)
                except Back:
                    step, last = max(0, step - 1), step > 0
                    continue
                try:
                    self._run(names[step])
                    step, last = step + 1, False
                except Back:
                    last = True
        except Ended:
            self._say("Ended here; every answer is kept.")
        self._say(pages.standing(self.session))
        return Exit.DONE

    def _questions(self, step: str, last: bool) -> None:
        """Ask a step's questions; `last` begins with the last one. Errors: Back before the first."""
        session = self.session
        self._say(f"\n{list(STEPS).index(step) + 1} of {len(STEPS)}. {session.step(step).title}")
        for reason in session.stale_because(step):
            self._say(f"stale: {reason}")
        at = max(0, len(self._asked(step)) - 1) if last else 0
        while at < len(self._asked(step)):
            try:
                self._question(self._asked(step)[at])
                at += 1
            except Back:
                if at <= 0:
                    raise
                at -= 1
        for note in session.advice(step).notes:
            self._say(f"{note.level}: {note.text}")

    def _asked(self, step: str) -> list[Question]:
        return [question for question in self.session.asked(step) if question.name != "decisions"]

    def _question(self, question: Question) -> None:
        """One question until its answer is accepted. Errors: Back, Ended."""
        session = self.session
        given = getattr(getattr(session.plan, question.step), question.name)
        advised = session.advice(question.step).answers.get(question.name)
        choices = question.choices(session.resolved.plan)
        hint = f" ({question.ask.hint})" if question.ask.hint else ""
        self._say(f"{question.ask.prompt}{hint}")
        for number, choice in enumerate(choices, 1):
            self._say(f"  {number}. {choice.label}{': ' + choice.note if choice.note else ''}")
        shown = show(given if given is not None else advised.value if advised else None)
        mark = f", advised: {advised.reason}" if advised and given is None else ""
        while True:
            said = self._read(f"[{shown or 'no answer'}{mark}]")
            if said == "?":
                self._say(question.why().strip())
                continue
            if said == "":
                return
            if said.isdigit() and 0 < int(said) <= len(choices):
                said = choices[int(said) - 1].value
            try:
                session.answer(question.step, question.name, None if said == "-" else said)
            except UserError as error:
                self._say(str(error))
                continue
            reason = session.against(question.step).get(question.name)
            if reason:
                self._say(f"noted, against the advice: {reason}")
            return

    def _run(self, step: str) -> None:
        """Offer to run a step that has to, and go on with the decisions that it asks for. Errors: Back, Ended."""
        session = self.session
        if unfinished(session, step):
            blockers = session.blockers(step)
            if blockers:
                self._say(f"It cannot run yet: {blockers[0]}")
                return
            if self._read(f"Run {step} now? [yes]").lower() not in ("", *YES):
                return
            go_on_against(session, step)
            self._carry_out(step)
        if step == "data":
            self._decide()
        verdict = session.verdict(step)
        if verdict.outcome == "failed":
            if session.failed_job(step) is None:
                self._say(pages.drawing_board(session, step, session.archive()))
            if self._read("Go on all the same? [no]").lower() not in YES:
                raise Ended

    def _carry_out(self, step: str) -> None:
        try:
            carry_out(self.session, step, Narrator(bar=False), settle=False)
        except (UserError, JobFailed, BudgetUsedUp) as error:
            self._say(str(error))

    def _decide(self) -> None:
        """Ask about each finding of the audit that waits. Errors: Back, Ended."""
        for finding in undecided(self.session.resolved.plan):
            self._say(f"{finding.key}: {finding.evidence}\nproposal: {finding.proposal}")
            while True:
                said = self._read(f"[{ACCEPT}, or {OVERRIDE}: REASON]") or ACCEPT
                if said == "?":
                    self._say(self.session.questions("data")["decisions"].why().strip())
                    continue
                try:
                    self.session.decide(finding.key, said)
                    break
                except UserError as error:
                    self._say(str(error))

    def _read(self, prompt: str) -> str:
        """A line of input. Errors: Ended at the end of the input or on q, Back on <."""
        self._say(prompt, end=" ")
        line = sys.stdin.readline()
        if not line:
            self._say("")
            raise Ended
        said = line.strip()
        if said == "<":
            raise Back
        if said == "q":
            raise Ended
        return said

    def _say(self, text: str, end: str = "\n") -> None:
        print(clean_lines(text), end=end, flush=True)
