"""Every kind of network: loads and converts without this package, takes Keras's steps, is blind to unused inputs."""

import itertools
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.serving import convert
from engine.training.hyper import Hyper
from engine.training.layout import Block, Layout
from engine.training.size import count_parameters

N, BATCH = 96, 32
LAYOUT = Layout(
    blocks=(
        Block(column="a", kind="number", start=0, width=1),
        Block(column="a", kind="plain", start=1, width=1),
        Block(column="town", kind="id", start=2, width=1, size=5),
        Block(column="b", kind="number", start=3, width=2),
        Block(column="c", kind="plain", start=5, width=3),
    )
)
NUMBERS = Layout(blocks=(Block(column="x", kind="number", start=0, width=4),))
KINDS = {
    "linear": Hyper(layers=0, batch=BATCH),
    "dense": Hyper(units=6, layers=2, learning_rate=0.01, weight_decay=0.1, batch=BATCH),
    "periodic": Hyper(
        units=6, numbers="periodic", embedding=3, frequencies=4, batch_norm=True, weight_decay=0.1, batch=BATCH
    ),
    "members": Hyper(units=6, members=3, learning_rate=0.01, l2=0.01, batch=BATCH),
    "both": Hyper(units=6, layers=2, numbers="periodic", embedding=2, members=4, batch=BATCH),
    "no layer": Hyper(layers=0, numbers="periodic", members=2, learning_rate=0.01, batch=BATCH),
}
HEADS: dict[str, tuple[Any, str, int]] = {
    "sigmoid": ("sigmoid", "binary_crossentropy", 1),
    "softmax": ("softmax", "sparse_categorical_crossentropy", 3),
    "linear": ("linear", "mean_absolute_error", 1),
    "amounts": ("linear", "huber", 2),
    "labels": ("sigmoid", "binary_crossentropy", 2),
}


def built(hyper: Hyper, head: str = "sigmoid", layout: Layout = LAYOUT) -> Any:
    from engine.training.network import build

    name, loss, outputs = HEADS[head]
    return build(layout, outputs, hyper, head=name, loss=loss)


def rows(count: int = N, layout: Layout = LAYOUT) -> Any:
    x = np.random.default_rng(1).normal(size=(count, layout.width)).astype(np.float32)
    for block in layout.of("id"):
        x[:, block.start] = np.arange(count) % block.size
    return x


def targets(head: str, x: Any) -> Any:
    amount = np.stack([x[:, 0] - x[:, 3], np.abs(x[:, 3])], axis=1)
    if head == "softmax":
        return np.digitize(amount[:, 0], [-1, 1])
    if head in ("sigmoid", "labels"):
        amount = (amount > 0.5).astype(np.float64)
    return amount if head in ("amounts", "labels") else amount[:, 0]


def seeded(model: Any, seed: int = 1, **options: Any) -> Any:
    from engine.training.first_weights import first_weights

    model.set_weights(first_weights(model, seed, **options))
    return model


