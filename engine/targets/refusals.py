"""What each place is known not to carry: one list of what was seen, read before anything is shown or built."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

from engine.steps.rivals import NETWORK, REFERENCES
from engine.target import Condition
from engine.values import Value

if TYPE_CHECKING:
    from engine.steps import Plan


class Refusal(Value, frozen=True, kw_only=True):
    """A kind of input, layer or answer that a place, or only some of its forms, cannot carry.

    `what` are the encoders of a preparation, the classes of layers, the models or the kinds of prediction it is about;
    `reason` may name the one that was met as {found}; `relax` is the question that decides it, where one does; `seen`
    is the version it was seen on, `source` where to look it up.
    """

    of: Literal["encoder", "layer", "model", "task"]
    what: tuple[str, ...]
    target: str
    forms: tuple[str, ...] = ()
    """Forms of the target that it rules out; empty where it rules out the target."""
    reason: str
    relax: str = ""
    seen: str
    source: str


RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
FILES = ("picture", "sound")
TFJS = ("tfjs-wasm", "tfjs-cpu")
OWN = "preparation schema 1"
REFUSALS = (
    *(
        Refusal(
            of="model",
            what=tuple(REFERENCES),
            target=target,
            reason="it runs networks only, and {found} is to be shipped",
            relax="deployment.model",
            seen=OWN,
            source="engine/serving/plain.py",
        )
        for target in ("browser", "device", "tfserving")
    ),
    Refusal(
        of="encoder",
        what=FILES,
        target="browser",
        reason="JavaScript has no way to prepare a {found} here",
        seen=OWN,
        source="engine/serving/expressible.py",
    ),
    Refusal(
        of="encoder",
        what=FILES,
        target="tfserving",
        reason="TensorFlow's operations have no way to prepare a {found} here",
        seen=OWN,
        source="engine/serving/expressible.py",
    ),
    Refusal(
        of="task",
        what=("segmentation",),
        target="tfserving",
        reason="TensorFlow's operations have no way to say masks here",
        seen=OWN,
        source="engine/serving/ops_answer.py",
    ),
    Refusal(
        of="layer",
        what=RECURRENT,
        target="browser",
        forms=TFJS,
        reason="TF.js runs no recurrent layer ({found}) as a graph",
        seen="@tensorflow/tfjs 4.22.0, Chromium 156",
        source="recurrent networks fail on wasm, and run on cpu only unrolled",
    ),
    Refusal(
        of="layer",
        what=("EinsumDense",),
        target="browser",
        forms=TFJS,
        reason="TF.js has no kernel for {found} (members, learned frequencies) in wasm, and is too slow on cpu",
        seen="@tensorflow/tfjs 4.22.0, Chromium 156",
        source="the graph names Einsum, which the wasm backend does not register",
    ),
    Refusal(
        of="layer",
        what=RECURRENT,
        target="device",
        forms=("int8",),
        reason="the converter crashes on a recurrent layer ({found}) in whole numbers",
        seen="tensorflow 2.21.0",
        source="int8 conversion of a bidirectional LSTM ended with a segmentation fault",
    ),
)


def of_network(target: str, layers: Collection[str]) -> dict[str, str]:
    """Why each form of a target that cannot run a network of these classes of layers cannot."""
    found: dict[str, str] = {}
    for known in REFUSALS:
        met = next((name for name in known.what if name in layers), "") if known.of == "layer" else ""
        if met and known.target == target:
            found = dict.fromkeys(known.forms, known.reason.format(found=met)) | found
    return found


def of_plan(target: str, plan: Plan) -> tuple[Condition, ...]:
    """What keeps a target from carrying what a plan prepares, predicts and ships; empty where nothing is known."""
    prepared = plan.preparation.result
    met: dict[str, set[str]] = {
        "encoder": {decision.action for decision in prepared.recipe.decisions} if prepared else set(),
        "model": {plan.deployment.model or NETWORK},
        "task": {plan.framing.task or ""},
    }
    return tuple(
        Condition(holds=False, text=known.reason.format(found=REFERENCES.get(name, name)), relax=known.relax)
        for known in REFUSALS
        if known.target == target and not known.forms
        for name in known.what
        if name in met.get(known.of, set())
    )
