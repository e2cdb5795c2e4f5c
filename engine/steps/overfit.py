"""Scale the network up until it overfits, so that its capacity is known to be enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from engine.step import Step
from engine.steps.reads import TRAINING
from engine.values import Advice, Advised, Ask, Count, Section, Value, Verdict

if TYPE_CHECKING:
    from engine.steps import Plan


class Rung(Value, frozen=True, kw_only=True):
    """One size on the ladder with its curves (one value per epoch) and where validation turned."""

    units: int
    layers: int
    epochs: int
    parameters: int
    loss: tuple[float, ...]
    validation_loss: tuple[float, ...]
    best_epoch: int
    onset: int | None = None
    p: float | None = None
    note: str = ""
    size: str = ""
    """What grew, in words, where it is not units and layers."""

    @property
    def words(self) -> str:
        return self.size or f"{self.layers} x {self.units}"


class Sanity(Value, frozen=True):
    """Can the largest network memorise a few rows? If not, the fault is in the code or the data, not in its size."""

    rows: int
    final_loss: float
    passed: bool
    sentence: str


class Shuffled(Value, frozen=True, kw_only=True):
    """Training on shuffled labels: first and last loss, and validation against always answering the prior."""

    loss: tuple[float, ...] = ()
    validation_loss: float
    prior_loss: float
    p: float
    """One-sided, of validation rows being answered better than by the prior."""
    fell: bool
    passed: bool
    sentence: str


class OverfitResult(Value, frozen=True):
    """The ladder, and the size from which tuning starts."""

    rungs: tuple[Rung, ...]
    reached: bool
    sentence: str
    sanity: Sanity
    units: int
    layers: int
    epochs: int
    outcome: Literal["overfit", "too easy", "too weak", "broken"]
    shuffled: Shuffled | None = None


class Overfit(Section, frozen=True):
    rungs: Annotated[Count | None, Ask("Steps on the ladder at most", "each is a larger network")] = None
    epochs: Annotated[Count | None, Ask("Epochs per step", "no early stop here: the curve has to turn")] = None
    memorise: Annotated[Count | None, Ask("Rows to memorise", "a network that cannot learn these has a fault")] = None
    result: OverfitResult | None = None


def advise(plan: Plan) -> Advice:
    rows = plan.data.result.sealed.development if plan.data.result and plan.data.result.sealed else 0
    epochs = 40 if rows > 5000 else 80
    return Advice(
        {
            "rungs": Advised(5, "width doubles first, then depth, then epochs"),
            "epochs": Advised(epochs, "long enough for the validation curve to turn"),
            "memorise": Advised(64, "a few rows that any working network learns by heart"),
        }
    )


def verdict(plan: Plan) -> Verdict:
    result = plan.overfit.result
    if result is None:
        return Verdict(outcome="undecided", reason="not run yet")
    if result.outcome == "broken":
        return Verdict(outcome="failed", reason=result.sentence)
    return Verdict(outcome="passed" if result.reached else "undecided", reason=result.sentence)


STEP = Step(
    name="overfit",
    title="Scale up until it overfits",
    word="Overfit",
    section=Overfit,
    reads=(*TRAINING, "baseline.units", "baseline.layers"),
    advise=advise,
    verdict=verdict,
    job="engine.work.overfit:run",
    skip_warning="without overfitting once, nobody knows whether the network is large enough",
    needs=("data", "preparation", "protocol"),
)
