"""What a finding does to the score, and what accepting it answers, in words; form and view say the same."""

from engine.values import Finding
from tui.views.parts import metric_title
from tui.widgets.cells import score


def effect_told(finding: Finding) -> tuple[str, ...]:
    """The score with and without, the difference with its interval, and how it was measured; nothing unmeasured."""
    found = finding.effect
    if found is None:
        return ()
    return (
        f"score: {metric_title(found.metric)} {score(found.with_it)} as it is, {score(found.without_it)} if accepted; "
        f"difference {score(found.difference)} ({score(found.low)} to {score(found.high)}, 95%), n = {found.n:,}, "
        f"{found.how}",
    )


def answers_told(finding: Finding) -> tuple[str, ...]:
    """The answers to other questions that accepting gives."""
    return tuple(f"accepting answers {question}: {value}" for question, value in finding.answers.items())