@pytest.mark.slow
def test_every_network_loads_and_converts_without_this_package(tmp_path: Path) -> None:
    import tensorflow as tf

    alone = runpy.run_path(convert.__file__)["main"]
    x = rows(37)
    np.save(tmp_path / "x.npy", x)
    for kind, head in itertools.product(KINDS, ("sigmoid", "softmax", "linear")):
        if kind in ("linear", "no layer") and head != "linear":
            continue
        files = [str(tmp_path / name) for name in ("model.keras", "float32.tflite", "x.npy", "said.npy")]
        seeded(built(KINDS[kind], head)).save(files[0])
        alone([files[0], str(tmp_path), "--inputs", files[2], "--predictions", files[3]])
        network = tf.lite.Interpreter(
            files[1],
            experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        into, out = network.get_input_details()[0]["index"], network.get_output_details()[0]["index"]
        for count in (1, 37, 2):
            network.resize_tensor_input(into, (count, x.shape[1]))
            network.allocate_tensors()
            network.set_tensor(into, x[:count])
            network.invoke()
            said = np.load(files[3])[:count]
            assert np.abs(network.get_tensor(out) - said).max() <= 1e-5, (kind, head, count)
            assert np.ptp(said) > 1e-3 or count == 1


@pytest.mark.parametrize(
    ("kind", "head"),
    [("dense", "amounts"), ("dense", "labels"), ("members", "softmax"), ("both", "sigmoid"), ("both", "amounts")],
)
def test_the_compiled_loop_takes_the_steps_that_keras_takes(kind: str, head: str) -> None:
    import keras

    from engine.training.compiled import batches, column, epoch_order, loss_of_scores, scores_of
    from engine.training.fit import Trainer

    x = rows()
    y = targets(head, x)
    trainer = Trainer(built(KINDS[kind], head), rows=N, batch=BATCH)
    found = trainer.train(x, y, np.arange(N), np.arange(30), epochs=3, seed=4)
    assert trainer.fused
    plain = seeded(built(KINDS[kind], head), 4)
    each = scores_of(plain)
    each.compile(optimizer=plain.optimizer, loss=loss_of_scores(plain.loss))
    for epoch in (1, 2, 3):
        for chosen in batches(epoch_order(np.arange(N), 4, epoch), BATCH)[0]:
            each.train_on_batch(x[chosen], column(y[chosen]))
    assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(found.weights, plain.get_weights(), strict=True))
    assert found.loss[-1] < found.loss[0]
    said, loss = plain(x[:30], training=False), getattr(keras.losses, plain.loss)
    wanted = np.mean(loss(y[:30] if head == "softmax" else column(y[:30]), said))
    assert found.val_loss[-1] == pytest.approx(wanted, rel=1e-4)


def test_members_learn_by_their_own_loss_and_answer_with_their_mean() -> None:
    import keras

    from engine.training.compiled import loss_of_scores, united

    scores = np.random.default_rng(2).normal(0, 3, size=(5, 4, 3)).astype(np.float32)
    y = np.array([0, 1, 2, 1, 0])
    shares = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    own = -np.log(shares[np.arange(5), :, y]).mean(axis=1)
    name = "sparse_categorical_crossentropy"
    assert np.allclose(loss_of_scores(name)(y[:, None], keras.ops.array(scores)), own, atol=1e-5)
    both = keras.ops.convert_to_numpy(keras.ops.softmax(united(name, keras.ops.array(scores))))
    assert np.allclose(both, shares.mean(axis=1), atol=1e-6)
    one = scores[..., :1]
    both = keras.ops.convert_to_numpy(keras.ops.sigmoid(united("binary_crossentropy", keras.ops.array(one))))
    assert np.allclose(both, (1 / (1 + np.exp(-one))).mean(axis=1), atol=1e-6)
    both = keras.ops.convert_to_numpy(keras.ops.exp(united("poisson", keras.ops.array(one))))
    assert np.allclose(both, np.exp(one).mean(axis=1), rtol=1e-5)


def test_weight_decay_pulls_kernels_and_leaves_biases_frequencies_and_scalings() -> None:
    import tensorflow as tf

    hyper = Hyper(units=6, numbers="periodic", members=2, weight_decay=0.5, learning_rate=0.1)
    model = seeded(built(hyper))
    before = {each.path: each.numpy().copy() for each in model.trainable_variables}
    model.optimizer.apply([tf.zeros(each.shape) for each in model.trainable_variables], model.trainable_variables)
    for each in model.trainable_variables:
        pulled = each.path in ("dense_1/kernel", "scores/kernel", "periodic/kernel")
        assert np.allclose(each.numpy(), before[each.path] * (0.95 if pulled else 1.0), atol=1e-6), each.path


