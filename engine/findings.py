"""What the decisions about the audit's findings mean: which still wait, which columns and rows they take out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from engine.errors import UserError
from engine.questions import nearest, parse, questions
from engine.tasks import TASKS
from engine.values import Finding, Note, Section

if TYPE_CHECKING:
    from engine.steps import Plan

ACCEPT = "accept"
OVERRIDE = "override"


def asking(plan: Plan) -> tuple[Finding, ...]:
    """The findings that ask for a decision at all: every one that is more than a note."""
    result = plan.data.result
    return tuple(finding for finding in result.findings if finding.severity != "note") if result else ()


def undecided(plan: Plan) -> tuple[Finding, ...]:
    """The findings that still wait for a decision."""
    decisions = plan.data.decisions or {}
    return tuple(finding for finding in asking(plan) if finding.key not in decisions)


def waiting(plan: Plan) -> tuple[Note, ...]:
    """The blocker that undecided findings are for every step that learns from the rows."""
    found = undecided(plan)
    if not found:
        return ()
    named = ", ".join(finding.key for finding in found[:3])
    text = f"{len(found)} findings of the audit wait for a decision ({named}): decide them in data"
    return (Note("blocker", text),)


def accepted(plan: Plan) -> tuple[Finding, ...]:
    """The findings whose proposal is carried out."""
    decisions = plan.data.decisions or {}
    return tuple(finding for finding in asking(plan) if decisions.get(finding.key, "").startswith(ACCEPT))


def overridden(plan: Plan) -> tuple[tuple[Finding, str], ...]:
    """The findings decided against the proposal, each with the reason given."""
    decisions = plan.data.decisions or {}
    return tuple(
        (finding, decisions[finding.key].removeprefix(OVERRIDE).lstrip(": "))
        for finding in asking(plan)
        if decisions.get(finding.key, "").startswith(OVERRIDE)
    )


def by_key(plan: Plan, decisions: dict[str, str]) -> dict[str, str]:
    """Decisions may name a finding by its key, its detector or a column; they are kept by key. Errors: UserError."""
    known = asking(plan)
    kept: dict[str, str] = {}
    for word, decision in decisions.items():
        if not decision.startswith((ACCEPT, OVERRIDE)):
            raise UserError(f"data.decisions.{word}: found {decision!r}, accepted is 'accept' or 'override: REASON'")
        if decision.removeprefix(OVERRIDE).strip(": ") == "":
            raise UserError(f"data.decisions.{word}: an override needs its reason, as 'override: REASON'")
        keys = _keys(known, word)
        if known and not keys:
            raise UserError(
                f"data.decisions.{word}: no finding of that name{nearest(word, [finding.key for finding in known])}"
            )
        kept |= dict.fromkeys(keys or [word], decision)
    return kept


def renamed(plan: Plan) -> dict[str, str] | None:
    """The decisions by key, also those given before the audit; what fits no finding stays as it was written."""
    if plan.data.decisions is None:
        return None
    known = asking(plan)
    kept: dict[str, str] = {}
    for word, decision in plan.data.decisions.items():
        kept |= dict.fromkeys(_keys(known, word) or [word], decision)
    return kept


def _keys(known: tuple[Finding, ...], word: str) -> list[str]:
    return [f.key for f in known if word == f.key or word in f.columns or word == f.detector]


def left_out(plan: Plan) -> dict[str, str]:
    """The columns the model never receives, each with its reason."""
    reasons = dict.fromkeys(plan.framing.late or (), "known only after the outcome")
    reasons |= dict.fromkeys(plan.data.drop or (), "left out on request")
    for finding in accepted(plan):
        reasons |= dict.fromkeys(finding.drop, f"{finding.detector}: {finding.evidence}")
    task = TASKS.get(plan.framing.task or "")
    if task is not None and task.lists and plan.framing.group:
        reasons[plan.framing.group] = "says of which list a row is one"
    if plan.data.result:
        reasons |= dict.fromkeys(
            plan.data.result.reading.hints, "says which rows belong together, and nothing of a row"
        )
    if plan.framing.existing_column:
        reasons[plan.framing.existing_column] = "holds the predictions of the present system"
    target = plan.data.result.target if plan.data.result else None
    return {**reasons, **dict.fromkeys(target.columns, "is the target")} if target else reasons


def rows_left_out(plan: Plan) -> frozenset[int]:
    """Ids of the development rows that accepted findings keep out of training."""
    return frozenset(row for finding in accepted(plan) if finding.rows_out for row in finding.row_ids)


def carried(plan: Plan, keys: Iterable[str], open_only: bool = False) -> Plan:
    """The plan with the answers to other questions that accepting these findings gives (`framing.group` = a column).

    With `open_only` what a person has answered stays as it is.
    """
    chosen = set(keys)
    for finding in accepted(plan):
        for question, value in finding.answers.items() if finding.key in chosen else ():
            step, _, name = question.partition(".")
            section: Section = getattr(plan, step)
            held = getattr(section, name)
            if held is None or not open_only:
                answer = parse(questions(step, type(section))[name], value, plan)
                answer = {**(held or {}), **answer} if isinstance(answer, dict) else answer
                plan = replace(plan, **{step: replace(section, **{name: answer})})
    return plan


def blanks(plan: Plan) -> dict[str, tuple[float, ...]]:
    """The numbers that stand for missing, by column, as accepted findings say."""
    found: dict[str, tuple[float, ...]] = {}
    for finding in accepted(plan):
        for column in finding.columns if finding.blank else ():
            found[column] = (*found.get(column, ()), *finding.blank)
    return found


def merged(plan: Plan) -> dict[str, dict[str, str]]:
    """Words that are read as another one, by column, as accepted findings say."""
    found: dict[str, dict[str, str]] = {}
    for finding in accepted(plan):
        for column in finding.columns if finding.merged else ():
            found[column] = {**found.get(column, {}), **finding.merged}
    return found
