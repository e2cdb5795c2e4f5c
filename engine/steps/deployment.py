"""Choose where the model runs, and build a bundle that is proven in a clean process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from engine.step import Step
from engine.steps.reads import TRAINING
from engine.steps.rivals import NETWORK, advised_model, has_rival, model_choices, told_model
from engine.target import Condition
from engine.targets import TARGETS
from engine.targets.limits import costs, price
from engine.targets.refusals import FILES, of_plan
from engine.values import Advice, Advised, Ask, Choice, Comparison, Note, Score, Section, Value, Verdict

if TYPE_CHECKING:
    from engine.steps import Plan


class Verified(Value, frozen=True):
    """How the artefact compared with the trained model when it ran in its own runtime, in a clean process."""

    runtime: str
    max_abs_diff: float
    decision_flips: int
    rows: int


class Latency(Value, frozen=True):
    """Milliseconds per request of one row on this machine."""

    p50: float
    p99: float


class Form(Value, frozen=True, kw_only=True):
    """One way to write down the same network, as it ran in its own runtime; `refused` says why it must not be used.

    `packed` is its size compressed, `flips` decisions per 1000 rows that differ from the trained model's, `change`
    the paired difference of the success metric (above 0: this form is better), `peak_mb` what the process grew by.
    """

    name: str
    path: str = ""
    bytes: int = 0
    packed: int = 0
    max_abs_diff: float | None = None
    flips: float | None = None
    change: Comparison | None = None
    latency_ms: Latency | None = None
    peak_mb: float | None = None
    zeros: float = 0.0
    """The share of zeros among the weights that may be made zero; `change` is then against a network that went on
    learning as long without."""
    front: bool = False
    """Whether no other usable form is better in size, time and score at once."""
    refused: str = ""


class Artifact(Value, frozen=True):
    """Something to ship, with the proof that it works; `path` is relative to the project.

    `forms` are what was tried where the network can be written down in several ways, `form` the one that is advised.
    """

    target: str
    path: str
    bytes: int
    digest: str
    verified: Verified
    latency_ms: Latency
    forms: tuple[Form, ...] = ()
    form: str = ""


class Refusal(Value, frozen=True):
    """A place that was asked for and not kept, and why."""

    target: str
    reason: str


class Option(Value, frozen=True):
    """One place to ship to: whether framing allows it, condition by condition, and whether it is built here."""

    target: str
    fits: bool
    built: bool
    conditions: tuple[Condition, ...]


class DeploymentResult(Value, frozen=True):
    """The three options against the framing, what to relax where none fits, and the verified artefacts."""

    options: tuple[Option, ...]
    relax: str = ""
    artifacts: tuple[Artifact, ...] = ()
    refused: tuple[Refusal, ...] = ()
    model: str = NETWORK
    """What is shipped, and in `score` what it reached on the sealed rows."""
    score: Score | None = None


def target_choices(plan: Plan) -> tuple[Choice, ...]:
    return tuple(
        Choice(option.target, TARGETS[option.target].title, "fits" if option.fits else _why_not(option))
        for option in options(plan)
    )


def may_prune(plan: Plan) -> bool:
    """Whether the network may go on learning here: on a device is asked for, and rows are no files."""
    own, prepared = plan.deployment, plan.preparation.result
    asked = "device" in (own.target, *(own.also or ()))
    return asked and prepared is not None and not any(made.action in FILES for made in prepared.recipe.decisions)


class Deployment(Section, frozen=True):
    model: Annotated[str | None, Ask("Which model is shipped?", choices=model_choices, applies=has_rival)] = None
    target: Annotated[str | None, Ask("Where will it run?", choices=target_choices)] = None
    also: Annotated[
        tuple[str, ...] | None, Ask("Also build for", "each is proven in its own runtime", choices=target_choices)
    ] = None
    prune: Annotated[
        bool | None,
        Ask("Try forms with zeros, too?", "learned on from the final network; for a device", applies=may_prune),
    ] = None
    result: DeploymentResult | None = None


def options(plan: Plan) -> tuple[Option, ...]:
    """Every target against the framing."""
    found = []
    for target in TARGETS.values():
        conditions = (*of_plan(target.name, plan), *target.conditions(plan))
        fits = all(condition.holds for condition in conditions)
        found.append(Option(target=target.name, fits=fits, built=target.built, conditions=conditions))
    return tuple(found)


def _why_not(option: Option) -> str:
    return "; ".join(condition.text for condition in option.conditions if not condition.holds)


def relax(plan: Plan) -> str:
    """Where nothing fits: the place that is cheapest to make fit, what has to give for it, and what that costs."""
    found = options(plan)
    if any(option.fits for option in found):
        return ""
    # What a place cannot carry is no answer of framing, and cannot give way.
    able = [option for option in found if all(c.holds or c.relax for c in option.conditions)]
    nearest = min(able or found, key=lambda option: price(_broken(option)))
    named = _broken(nearest)
    return (
        f"nothing fits; {TARGETS[nearest.target].title} would, if {' and '.join(named)} could give way "
        f"({_why_not(nearest)}), which is the cheapest way out: it costs {costs(named)}"
    )


def _broken(option: Option) -> tuple[str, ...]:
    """The answers that rule a place out."""
    return tuple(dict.fromkeys(c.relax for c in option.conditions if c.relax and not c.holds))


def advise(plan: Plan) -> Advice:
    found = options(plan)
    fitting = [option for option in found if option.fits]
    model = {"model": advised_model(plan)} if has_rival(plan) else {}
    notes = [Note("note", f"{TARGETS[o.target].title}: not possible, {_why_not(o)}") for o in found if not o.fits]
    if not fitting:
        return Advice(model, notes=(*notes, Note("warning", relax(plan))))
    best = next((option for option in fitting if option.built), fitting[0])
    others = ", ".join(TARGETS[option.target].title for option in fitting if option is not best)
    reason = "every condition of the framing holds" + (f"; so do those of: {others}" if others else "")
    if not best.built:
        notes.append(
            Note(
                "warning",
                f"{TARGETS[best.target].title} fits, but is {TARGETS[best.target].missing}",
            )
        )
    further = "one proven place is enough to begin with; others can be built at any time"
    small = plan.framing.size_mb is not None
    prune = Advised(
        small, "the size is limited" if small else "nothing limits the size, and zeros do not make it faster"
    )
    answers = {"target": Advised(best.target, reason), "also": Advised((), further)}
    return Advice(model | answers | ({"prune": prune} if may_prune(plan) else {}), tuple(notes))


def verdict(plan: Plan) -> Verdict:
    result = plan.deployment.result
    if result is None:
        return Verdict(outcome="undecided", reason="nothing is built yet")
    if not result.artifacts:
        return Verdict(outcome="undecided", reason=result.relax or "nothing is built yet")
    first = result.artifacts[0]
    proof = first.verified
    return Verdict(
        outcome="passed",
        reason=f"{told_model(result.model, result.score)}{first.path} ran in a clean process ({proof.runtime}): "
        f"{proof.decision_flips} of {proof.rows:,} decisions differ, largest difference {proof.max_abs_diff:.1e}",
    )


STEP = Step(
    name="deployment",
    title="Ship it",
    word="Deploy",
    section=Deployment,
    reads=(
        *TRAINING,
        "metric.cost_fn",
        "metric.cost_fp",
        "evaluation.threshold_rule",
        "framing.private",
        "framing.internet",
        "framing.latency_ms",
        "framing.memory_mb",
        "framing.size_mb",
        "framing.updates",
        "framing.server_cost",
        "framing.secret",
        "framing.accuracy_first",
        "evaluation.result",
    ),
    advise=advise,
    verdict=verdict,
    job="engine.work.deployment:run",
    needs=("evaluation",),
)
