"""The values that steps exchange: answers, advice, verdicts, scores, findings. No behaviour beyond them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Positive = Annotated[float, Meta(gt=0)]
NonNegative = Annotated[float, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=1)]
Whole = Annotated[int, Meta(ge=0)]


class Value(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A frozen record that TOML and JSON can hold: a field left at its default is not written."""


class Score(Value, frozen=True):
    """A number with its interval: `value` in the metric's unit, 95 % `low`/`high`, `n` rows, `how` obtained."""

    metric: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int = 0
    how: str = ""


class Named(Value, frozen=True):
    """A predictor by name with its score."""

    name: str
    score: Score


class Comparison(Value, frozen=True):
    """A paired test of two predictors on the same rows; `difference` > 0 means the first is better.

    `minimal_detectable` is the difference found with 80 % power at α = .05 (same unit as the metric);
    `rows_needed` is about how many rows would detect the gain that matters.
    """

    test: str
    difference: float
    low: float
    high: float
    p: float
    minimal_detectable: float | None = None
    rows_needed: int | None = None


class Effect(Value, frozen=True):
    """What a finding does to the score: with it as the rows are, without it as the proposal would have it.

    `difference` is `with_it - without_it` in the metric's unit, 95 % `low`/`high`, over `n` rows; greater is better in
    every `metric` used here. `how` says by which model and split it was measured.
    """

    metric: str
    with_it: float
    without_it: float
    difference: float
    low: float
    high: float
    n: int
    how: str


class Finding(Value, frozen=True, kw_only=True):
    """What a detector saw: evidence in numbers, and a proposal the user accepts or overrides.

    `rows` is how many rows it concerns, `sample` how many the evidence rests on. `drop` names the columns that
    accepting removes from the inputs, `blank` the numbers that accepting reads as missing in `columns`, `rows_out`
    says that accepting leaves the listed `row_ids` out of training, and `answers` holds the answers that accepting
    gives to other questions (`framing.group` = a column). `merged` holds words of `columns`, each with the word that
    accepting reads it as. `row_ids` are rows to look at where they are not left out.
    """

    detector: str
    columns: tuple[str, ...] = ()
    rows: int = 0
    sample: int = 0
    severity: Literal["note", "ask", "block"]
    evidence: str
    proposal: str
    drop: tuple[str, ...] = ()
    blank: tuple[float, ...] = ()
    row_ids: tuple[int, ...] = ()
    rows_out: bool = False
    answers: dict[str, str] = {}
    merged: dict[str, str] = {}
    effect: Effect | None = None

    @property
    def key(self) -> str:
        """The name under which the decision about this finding is stored."""
        return f"{self.detector}:{'+'.join(self.columns)}" if self.columns else self.detector


@dataclass(frozen=True, slots=True)
class Choice:
    """One accepted value of a question, with the words shown beside it."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question, declared once on the field that holds its answer.

    `choices` is a constant or a function of the plan; `applies` says when the question is asked at all.
    The longer answer to "why does this matter" lies in `engine/why/STEP.FIELD.md`.
    """

    prompt: str
    hint: str = ""
    choices: tuple[Choice, ...] | Callable[[Any], tuple[Choice, ...]] | None = None
    applies: Callable[[Any], bool] = field(default=lambda plan: True)
    free: bool = False
    """With choices: whether other values are accepted too."""
    means: bool = False
    """Whether the answer says only by what means a job works, so that its result does not depend on it."""
    settle: bool = False
    """Whether advice never stands in for an answer: a person (or `run`, marked so) has to give one."""


@dataclass(frozen=True, slots=True)
class Advised:
    """A recommended answer and its reason; `confirm` marks one that a person should look at."""

    value: Any
    reason: str
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a step. A blocker is only for what cannot run."""

    level: Literal["note", "warning", "blocker"]
    text: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What a step recommends, from the plan alone: answers by field name, and notes."""

    answers: dict[str, Advised] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    @property
    def blockers(self) -> tuple[str, ...]:
        return tuple(note.text for note in self.notes if note.level == "blocker")


class Verdict(Value, frozen=True):
    """May the user go on, and why: one sentence and the number behind it."""

    outcome: Literal["passed", "failed", "undecided"]
    reason: str


class Record(Value, frozen=True):
    """How a result came to be: what the job saw (`seen`: plan path to its value or digest), and when."""

    seen: dict[str, str] = {}
    finished: str = ""
    seconds: float = 0.0
    engine: str = ""
    seed: int = 1
    job: str = ""
    skipped: str = ""
    """The reason given for skipping the step, when it was skipped."""
    advised: tuple[str, ...] = ()
    """The questions nobody answered, for which the advised answer was taken."""


class Section(Value, frozen=True):
    """The answers of one step (None = not answered), its `result` where it has a job, and its record."""

    record: Record | None = None
