"""Beat the common-sense baseline with a small network, on the same rows, by a paired test; or say that it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from engine.step import Step
from engine.steps.reads import TRAINING
from engine.values import Advice, Advised, Ask, Comparison, Count, Named, Score, Section, Value, Verdict

if TYPE_CHECKING:
    from engine.steps import Plan

Outcome = Literal["beats", "not shown", "refuted", "underpowered"]


class SmallNetwork(Value, frozen=True):
    """The small network: its score and its number of parameters."""

    score: Score
    parameters: int


class Attempt(Value, frozen=True):
    """One configuration that was tried against the baseline."""

    units: int
    layers: int
    learning_rate: float
    batch: int
    epochs: int
    """Mean epoch with the lowest validation loss."""
    score: float


class Hypothesis(Value, frozen=True):
    """Whether the target can be predicted from the inputs (H1), and whether the data are informative enough (H2)."""

    name: str
    state: Literal["supported", "not supported", "unproven"]
    why: str


class BaselineResult(Value, frozen=True, kw_only=True):
    """Naive predictors, references and the small network under the same protocol, and the test between them."""

    naive: tuple[Named, ...]
    references: tuple[Named, ...] = ()
    network: SmallNetwork
    comparison: Comparison
    bar: str
    outcome: Outcome
    sentence: str
    attempts: tuple[Attempt, ...] = ()
    chosen: Attempt
    hypotheses: tuple[Hypothesis, ...] = ()
    advice: tuple[str, ...] = ()
    """What to do next, most useful first; on a refusal this is the drawing board."""


class Baseline(Section, frozen=True):
    units: Annotated[Count | None, Ask("Units per layer", "the first network is small on purpose")] = None
    layers: Annotated[Count | None, Ask("Hidden layers")] = None
    epochs: Annotated[Count | None, Ask("Epochs at most", "stops earlier when validation gets worse")] = None
    attempts: Annotated[Count | None, Ask("Configurations tried", "before the baseline is called unbeaten")] = None
    result: BaselineResult | None = None


def advise(plan: Plan) -> Advice:
    return Advice(
        {
            "units": Advised(16, "enough to show that there is something to learn"),
            "layers": Advised(1, "enough to show that there is something to learn"),
            "epochs": Advised(60, "early stopping ends most runs before"),
            "attempts": Advised(3, "one bad configuration proves nothing"),
        }
    )


def verdict(plan: Plan) -> Verdict:
    result = plan.baseline.result
    if result is None:
        return Verdict(outcome="undecided", reason="not run yet")
    return Verdict(outcome="passed" if result.outcome == "beats" else "failed", reason=result.sentence)


STEP = Step(
    name="baseline",
    title="Beat the common-sense baseline",
    word="Baseline",
    section=Baseline,
    reads=(*TRAINING, "metric.goal"),
    advise=advise,
    verdict=verdict,
    job="engine.work.baseline:run",
    skip_warning="without a baseline nobody can say whether the model is worth anything; the plan will say "
    "that it was skipped",
    needs=("data", "preparation", "protocol"),
)