@pytest.mark.parametrize("kind", ["periodic", "both", "no layer"])
def test_inputs_that_are_not_in_use_change_nothing(kind: str) -> None:
    from engine.training.fit import Trainer

    blocks = (
        Block(column="gone", kind="number", start=0, width=2),
        Block(column="gone", kind="id", start=2, width=1, size=4),
        Block(column="a", kind="number", start=3, width=1),
        Block(column="town", kind="id", start=4, width=1, size=9),
        Block(column="none", kind="plain", start=5, width=3),
        Block(column="c", kind="plain", start=8, width=2),
    )
    narrow = Layout(
        blocks=(
            Block(column="a", kind="number", start=0, width=1),
            Block(column="town", kind="id", start=1, width=1, size=5),
            Block(column="c", kind="plain", start=2, width=2),
        )
    )
    used, x = [3, 4, 8, 9], rows(layout=narrow)
    padded = np.zeros((N, 10), dtype=np.float32)
    padded[:, used] = x
    y = (x[:, 0] + x[:, 1] > 2).astype(np.int64)
    given = (np.arange(60), np.arange(60, N))
    alone = Trainer(built(KINDS[kind], layout=narrow), rows=60, batch=BATCH)
    joint = Trainer(built(KINDS[kind], layout=Layout(blocks=blocks)), rows=60, batch=BATCH)
    one = alone.train(x, y, *given, epochs=4, seed=3)
    other = joint.train(padded, y, *given, epochs=4, seed=3, used=used)
    assert other.val_loss == pytest.approx(one.val_loss, abs=1e-5)
    assert other.loss == pytest.approx(one.loss, abs=1e-5)
    assert len(set(one.val_loss)) == 4


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("layout", "outputs"), [(LAYOUT, 3), (NUMBERS, 1)])
def test_parameters_are_counted_without_building(kind: str, layout: Layout, outputs: int) -> None:
    from engine.training.network import build

    model = build(layout, outputs, KINDS[kind], head="linear", loss="mean_squared_error")
    assert model.count_params() == count_parameters(layout, outputs, KINDS[kind])


LIMITS = {"max_units": 64, "max_layers": 3, "max_dropout": 0.3, "max_l2": 0.01, "rows": 500}


def test_the_search_space_declares_what_its_networks_are_built_of() -> None:
    import msgspec

    from engine.training.hypermodel import TabularHyperModel
    from engine.training.space import Limits, tabular

    limits = Limits(**LIMITS)  # type: ignore[arg-type]
    hp, kind = tabular(limits), TabularHyperModel(LAYOUT, 1, "sigmoid", "binary_crossentropy", limits)
    first = kind.declare(hp)
    assert first.numbers == "periodic" and first.members > 1 and first.units <= limits.max_units
    for number in range(20):
        drawn = np.random.default_rng(number)
        for each in hp.space:
            if hp.is_active(each):
                hp.values[each.name] = each.random_sample(int(drawn.integers(2**31)))
        active = {each.name: hp.values[each.name] for each in hp.space if hp.is_active(each)}
        chosen = kind.declare(hp)
        assert chosen == msgspec.convert(active, Hyper)
        assert ("sigma" in active) == (chosen.numbers == "periodic")
        assert chosen.units <= 64 and chosen.layers <= 3 and chosen.dropout <= 0.3 and chosen.weight_decay <= 0.01
    one, again = kind.build(hp), kind.build(hp)
    assert one.optimizer.built
    assert one.count_params() == count_parameters(LAYOUT, 1, kind.declare(hp))
    pairs = zip(one.get_weights(), again.get_weights(), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)


def test_the_narrowest_limits_leave_a_space() -> None:
    from engine.training.space import Limits, tabular

    hp = tabular(Limits(max_units=2, max_layers=0, max_dropout=0.0, max_l2=0.0, rows=10**6))
    assert hp.get("units") == 2 and hp.get("layers") == 1
    assert "dropout" not in hp.values and "weight_decay" not in hp.values


def test_a_space_for_counts_of_words_has_neither_embedded_numbers_nor_members() -> None:
    from engine.training.hypermodel import declare
    from engine.training.space import Limits, tabular

    hp = tabular(Limits(**LIMITS, kinds=("plain",), wide=True))  # type: ignore[arg-type]
    assert {"numbers", "members", "sigma"}.isdisjoint(hp.values)
    found = declare(hp, Limits(**LIMITS, kinds=("plain",), wide=True))  # type: ignore[arg-type]
    assert (found.numbers, found.members) == ("plain", 1)


@pytest.mark.parametrize("family", range(5))
def test_every_family_is_small_and_has_two_configurations(family: int) -> None:
    from engine.training.families import FAMILIES

    wide = Layout(blocks=tuple(Block(column=str(at), kind="number", start=at, width=1) for at in range(20)))
    found = FAMILIES[family].configurations(1000)
    assert len(set(map(repr, found))) == 2
    assert all(count_parameters(wide, 3, hyper) < 25_000 for hyper in found)
