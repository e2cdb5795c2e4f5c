"""When an average of trials goes to the test, what it says of itself, and that it ships as one model."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from filled import full

from engine.stats.ensemble import Gain
from engine.training.hyper import Hyper
from engine.training.layout import Block, Layout
from engine.values import Comparison, Score
from engine.work.chosen import choose
from engine.work.ensemble import judged


def gain(difference: float, low: float) -> Gain:
    compared = Comparison("a test", difference, low, 2 * difference - low, 0.01)
    return Gain(Score("accuracy", 0.8, n=100), compared)


@pytest.mark.parametrize(
    ("members", "found", "broken", "accepted", "said"),
    [
        (3, gain(0.02, 0.01), "", True, "better than the best one"),
        (3, gain(0.02, -0.001), "", False, "beyond chance"),
        (3, gain(0.004, 0.001), "", False, "too little"),
        (3, gain(0.02, 0.01), "9 ms for one row, 5 allowed", False, "too large: 9 ms"),
        (1, gain(0.02, 0.01), "", False, "by itself"),
    ],
)
def test_an_average_is_taken_only_where_it_pays(
    members: int, found: Gain, broken: str, accepted: bool, said: str
) -> None:
    taken, sentence = judged(members, found, 0.02, broken, 2.5)
    assert taken is accepted
    assert said in sentence


def test_the_accepted_average_goes_to_the_test_and_a_refused_one_does_not() -> None:
    plan = full()
    result = plan.tuning.result
    assert result is not None
    assert result.ensemble is not None
    chosen = choose(plan)
    assert [member.share for member in chosen.members] == [0.75, 0.25]
    assert chosen.promised == result.ensemble.score
    refused = msgspec.structs.replace(result, ensemble=msgspec.structs.replace(result.ensemble, accepted=False))
    tuning = msgspec.structs.replace(plan.tuning, result=refused)
    alone = choose(msgspec.structs.replace(plan, tuning=tuning))
    assert len(alone.members) == 1
    assert alone.members[0].epochs == result.best.epochs
    assert alone.promised == result.best.corrected


@pytest.mark.slow
def test_an_average_is_one_model_that_loads_safely_and_runs_on_a_device(tmp_path: Path) -> None:
    import keras
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    from engine.serving import litert
    from engine.serving.artifact import MODEL
    from engine.training.network import build
    from engine.training.standalone import mean_of

    layout = Layout(blocks=(Block(column="x", kind="number", start=0, width=7),))
    hypers = (
        Hyper(units=16, numbers="periodic", members=4, weight_decay=1e-3),
        Hyper(units=8, layers=2, batch_norm=True),
    )
    parts = [build(layout, 1, hyper, head="sigmoid", loss="binary_crossentropy") for hyper in hypers]
    x = np.random.default_rng(1).normal(size=(40, 7)).astype(np.float32)
    wanted = 0.75 * parts[0].predict(x, verbose=0) + 0.25 * parts[1].predict(x, verbose=0)
    mean_of(parts, [0.75, 0.25]).save(tmp_path / MODEL)
    again = keras.saving.load_model(tmp_path / MODEL, compile=False, safe_mode=True)
    assert again.predict(x, verbose=0) == pytest.approx(wanted, abs=1e-6)

    litert.make(tmp_path, tmp_path / "model.tflite")
    kind = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    device = Interpreter(str(tmp_path / "model.tflite"), experimental_op_resolver_type=kind)
    for rows in (40, 1):
        taken, given = device.get_input_details()[0]["index"], device.get_output_details()[0]["index"]
        device.resize_tensor_input(taken, (rows, 7))
        device.allocate_tensors()
        device.set_tensor(taken, x[:rows])
        device.invoke()
        assert device.get_tensor(given) == pytest.approx(wanted[:rows], abs=1e-5)
