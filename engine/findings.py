"""What the decisions about the audit's findings mean: which still wait, which columns and rows they take out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.values import Finding

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


def left_out(plan: Plan) -> dict[str, str]:
    """The columns the model never receives, each with its reason."""
    reasons = dict.fromkeys(plan.framing.late or (), "known only after the outcome")
    reasons |= dict.fromkeys(plan.data.drop or (), "left out on request")
    for finding in accepted(plan):
        reasons |= {column: f"{finding.detector}: {finding.evidence}" for column in finding.drop}
    if plan.framing.existing_column:
        reasons[plan.framing.existing_column] = "holds the predictions of the present system"
    target = plan.data.result.target if plan.data.result else None
    return {**reasons, target.column: "is the target"} if target else reasons


def rows_left_out(plan: Plan) -> frozenset[int]:
    """Ids of the development rows that accepted findings keep out of training."""
    return frozenset(row for finding in accepted(plan) if finding.rows_out for row in finding.row_ids)
