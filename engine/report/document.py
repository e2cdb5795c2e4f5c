"""The plan of a project as blocks: framing card, what must not be overlooked, what is unknown, then step by step."""

from __future__ import annotations

from engine import ledger
from engine.before import told
from engine.findings import asking, left_out, overridden
from engine.questions import Question, show
from engine.report import figures, results, seen_blocks
from engine.report.blocks import Alarm, Block, Bullets, Heading, Paragraph, Table
from engine.report.export import fingerprints, seconds, versions
from engine.report.status import advised_answers
from engine.report.words import label, number, words
from engine.representative.bias import uncompared
from engine.session import Session
from engine.steps import STEPS

INPUTS = 20
"""Input columns that the framing card names."""


def document(session: Session) -> tuple[Block, ...]:
    """Errors: UserError when the ledger was edited."""
    return (
        Heading(1, f"{session.name}: the plan"),
        *_card(session),
        *_alarms(session),
        *_unknown(session),
        *_numbers(session),
        *_before(session),
        *(block for name in STEPS for block in _step(session, name)),
        *_ledger(session),
        *_origin(session),
    )


def _card(session: Session) -> list[Block]:
    """What is predicted from what, for whom and when: the first page."""
    plan = session.resolved.plan
    own, result = plan.framing, plan.framing.result
    reading = plan.data.result.reading if plan.data.result else result.reading if result else None
    target = ", ".join(own.target or ())
    excluded = {} if plan.data.result is None else left_out(plan)
    inputs = [c.name for c in reading.columns if c.name != target and c.name not in excluded] if reading else []
    named = ", ".join(inputs[:INPUTS]) + (", and others" if len(inputs) > INPUTS else "")
    rows = [
        ("Predict", target, "framing.target"),
        ("Kind of prediction", own.task or "", "framing.task"),
        ("From", named, "data.result.reading.columns" if plan.data.result else "framing.result.reading.columns"),
        ("One row is", own.unit or "", "framing.unit"),
        ("Predicted at", own.moment or "", "framing.moment"),
        ("Horizon", words(own.horizon) and f"{words(own.horizon)} rows ahead", "framing.horizon"),
        ("Wanted because", own.purpose or "", "framing.purpose"),
        ("Decision that changes", own.decision or "", "framing.decision"),
        ("Who acts on it", own.actor or "", "framing.actor"),
        ("Data", own.data or "", "framing.data"),
    ]
    known = tuple((what, said or "not known", f"[{where}]") for what, said, where in rows)
    found = plan.baseline.result.hypotheses if plan.baseline.result else ()
    claims = tuple((f"Hypothesis {h.name}", f"{h.state}: {h.why}", "[baseline.result.hypotheses]") for h in found)
    open_claims = (
        ("Hypothesis: the target can be predicted from the inputs", "unproven", "[baseline.result]"),
        ("Hypothesis: the data are informative enough", "unproven", "[baseline.result]"),
    )
    excluded.pop(target, None)
    withheld = tuple((f"Never an input: {name}", why, "[data.decisions]") for name, why in excluded.items())
    return [Heading(2, "Framing card"), Table(("", "", ""), (*known, *(claims or open_claims), *withheld))]


def _alarms(session: Session) -> list[Block]:
    """What makes the reported number doubtful."""
    plan = session.resolved.plan
    found: list[Block] = [
        Alarm(
            f"{', '.join(finding.columns) or finding.detector} kept although {finding.evidence}: the score cannot be "
            f"trusted (reason given: {reason})",
            f"data.decisions.{finding.key}",
        )
        for finding, reason in overridden(plan)
        if finding.drop or finding.rows_out
    ]
    if (nobody := uncompared(plan)) is not None:
        found.append(Alarm(nobody, "data.production, data.collected"))
    openings = ledger.count(session.project, "opening")
    if openings > 1:
        text = f"The sealed test set was opened {openings} times: its score is no longer a fresh test"
        found.append(Alarm(text, "ledger.test_openings"))
    for name in STEPS:
        verdict = session.verdict(name)
        if verdict.outcome == "failed":
            what = "says stop" if session.failed_job(name) is None else "broke down"
            found.append(Alarm(f"{label(name)} {what}: {verdict.reason}", f"{name}.result"))
        stale = session.stale_because(name)
        if stale:
            found.append(Alarm(f"{label(name)} is stale: {'; '.join(stale)}", name))
    return [Heading(2, "Read this first"), *found] if found else []


def _unknown(session: Session) -> list[Block]:
    """What nobody has said or computed yet, before anything that is known."""
    plan = session.resolved.plan
    items = [(f"{label(name)}: not run yet", name) for name in STEPS if session.state(name) == "open"]
    for name in STEPS:
        items += [
            (f"{label(name)}, {question.ask.prompt}: not answered", question.key)
            for question in session.asked(name)
            if getattr(getattr(plan, name), question.name) is None and not _empty_says_something(question)
        ]
        verdict = session.verdict(name)
        if verdict.outcome == "undecided" and getattr(plan, name).result is not None:
            items.append((f"{label(name)}: {verdict.reason}", f"{name}.result"))
    if plan.data.absent:
        items.append((f"Never in the file: {plan.data.absent}; no score speaks of them", "data.absent"))
    if plan.labels.result:
        items += [(limit, "labels.result.limits") for limit in plan.labels.result.limits]
    return [Heading(2, "Not known"), Bullets(tuple(items)) if items else Paragraph("Nothing is left open.")]


