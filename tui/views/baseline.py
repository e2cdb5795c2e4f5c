"""The small network against naive answers and references on one axis, the paired test, and the drawing board."""

from engine.goals import GOALS
from engine.session import Session
from engine.steps.baseline import BaselineResult
from tui.views.inputs import changes
from tui.views.parts import (
    Column,
    Lines,
    Look,
    Shown,
    better_first,
    groups,
    hanging,
    heading,
    intervals,
    metric_title,
    pairs,
    section,
    table,
)
from tui.widgets.cells import number, score
from tui.widgets.chart import sparkline

NETWORK = "small network"
WORDS = {
    "beats": "better than the bar",
    "not shown": "against the bar: no difference shown",
    "refuted": "against the bar: not better by what matters",
    "underpowered": "against the bar: too few rows to tell",
}
ATTEMPTS = (
    Column("", least=1),
    Column("kind", least=8),
    Column("units", "right", rank=2),
    Column("layers", "right", rank=3),
    Column("learning rate", "right", rank=1),
    Column("score", "right"),
)
CLAIMS = {"H1": "the target can be predicted from these inputs", "H2": "the data are informative enough"}
STATES = {"supported": "yes", "not supported": "no", "unproven": "warn"}


def show(session: Session, look: Look) -> Shown:
    """The baseline's result."""
    found = session.plan.baseline.result
    assert found is not None
    metric = found.network.score.metric
    # Predictors may be scored in several metrics; only the deciding one has an axis here.
    rows = [(named.name, named.score) for named in (*found.naive, *found.references) if named.score.metric == metric]
    body = heading(look, f"{metric_title(metric)} on the same rows, best first")
    own = "clusters" if session.plan.framing.task in GOALS else NETWORK
    body += intervals(look, better_first([*rows, (own, found.network.score)]), marked=[own])
    body += [*heading(look, f"Paired test against {found.bar}"), *_test(look, found)]
    failed = found.outcome != "beats"
    body += groups(look, found.clusters)
    if found.rivals:
        body += [*heading(look, "The network less what else could be shipped"), *_rivals(look, found)]
    body += section(look, "Back to the drawing board" if failed else "Next", found.advice, numbered=True)
    if found.hypotheses:
        body += heading(look, "Hypotheses")
        for claim in found.hypotheses:
            mark = getattr(look.glyphs, STATES[claim.state])
            body += hanging(look, mark, f"{claim.state}: {CLAIMS.get(claim.name, claim.name)}: {claim.why}")
    if found.attempts:
        tried = [
            (
                look.glyphs.here if a == found.chosen else "",
                a.family or "network",
                str(a.units),
                str(a.layers),
                number(a.learning_rate),
                score(a.score),
            )
            for a in found.attempts
        ]
        body += [*heading(look, "Configurations tried"), *table(look, ATTEMPTS, tried)]
        body += [line for a in found.attempts if a.note for line in hanging(look, look.glyphs.bullet, a.note)]
    body += _rate(look, found)
    body += changes(look, found.data_trials)
    tested = found.comparison
    reach = f"{score(tested.low)} to {score(tested.high)} (95%)"
    words = f"{WORDS[found.outcome]} ({found.bar}), {reach}"
    return Shown(f"{'+' if tested.difference > 0 else ''}{score(tested.difference)}", words, body)


def _rivals(look: Look, found: BaselineResult) -> Lines:
    """Paired differences, with their intervals; above 0 the network is better."""
    facts = []
    for each in found.rivals:
        tested = each.comparison
        facts.append((each.name, f"{tested.difference:+.4f} ({score(tested.low)} to {score(tested.high)})"))
    return pairs(look, facts)


def _rate(look: Look, found: BaselineResult) -> Lines:
    """The loss over rising learning rates, low to high, and what was concluded."""
    tested = found.rate_test
    if tested is None:
        return []
    lines = heading(look, "Learning-rate range test of the first network")
    if tested.points:
        drawn = sparkline([point.loss for point in tested.points], look.width // 2, look.glyphs)
        reach = f"{number(tested.points[0].rate)} to {number(tested.points[-1].rate)}"
        lines += pairs(look, [("loss", f"{drawn}  at {reach}")])
    return lines + hanging(look, look.glyphs.bullet, tested.sentence)


def _test(look: Look, found: BaselineResult) -> Lines:
    tested = found.comparison
    facts = [
        ("difference", f"{score(tested.difference)} ({score(tested.low)} to {score(tested.high)}), above 0 is better"),
        ("test", tested.test),
        ("p", "below 0.001" if tested.p < 0.001 else f"{tested.p:.3f}"),
        ("parameters", f"{found.network.parameters:,}"),
    ]
    if tested.minimal_detectable is not None:
        facts.append(("detectable", f"{score(tested.minimal_detectable)} with so many rows"))
    if found.upper is not None:
        facts.append(("at most", f"an improvement is below {score(max(found.upper, 0.0))} with 95 %"))
    if tested.rows_needed is not None:
        facts.append(("rows needed", f"about {tested.rows_needed:,} to see the gain that matters"))
    return pairs(look, facts)
