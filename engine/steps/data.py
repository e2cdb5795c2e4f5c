"""Read the data, seal the test set, and decide on every finding of the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from engine.data.names import listed
from engine.data.schema import Reading, TargetSummary
from engine.findings import ACCEPT, asking, undecided
from engine.representative.bias import half_life_reach, remarks
from engine.representative.schema import Decay, Production, Source, Weighting
from engine.step import Step
from engine.steps.choices import columns_of_file
from engine.training.spec_past import Past
from engine.values import Advice, Advised, Ask, Choice, Finding, Note, Section, Share, Value, Verdict

if TYPE_CHECKING:
    from engine.steps import Plan

TEST_SHARE = 0.2
"""Share of rows sealed away when nothing else is asked."""

Kind = Literal["random", "stratified", "group", "time"]


class Sealed(Value, frozen=True):
    """The sealed test set: how it was drawn, how many rows, and the digest of its row ids."""

    kind: Kind
    why: str
    rows: int
    development: int
    digest: str
    unlabelled: int = 0


class DataResult(Value, frozen=True):
    """What was read, what was sealed, and what the audit found in the development rows."""

    reading: Reading
    target: TargetSummary | None = None
    sealed: Sealed | None = None
    findings: tuple[Finding, ...] = ()
    not_looked_for: tuple[str, ...] = ()
    """What the audit had not come to when it was stopped."""
    disagreements: tuple[str, ...] = ()
    """Where the file contradicts the framing."""
    production: Production | None = None
    weighting: Weighting | None = None
    sources: tuple[Source, ...] = ()
    decay: Decay | None = None
    past: Past | None = None
    """What was made of the past of each row, where values are predicted from those before them."""
    seen: str = ""
    """Digest of the file beside the plan that holds what is drawn of the rows."""


class Data(Section, frozen=True):
    test_share: Annotated[Share | None, Ask("Share kept for the test", "0.05 to 0.5")] = None
    drop: Annotated[
        tuple[str, ...] | None,
        Ask("Columns to leave out", "never given to the model", choices=columns_of_file, free=True),
    ] = None
    production: Annotated[
        str | None, Ask("A sample of production", "file of rows as the model will meet them; empty = none yet")
    ] = None
    source: Annotated[
        str | None,
        Ask("Where a row comes from", "column of the site, shop or device", choices=columns_of_file, free=True),
    ] = None
    collected: Annotated[
        str | None,
        Ask(
            "How did rows get into the file?",
            "what decided that a case became a row",
            choices=(
                Choice("all", "every case is in it"),
                Choice("random", "drawn at random"),
                Choice("event", "something had to happen first"),
                Choice("self", "people put themselves in"),
                Choice("model", "a model or a rule let them in"),
                Choice("unknown", "not known"),
            ),
        ),
    ] = None
    absent: Annotated[str | None, Ask("Who can never be in it?", "in a few words; empty = nobody is known")] = None
    margins: Annotated[
        str | None,
        Ask("Shares in the population", "region=north:0.3,south:0.7; or a file; empty = as in the rows"),
    ] = None
    decisions: Annotated[
        dict[str, str] | None, Ask("Findings", "accept the proposal, or override it with a reason", settle=True)
    ] = None
    result: DataResult | None = None


def advise(plan: Plan) -> Advice:
    own = plan.data
    answers = {
        "test_share": Advised(TEST_SHARE, "a fifth is enough to measure and leaves most rows for learning"),
        "drop": Advised((), "nothing is left out without a finding or your word"),
        "collected": Advised("unknown", "the file does not say; only who collected it knows"),
    }
    notes = remarks(plan)
    if not plan.framing.data:
        notes.append(Note("blocker", "no data file yet: give its path in framing (framing.data)"))
    result = own.result
    if result:
        proposals = {finding.key: ACCEPT for finding in asking(plan)}
        answers["decisions"] = Advised(proposals, "the proposals of the audit", confirm=bool(proposals))
        notes += [Note("warning", text) for text in result.disagreements]
        if result.not_looked_for:
            left = listed(result.not_looked_for)
            notes.append(Note("warning", f"the audit was stopped before it looked for: {left}; run data again"))
        notes += [*_of_production(result), *_of_time(result.decay)]
        notes += [
            Note("warning", f"not decided yet: {finding.key} ({finding.evidence})") for finding in undecided(plan)
        ]
    return Advice(answers, tuple(notes))


def _of_production(result: DataResult) -> list[Note]:
    found = result.production
    if found is None:
        return [Note("note", "no sample of production is known: whether the rows are like it cannot be told")]
    if not found.alarm:
        return []
    differ = f"; most: {listed(tuple(each.column for each in found.shifted))}" if found.shifted else ""
    return [
        Note(
            "warning",
            f"production rows differ from these: a model tells them apart with AUC {found.auc.value:.2f} "
            f"(p = {found.p:.3f}){differ}; collect rows from the place of use, or trust the predicted score at most",
        )
    ]


def _of_time(found: Decay | None) -> list[Note]:
    if found is None or found.change is None:
        return []
    lasts = ""
    if found.half_life is not None:
        lasts = f"; half of what age costs is lost after {found.half_life:.1f} periods ({half_life_reach(found)})"
    often = f", {found.retrain}" if found.retrain else ""
    return [
        Note(
            "warning",
            f"from period {found.change} of {found.periods} on ({found.period} each) inputs and target go together "
            f"in another way (p = {found.p:.3f}){lasts}: learn from the later rows, and retrain{often}",
        )
    ]


def verdict(plan: Plan) -> Verdict:
    result = plan.data.result
    if result is None:
        return Verdict(outcome="undecided", reason="not read yet")
    waiting = undecided(plan)
    if waiting:
        return Verdict(outcome="undecided", reason=f"findings that wait for a decision before training: {len(waiting)}")
    if result.sealed is None:
        return Verdict(outcome="undecided", reason="without a target nothing was sealed")
    kept = result.sealed
    return Verdict(
        outcome="passed",
        reason=f"{kept.development:,} rows to learn from, {kept.rows:,} sealed for the test ({kept.kind})",
    )


STEP = Step(
    name="data",
    title="Read and audit the data",
    word="Data",
    section=Data,
    reads=(
        "framing.data",
        "framing.header",
        "framing.encoding",
        "framing.delimiter",
        "framing.decimal",
        "framing.dates",
        "framing.comment",
        "framing.missing_words",
        "framing.kinds",
        "framing.target",
        "framing.task",
        "framing.lowest",
        "framing.highest",
        "framing.void",
        "framing.late",
        "framing.group",
        "framing.time",
        "framing.forecast",
        "framing.existing_column",
        "framing.horizon",
        "framing.gap",
        "framing.season",
        "framing.known",
    ),
    advise=advise,
    verdict=verdict,
    job="engine.work.data:run",
)