def _empty_says_something(question: Question) -> bool:
    """Where leaving the answer out has a meaning of its own, as its hint tells."""
    return "empty =" in question.ask.hint or question.name == "decisions"


def _numbers(session: Session) -> list[Block]:
    """The number that matters, and how it came about."""
    drawn = figures.scores(session.plan)
    if not drawn:
        return []
    best = next((name for name in ("evaluation", "tuning", "baseline") if getattr(session.plan, name).result), "")
    said = [Paragraph(session.verdict(best).reason, f"{best}.result")] if best else []
    return [Heading(2, "Scores"), *said, *drawn]


def _step(session: Session, name: str) -> list[Block]:
    section, verdict = getattr(session.plan, name), session.verdict(name)
    state = session.state(name)
    found: list[Block] = [
        Heading(2, session.step(name).title),
        Paragraph(f"{label(state)}. Verdict: {verdict.outcome}, {verdict.reason}", name),
    ]
    if section.record and section.record.skipped:
        found.append(Alarm(f"Skipped: {section.record.skipped}", f"{name}.record.skipped"))
    if stale := session.stale_because(name):
        found.append(Alarm(f"Stale: {'; '.join(stale)}", name))
    found += _answers(session, name)
    if name == "data":
        found += _findings(session)
    if section.result is not None:
        without = ("reading",) if name == "framing" and session.plan.data.result else ()
        found += [
            Heading(3, "Result"),
            *results.blocks(section.result, f"{name}.result", verdict.reason, without),
            *figures.of_step(session.plan, name),
            *(seen_blocks.blocks(session) if name == "data" else ()),
        ]
    return found


def _answers(session: Session, name: str) -> list[Block]:
    section, resolved = getattr(session.plan, name), session.section(name)
    advice, against = session.advice(name), session.against(name)
    taken = advised_answers(session, name)
    rows = []
    for question in session.asked(name):
        if question.name == "decisions":
            continue
        value, advised = getattr(resolved, question.name), advice.answers.get(question.name)
        if value is None:
            by = ""
        elif question.name in against:
            by = f"against the advice: {against[question.name]}"
        elif getattr(section, question.name) is not None:
            by = "answered" + (f", as advised: {advised.reason}" if advised else "")
        else:
            by = f"{'taken as' if question.name in taken else ''} advised: {advised.reason if advised else ''}".strip()
        said = words(value) if isinstance(value, float) else show(value)
        rows.append((question.ask.prompt, said or ("none" if value is not None else "not answered"), by, question.key))
    cells = tuple((prompt, said, by, f"[{key}]") for prompt, said, by, key in rows)
    return [Heading(3, "Answers"), Table(("Question", "Answer", "How", ""), cells)] if cells else []


def _findings(session: Session) -> list[Block]:
    plan = session.resolved.plan
    found = plan.data.result.findings if plan.data.result else ()
    if not found:
        return []
    decisions, waiting = plan.data.decisions or {}, {finding.key for finding in asking(plan)}
    rows = tuple(
        (
            finding.severity,
            finding.key,
            finding.evidence,
            finding.proposal,
            decisions.get(finding.key, "not decided" if finding.key in waiting else ""),
        )
        for finding in found[: results.ROWS]
    )
    return [
        Heading(3, "Findings of the audit"),
        Table(("", "Finding", "Evidence", "Proposal", "Decision"), rows, "data.result.findings"),
    ]


def _before(session: Session) -> list[Block]:
    """The attempts that were given up, and what they found."""
    known = session.plan.project.before
    rows = tuple(
        (f"{each.attempt}", told(each), "; ".join(each.tried), f"attempts/{each.attempt:02d}/project.toml")
        for each in known
    )
    if not rows:
        return []
    return [
        Heading(2, "Earlier attempts"),
        Table(("Attempt", "What came of it", "Tried", "Kept in"), rows, "project.before"),
    ]


def _ledger(session: Session) -> list[Block]:
    acts = ledger.entries(session.project)
    kinds = [entry.kind for entry in acts]
    counts = Paragraph(
        f"Looks at validation data: {kinds.count('look')}. Openings of the test set: {kinds.count('opening')}",
        "ledger",
    )
    shown = [entry for entry in acts if entry.kind != "look"]
    rows = tuple((entry.when, entry.kind, entry.step, entry.what) for entry in shown)
    table = [Table(("When", "Act", "Step", "What"), rows, "ledger.jsonl")] if rows else []
    return [Heading(2, "Ledger"), counts, *table]


def _origin(session: Session) -> list[Block]:
    """Time spent computing, versions, digests, and which job made which result."""
    spent = seconds(session.plan)
    times = tuple((phase, number(spent[phase]["seconds"]), number(spent[phase]["hours"])) for phase in spent)
    records = {name: getattr(session.plan, name).record for name in STEPS}
    made = tuple(
        (name, record.job, record.finished, number(record.seconds), record.engine, number(record.seed))
        for name, record in records.items()
        if record is not None and record.job
    )
    return [
        Heading(2, "Time"),
        Table(("Phase", "Seconds of computing", "Hours"), times, "seconds"),
        Heading(2, "Where every result comes from"),
        Table(("Step", "Job", "Finished", "Seconds", "Engine", "Seed"), made, "record"),
        Heading(3, "Fingerprints"),
        Table(("What", "Digest"), tuple(fingerprints(session).items()), "fingerprints"),
        Heading(3, "Versions where this page was written"),
        Table(("Package", "Version"), tuple(versions().items()), "versions"),
    ]
