"""Beat the common-sense baseline with a small network, on the same rows, by a paired test; or say that it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from engine.clustering.schema import Cluster
from engine.step import Step
from engine.steps.predicted import weighable
from engine.steps.reads import FIRST_TRAINING
from engine.tasks import TASKS
from engine.training.curation import DataTrial
from engine.training.decide import Recipe
from engine.training.hyper import Hyper
from engine.training.losses import offered, refusal, surrogate
from engine.training.parts import LAID_OUT
from engine.training.rates import RangeTest
from engine.values import (
    Advice,
    Advised,
    Ask,
    Choice,
    Comparison,
    Count,
    Named,
    Note,
    Score,
    Section,
    Value,
    Verdict,
    Whole,
)

if TYPE_CHECKING:
    from engine.steps import Plan

ATTEMPTS = 8
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
    hyper: Hyper | None = None
    """The whole configuration."""
    family: str = ""
    note: str = ""
    """What went wrong, and what was done about it."""


class Hypothesis(Value, frozen=True):
    """Whether the target can be predicted from the inputs (H1), and whether the data are informative enough (H2)."""

    name: str
    state: Literal["supported", "not supported", "unproven"]
    why: str


class Rival(Value, frozen=True, kw_only=True):
    """A simpler or other model against the network on the same rows; `difference` > 0 means the network is better."""

    name: str
    comparison: Comparison
    sentence: str


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
    rivals: tuple[Rival, ...] = ()
    upper: float | None = None
    """On a refusal: an improvement over the bar is below this with 95 %, in the metric's unit."""
    recipe: Recipe | None = None
    """What curation made of the preparation's recipe; None where it changed nothing."""
    prepared: str = ""
    """Digest of the preparation's recipe that `recipe` was made of."""
    data_trials: tuple[DataTrial, ...] = ()
    rate_test: RangeTest | None = None
    """At which learning rate the first network learns; the dense networks were trained at it."""
    clusters: tuple[Cluster, ...] = ()
    """Where groups were looked for: those of the development rows."""


def loss_choices(plan: Plan) -> tuple[Choice, ...]:
    task = plan.framing.task or ""
    return tuple(Choice(loss.name, loss.title, f"predicts {loss.predicts}") for loss in offered(task))


class Baseline(Section, frozen=True):
    loss: Annotated[
        str | None, Ask("Loss", "what training lowers; stands in for the metric", choices=loss_choices, free=True)
    ] = None
    balance: Annotated[
        str | None,
        Ask(
            "Weigh rare classes more?",
            choices=(
                Choice("none", "no", "every row counts once"),
                Choice("prior", "yes", "classes weigh the same; probabilities are corrected afterwards"),
            ),
            applies=weighable,
        ),
    ] = None
    units: Annotated[Count | None, Ask("Units per layer", "the first network is small on purpose")] = None
    layers: Annotated[Whole | None, Ask("Hidden layers")] = None
    epochs: Annotated[Count | None, Ask("Epochs at most", "stops earlier when validation gets worse")] = None
    attempts: Annotated[Count | None, Ask("Configurations tried", "before the baseline is called unbeaten")] = None
    curate: Annotated[
        bool | None, Ask("Try other inputs?", "leave out, make and copy: kept where the paired test says so")
    ] = None
    result: BaselineResult | None = None


def advise(plan: Plan) -> Advice:
    own, task, metric = plan.baseline, plan.framing.task or "", plan.metric.primary or ""
    target = plan.data.result.target if plan.data.result else None
    answers = {
        "units": Advised(16, "enough to show that there is something to learn"),
        "layers": Advised(0, "the convolutions are layers already")
        if _laid_out(plan)
        else Advised(1, "enough to show that there is something to learn"),
        "epochs": Advised(60, "early stopping ends most runs before"),
        "attempts": Advised(ATTEMPTS, "four kinds of networks, two of each: one bad configuration proves nothing"),
        "curate": Advised(True, "better inputs help more than better networks; the time for it is bounded"),
    }
    if task not in TASKS:
        return Advice(answers)
    if TASKS[task].past:
        answers["curate"] = Advised(False, "what of the past is an input follows from horizon, gap and seasons")
    answers["loss"] = Advised(*surrogate(task, metric, target))
    if weighable(plan):
        answers["balance"] = Advised("none", "the first bias already knows the shares; the threshold comes from costs")
    refused = refusal(task, own.loss, metric, target) if own.loss else ""
    return Advice(answers, (Note("blocker", refused),) if refused else ())


def _laid_out(plan: Plan) -> bool:
    """Whether convolutions look at one of the inputs."""
    prepared = plan.preparation.result
    return prepared is not None and any(kind in LAID_OUT for each in prepared.effect for kind in each.inputs)


def verdict(plan: Plan) -> Verdict:
    result = plan.baseline.result
    if result is None:
        return Verdict(outcome="undecided", reason="not run yet")
    suspect = above_ceiling(plan, result.network.score)
    if suspect:
        return Verdict(outcome="undecided", reason=suspect)
    return Verdict(outcome="passed" if result.outcome == "beats" else "failed", reason=result.sentence)


def above_ceiling(plan: Plan, score: Score) -> str:
    """Why a score is too good for its labels, which it has to be explained for; empty where it is not.

    Only an accuracy can be told: labels on which annotators agree in c of 100 cases allow no more right answers.
    """
    ceiling = plan.labels.result.ceiling if plan.labels.result else None
    if score.metric != "accuracy" or ceiling is None or score.low is None or score.low <= ceiling:
        return ""
    return (
        f"too good: accuracy {score.value:.3f} (at least {score.low:.3f}) is above what the labels allow, at most "
        f"about {ceiling:.3f}; an input tells the answer, or one person's labels were copied: find out which in data"
    )


STEP = Step(
    name="baseline",
    title="Beat the common-sense baseline",
    word="Baseline",
    section=Baseline,
    reads=(*FIRST_TRAINING, "metric.goal"),
    advise=advise,
    verdict=verdict,
    job="engine.work.baseline:run",
    skip_warning="without a baseline nobody can say whether the model is worth anything; the plan will say "
    "that it was skipped",
    needs=("data", "preparation", "protocol"),
)
