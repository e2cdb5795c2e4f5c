"""What was read, what is sealed, what the audit found and how each finding was decided, and the columns."""

from rich.text import Text

from engine.before import told
from engine.findings import ACCEPT, OVERRIDE
from engine.session import Session
from engine.steps.data import DataResult
from engine.values import Finding
from tui.views.findings import answers_told, effect_told
from tui.views.parts import Lines, Look, Shown, hanging, heading, pairs, paragraph, plural, section
from tui.views.production import decay_lines, production_lines, source_lines, weight_lines
from tui.views.profile import columns_table, target_lines

LOOK = "v: look at the rows, columns, gaps, time, places and texts"
SEVERITIES = {"block": ("blocks", "bold red"), "ask": ("asks", "bold yellow"), "note": ("note", "bold")}


def show(session: Session, look: Look) -> Shown:
    """The data's result."""
    found = session.plan.data.result
    assert found is not None
    body = section(look, "Earlier attempts", [told(each) for each in session.plan.project.before])
    body += section(look, "The file contradicts the framing", found.disagreements)
    if found.seen:
        body += paragraph(look, LOOK, "dim")
    body += _not_looked_for(look, found.not_looked_for)
    body += _findings(look, found.findings, session.plan.data.decisions or {}, bool(found.not_looked_for))
    body += production_lines(look, found.production)
    body += weight_lines(look, found.weighting)
    body += source_lines(look, found.sources)
    body += decay_lines(look, found.decay)
    body += _profile(look, found)
    return Shown(*_banner(found), body)


def so_far(found: DataResult, look: Look) -> Shown:
    """What is known while the audit goes on: the profile stands first, so that it keeps its place."""
    body = paragraph(look, LOOK, "dim") if found.seen else []
    stop = "x stops it and keeps what is found" if found.sealed is not None else "x stops it"
    body += paragraph(look, f"still to look for: {len(found.not_looked_for)} ({stop})")
    body += _profile(look, found)
    if found.findings:
        body += _findings(look, found.findings, {})
    return Shown(*_banner(found), body)


def _banner(found: DataResult) -> tuple[str, str]:
    if found.sealed is None:
        return f"{found.reading.rows:,} rows", "read, nothing sealed"
    return f"{found.sealed.development:,} rows", f"to learn from, {found.sealed.rows:,} sealed for the test"


def _profile(look: Look, found: DataResult) -> Lines:
    """The target, what is sealed, how the file was read, and its columns."""
    body: Lines = target_lines(look, found.target) if found.target is not None else []
    if found.sealed is not None:
        kept = found.sealed
        body += heading(look, "Sealed test set")
        facts = [
            ("rows", f"{kept.rows:,} sealed, {kept.development:,} to learn from"),
            ("drawn", f"{kept.kind}: {kept.why}"),
            ("digest", kept.digest[:16]),
        ]
        body += pairs(look, facts + ([("unlabelled", f"{kept.unlabelled:,} rows")] if kept.unlabelled else []))
    body += section(look, "Assumed while reading", found.reading.assumptions)
    body += heading(look, f"{len(found.reading.columns)} columns")
    return body + columns_table(look, found.reading)


def _not_looked_for(look: Look, left: tuple[str, ...]) -> Lines:
    """What a stop left out, so that nobody takes the silence about it for a good sign."""
    if not left:
        return []
    words = f"stopped before it looked for {plural(len(left), 'thing')}: {', '.join(left)}; run the step again for them"
    return [Text(), *hanging(look, look.glyphs.warn, words, "bold yellow")]


def _findings(look: Look, findings: tuple[Finding, ...], decisions: dict[str, str], partly: bool = False) -> Lines:
    """Each finding with its evidence, its proposal and what was decided; those that wait come first."""
    if not findings:
        said = "what it looked for, the audit did not find" if partly else "the audit found nothing"
        return [*heading(look, "Findings"), *hanging(look, look.glyphs.yes, said)]
    order = sorted(findings, key=lambda f: (f.severity == "note", f.key in decisions, f.severity != "block"))
    waiting = sum(f.severity != "note" and f.key not in decisions for f in findings)
    told = plural(len(findings), "finding")
    lines = heading(look, f"{told}, {waiting} to decide" if waiting else told)
    for finding in order:
        word, style = SEVERITIES[finding.severity]
        decision = decisions.get(finding.key, "")
        glyph = look.glyphs.yes if decision else look.glyphs.bullet if finding.severity == "note" else look.glyphs.warn
        lines += hanging(
            look, glyph, f"{finding.key} ({word}{f', {finding.rows:,} rows' if finding.rows else ''})", style, style
        )
        lines += hanging(look, " ", finding.evidence + (f" (n = {finding.sample:,})" if finding.sample else ""))
        for words in (*effect_told(finding), *answers_told(finding)):
            lines += hanging(look, " ", words, body="dim")
        if finding.severity != "note":
            lines += hanging(
                look, f"  {look.glyphs.arrow}", _decided(finding, decision), body="" if decision else "bold"
            )
    return lines


def _decided(finding: Finding, decision: str) -> str:
    if decision.startswith(ACCEPT):
        return f"accepted: {finding.proposal}"
    if decision.startswith(OVERRIDE):
        return f"overridden: {decision.removeprefix(OVERRIDE).lstrip(': ')} (proposed: {finding.proposal})"
    return f"proposed: {finding.proposal}"
