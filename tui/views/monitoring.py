"""How the shipped model is watched: computed sizes, the rules of retraining, and what is still open."""

from engine.session import Session
from engine.steps.monitoring import Sample
from tui.views.parts import Lines, Look, Shown, heading, pairs, paragraph, section


def show(session: Session, look: Look) -> Shown:
    """The monitoring's result."""
    found = session.plan.monitoring.result
    assert found is not None
    body: Lines = []
    test = found.experiment
    if test is not None:
        days = "at no known volume" if test.days is None else f"{test.days:,} days"
        body += [*heading(look, "A/B test"), *pairs(look, [("users per arm", f"{test.per_arm:,}"), ("takes", days)])]
        body += paragraph(look, test.how, style="dim")
    body += _sample(look, "Audit by hand", "rows", found.audit)
    body += _sample(look, "Survey", "people to ask", found.survey)
    body += _sample(look, "Rows per look at the shipped model", "labelled rows", found.chunk)
    body += section(look, "Retrain", found.retrain)
    if found.successor:
        body += [*heading(look, "A successor"), *paragraph(look, found.successor)]
    if found.reference is not None:
        kept = found.reference
        facts = [("rows", f"{kept.rows:,}"), ("where", kept.path), ("digest", kept.digest[:16])]
        body += [*heading(look, "New files are compared with"), *pairs(look, facts)]
    if test is not None:
        takes = "" if test.days is None else f", {test.days:,} days"
        return Shown(f"{test.per_arm:,} per arm", f"for the A/B test{takes}", body)
    if found.audit is not None:
        return Shown(f"{found.audit.rows:,} rows", "to check by hand", body)
    return Shown("-", "no size can be computed yet", body)


def _sample(look: Look, title: str, what: str, sample: Sample | None) -> Lines:
    if sample is None:
        return []
    return [
        *heading(look, title),
        *pairs(look, [(what, f"{sample.rows:,}")]),
        *paragraph(look, sample.how, style="dim"),
    ]
