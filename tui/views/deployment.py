"""The places to ship to, condition by condition, and what was built with the proof that it works."""

from engine.session import Session
from engine.steps.deployment import Artifact, Option
from engine.steps.rivals import told_model
from engine.targets import TARGETS
from tui.views.parts import Column, Lines, Look, Shown, hanging, heading, pairs, paragraph, table
from tui.widgets.cells import number, size

FORMS = (
    Column("form", least=7),
    Column("packed", "right"),
    Column("ms", "right"),
    Column("of 1000 differ", "right"),
    Column("change of the score", rank=1, least=24),
)


def show(session: Session, look: Look) -> Shown:
    """The deployment's result."""
    found, chosen = session.plan.deployment.result, session.resolved.plan.deployment.target
    assert found is not None
    body: Lines = []
    for artifact in found.artifacts:
        body += _artifact(look, artifact, told_model(found.model, found.score) or "the network: ")
    for refusal in found.refused:
        body += [*heading(look, f"Not kept: {_title(refusal.target)}"), *paragraph(look, refusal.reason)]
    if found.relax:
        body += [*heading(look, "What would have to give"), *paragraph(look, found.relax)]
    for option in found.options:
        body += _option(look, option, chosen)
    if not found.artifacts:
        fitting = sum(option.fits for option in found.options)
        return Shown(f"{fitting} of {len(found.options)}", "places fit the framing; nothing is built", body)
    first = found.artifacts[0]
    proof = first.verified
    words = f"decisions differ from the trained model, in {proof.runtime}; {size(first.bytes)} at {first.path}"
    return Shown(f"{proof.decision_flips:,} of {proof.rows:,}", words, body)


def _artifact(look: Look, artifact: Artifact, model: str) -> Lines:
    proof, time = artifact.verified, artifact.latency_ms
    facts = [
        ("model", model.removesuffix(": ")),
        ("where", artifact.path),
        ("size", size(artifact.bytes)),
        ("proof", f"{proof.rows:,} rows in {proof.runtime}, in a clean process"),
        ("decisions", f"{proof.decision_flips:,} differ"),
        ("largest difference", f"{proof.max_abs_diff:.1e}"),
        ("answers within", f"{number(time.p50)} ms (half of them), {number(time.p99)} ms (99%), on this machine"),
        ("digest", artifact.digest[:16]),
    ]
    return [*heading(look, f"Built: {_title(artifact.target)}"), *pairs(look, facts), *_forms(look, artifact)]


def _forms(look: Look, artifact: Artifact) -> Lines:
    """The ways to write the network down, side by side; the one that is advised first."""
    if not artifact.forms:
        return []
    rows, refused = [], []
    for form in sorted(artifact.forms, key=lambda form: form.name != artifact.form):
        if form.refused or form.latency_ms is None:
            refused += hanging(look, look.glyphs.no, f"{form.name}: {form.refused}", "bold red")
            continue
        change = form.change
        said = f"{change.difference:+.3g} ({change.low:+.3g} to {change.high:+.3g})" if change else "cannot tell"
        rows.append((form.name, size(form.packed), number(form.latency_ms.p50), f"{form.flips:.3g}", said))
    said = f"{artifact.form} is advised: the smallest that no other form beats in size, time and score at once"
    return [*heading(look, "Forms of the network"), *table(look, FORMS, rows), *refused, *paragraph(look, said, "dim")]


def _option(look: Look, option: Option, chosen: str | None) -> Lines:
    fits = "fits" if option.fits else "does not fit"
    built = "" if option.built else f", {TARGETS[option.target].missing}"
    here = f"{look.glyphs.here} " if option.target == chosen else ""
    lines = heading(look, f"{here}{_title(option.target)}: {fits}{built}")
    for condition in option.conditions:
        glyph = look.glyphs.yes if condition.holds else look.glyphs.no
        lines += hanging(look, glyph, condition.text, "bold green" if condition.holds else "bold red")
    return lines


def _title(target: str) -> str:
    return TARGETS[target].title if target in TARGETS else target
