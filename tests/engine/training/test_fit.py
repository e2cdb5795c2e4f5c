"""The fused fit loop against Keras itself, its seeds, stops, checkpoints and troubles; on real and drawn rows."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.training.history import EpochEnd, History
from engine.training.hyper import Hyper, advised_batch
from engine.training.layout import Block, Layout
from engine.training.size import SMALLEST, batch_within, count_parameters

N, WIDTH = 205, 6


def drawn(kind: str = "binary") -> tuple[Any, Any]:
    draw = np.random.default_rng(3)
    x = draw.normal(size=(N, WIDTH)).astype(np.float32)
    amount = x[:, 0] - 2 * x[:, 1] + draw.normal(size=N)
    if kind == "regression":
        return x, amount
    return x, np.digitize(amount, [0] if kind == "binary" else [-1, 1])


HEADS: dict[str, tuple[Any, str, int]] = {
    "binary": ("sigmoid", "binary_crossentropy", 1),
    "multiclass": ("softmax", "sparse_categorical_crossentropy", 3),
    "regression": ("linear", "mean_squared_error", 1),
}


def amounts(width: int) -> Layout:
    return Layout(blocks=(Block(column="x", kind="number", start=0, width=width),))


def trainer(kind: str = "binary", hyper: Hyper | None = None, fused: bool = True, width: int = WIDTH) -> Any:
    from engine.training.fit import Trainer
    from engine.training.network import build

    head, loss, outputs = HEADS[kind]
    hyper = hyper or Hyper(units=8, layers=2, learning_rate=0.01)
    return Trainer(build(amounts(width), outputs, hyper, head=head, loss=loss), rows=N, batch=hyper.batch, fused=fused)


TRAIN, VAL = np.arange(0, 150), np.arange(150, N)


def run(one: Any, kind: str = "binary", **options: Any) -> History:
    x, y = drawn(kind)
    found: History = one.train(x, y, TRAIN, VAL, **{"epochs": 3, "seed": 5, **options})
    return found


def same(first: History, second: History, tolerance: float = 0.0) -> bool:
    pairs = zip(first.weights, second.weights, strict=True)
    return all(np.allclose(one, other, rtol=0, atol=tolerance) for one, other in pairs)


@pytest.mark.parametrize("kind", HEADS)
@pytest.mark.parametrize("hyper", [Hyper(units=8, layers=2, learning_rate=0.01), Hyper(units=5, l2=0.01, batch=64)])
def test_the_fused_loop_takes_the_steps_that_keras_takes(kind: str, hyper: Hyper) -> None:
    from engine.training.compiled import epoch_order
    from engine.training.first_weights import first_weights
    from engine.training.network import build

    head, loss, outputs = HEADS[kind]
    x, y = drawn(kind)
    w = np.random.default_rng(0).uniform(0.5, 1.5, size=N).astype(np.float32)
    found = trainer(kind, hyper).train(x, y, TRAIN, VAL, epochs=3, seed=5, weights=w)
    plain = build(amounts(WIDTH), outputs, hyper, head=head, loss=loss)
    plain.set_weights(first_weights(plain, 5))
    for epoch in (1, 2, 3):
        order = epoch_order(TRAIN, 5, epoch)
        for start in range(0, len(order), hyper.batch):
            rows = order[start : start + hyper.batch]
            plain.train_on_batch(x[rows], y[rows], sample_weight=w[rows])
    assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(found.weights, plain.get_weights(), strict=True))
    assert not same(found, trainer(kind, hyper).train(x, y, TRAIN, VAL, epochs=3, seed=5), 1e-3)


@pytest.mark.parametrize("hyper", [Hyper(dropout=0.3, layers=2), Hyper(batch_norm=True), Hyper(layers=0)])
def test_the_same_seed_gives_the_same_run_and_another_seed_another(hyper: Hyper) -> None:
    one = trainer(hyper=hyper)
    first = run(one)
    assert run(one, seed=6).weights[0].tolist() != first.weights[0].tolist()
    again = run(one)
    assert same(first, again)
    assert first.val_loss == again.val_loss
    assert same(first, run(trainer(hyper=hyper)))


def test_every_epoch_visits_every_row_in_an_order_of_its_own() -> None:
    from engine.training.compiled import batches, epoch_order

    first, second = (epoch_order(TRAIN, 5, epoch) for epoch in (1, 2))
    assert sorted(first) == sorted(second) == TRAIN.tolist()
    assert first.tolist() != second.tolist()
    rows, mask = batches(first, 32)
    assert rows.shape == mask.shape == (5, 32)
    assert sorted(rows[mask == 1]) == TRAIN.tolist()


def test_without_the_fused_compiler_the_run_is_the_same() -> None:
    plain = trainer(fused=False)
    assert same(run(trainer()), run(plain), 1e-5)
    assert not plain.fused


def foreign(act: Any) -> Any:
    """A trainer whose network has a layer that calls Python with its rows."""
    import keras
    import tensorflow as tf

    from engine.training.fit import Trainer

    class Foreign(keras.layers.Layer):  # type: ignore[misc]
        def call(self, rows: Any) -> Any:
            return rows + tf.ensure_shape(tf.numpy_function(act, [rows], tf.float32), rows.shape)

    inputs = keras.Input((WIDTH,))
    scores = keras.layers.Dense(1)(Foreign()(inputs))
    model = keras.Model(inputs, keras.layers.Activation("sigmoid")(scores))
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy")
    return Trainer(model, rows=N, batch=32)


def test_a_layer_that_cannot_be_fused_is_trained_without() -> None:
    one = foreign(lambda rows: rows * 0)
    found = run(one)
    assert found.val_loss[-1] < 1
    assert not one.fused
    assert found.notes == ("trained without XLA, because XLA cannot compile this network.",)


def test_where_memory_runs_out_the_batch_is_halved() -> None:
    def act(rows: Any) -> Any:
        if len(rows) > 15 and len(rows) != one._chunk:
            raise MemoryError
        return rows * 0

    one = foreign(act)
    found = run(one)
    assert one.batch == 8
    assert found.ended == "done"
    assert len(found.loss) == 3
    assert [note.split(" to ")[-1] for note in found.notes[-2:]] == ["16 rows.", "8 rows."]


def test_a_compiled_step_that_differs_is_not_used() -> None:
    import keras
    import tensorflow as tf

    from engine.training.fit import Trainer

    class TwoFaced(keras.layers.Layer):  # type: ignore[misc]
        def call(self, rows: Any) -> Any:
            return rows if tf.executing_eagerly() or not tf.inside_function() else 1.5 * rows

    inputs = keras.Input((WIDTH,))
    scores = keras.layers.Dense(1)(TwoFaced()(inputs))
    model = keras.Model(inputs, keras.layers.Activation("sigmoid")(scores))
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy")
    one = Trainer(model, rows=N, batch=32)
    found = run(one)
    assert not one.fused
    assert "off the plain one" in found.notes[0]


@pytest.mark.parametrize(
    "hyper",
    [
        Hyper(units=8, dropout=0.4, layers=2),
        Hyper(units=8, batch_norm=True, layers=2),
        Hyper(units=8, numbers="periodic", members=3, weight_decay=0.01),
    ],
)
def test_the_guard_lets_stock_networks_pass_and_leaves_them_as_they_were(hyper: Hyper) -> None:
    one = trainer(hyper=hyper)
    found = run(one)
    assert one.fused
    assert found.notes == ()
    assert same(found, run(one))


def test_several_amounts_at_once() -> None:
    from engine.training.fit import Trainer
    from engine.training.network import build

    x, first = drawn("regression")
    y = np.column_stack([first, -2 * first + 1])
    hyper = Hyper(units=8, learning_rate=0.02)
    one = Trainer(build(amounts(WIDTH), 2, hyper, head="linear", loss="mean_squared_error"), rows=N, batch=32)
    score = lambda y, p: float(np.corrcoef(y[:, 1], p[:, 1])[0, 1])  # noqa: E731
    found = one.train(x, y, TRAIN, VAL, epochs=30, seed=1, score=score)
    assert found.score[-1] > 0.8
    assert one.predict(x[VAL], found.weights).shape == (len(VAL), 2)


def test_unused_inputs_change_nothing() -> None:
    x, y = drawn()
    narrow = run(trainer())
    padded = np.zeros((N, WIDTH + 5), dtype=np.float32)
    padded[:, :WIDTH] = x
    wide = trainer(width=WIDTH + 5).train(padded, y, TRAIN, VAL, epochs=3, seed=5, used=list(range(WIDTH)))
    assert wide.val_loss == pytest.approx(narrow.val_loss, abs=1e-6)
    assert not wide.weights[0][WIDTH:].any()


def test_validation_rows_do_not_touch_the_weights() -> None:
    x, y = drawn()
    one = trainer()
    first = run(one)
    x[VAL], y[VAL] = 1e3, 0
    assert same(first, one.train(x, y, TRAIN, VAL, epochs=3, seed=5))


@pytest.mark.parametrize("kind", HEADS)
def test_the_first_answer_is_the_prior(kind: str) -> None:
    from engine.training.first_weights import first_weights
    from engine.training.network import prior_bias

    head, _, outputs = HEADS[kind]
    y = drawn(kind)[1]
    one = trainer(kind, Hyper(layers=0))
    bias = prior_bias(head, y, outputs)
    weights = first_weights(one.model, 1, output_bias=bias)
    answer = one.predict(np.zeros((3, WIDTH), dtype=np.float32), weights)[0]
    wanted = y.mean() if kind != "multiclass" else np.bincount(y) / len(y)
    assert answer == pytest.approx(wanted, abs=0.01)


def test_patience_ends_a_run_that_overfits_and_keeps_the_best_weights() -> None:
    x, y = drawn()
    one = trainer(hyper=Hyper(units=64, layers=2, learning_rate=0.02))
    long = run(one, epochs=60)
    short = run(one, epochs=60, patience=4)
    assert short.ended == "patience"
    assert len(short.loss) == short.best_epoch + 4 < 60
    assert short.best_epoch == int(np.argmin(short.val_loss)) + 1
    assert short.val_loss == long.val_loss[: len(short.val_loss)]
    best = run(one, epochs=short.best_epoch)
    assert same(short, best)
    kept = one.predict(x[VAL], short.weights)
    loss = -np.log(np.where(y[VAL] == 1, kept, 1 - kept)).mean()
    assert loss == pytest.approx(min(short.val_loss), rel=1e-4)


def test_losses_per_row_are_kept_when_asked_for() -> None:
    found = run(trainer(), keep_rows=True)
    assert found.row_losses is not None
    assert found.row_losses.shape == (3, len(VAL))
    assert found.row_losses.mean(axis=1) == pytest.approx(found.val_loss, rel=1e-6)
    assert run(trainer()).row_losses is None


def test_a_loss_that_is_no_number_ends_the_run_with_a_sentence() -> None:
    x, y = drawn("regression")
    one = trainer("regression", Hyper(units=8, layers=2, learning_rate=1e18))
    found = one.train(x, y * 1e18, TRAIN, VAL, epochs=30, seed=1)
    assert found.ended == "broken"
    assert "learning rate 1e+18" in found.trouble
    assert len(found.loss) < 30
    assert all(np.isfinite(weights).all() for weights in found.weights)
    healthy = one.train(x, y, TRAIN, VAL, epochs=1, seed=1)
    assert np.isfinite(healthy.loss).all()


def test_a_stop_ends_within_the_epoch_and_keeps_the_finished_ones() -> None:
    told: list[EpochEnd] = []
    one = trainer()
    found = run(one, epochs=50, stop=lambda: len(told) >= 2, progress=told.append)
    assert found.ended == "stopped"
    assert len(found.loss) == 2 == len(told)
    assert same(found, run(one, epochs=2))
    assert run(one, stop=lambda: True).loss == ()


def test_progress_tells_every_epoch_with_the_score() -> None:
    told: list[EpochEnd] = []
    found = run(trainer(), progress=told.append, score=lambda y, p: float(((p > 0.5) == y).mean()))
    assert [end.epoch for end in told] == [1, 2, 3]
    assert tuple(end.val_loss for end in told) == found.val_loss
    assert tuple(end.score for end in told) == found.score
    assert found.score[-1] > 0.5


def test_without_validation_rows_only_the_loss_is_told() -> None:
    x, y = drawn()
    found = trainer().train(x, y, np.arange(N), epochs=2, seed=1)
    assert len(found.loss) == 2
    assert found.val_loss == found.score == ()
    assert found.best_epoch == 2


@pytest.mark.parametrize("hyper", [Hyper(dropout=0.3, batch_norm=True), Hyper(layers=2)])
def test_a_run_resumed_from_its_checkpoint_ends_as_an_uninterrupted_one(tmp_path: Path, hyper: Hyper) -> None:
    path = tmp_path / "fold" / "run.npz"
    one = trainer(hyper=hyper)
    whole = run(one, epochs=6, keep_rows=True)
    told: list[EpochEnd] = []
    run(one, epochs=6, keep_rows=True, checkpoint=path, stop=lambda: len(told) >= 4, progress=told.append)
    more: list[EpochEnd] = []
    resumed = run(trainer(hyper=hyper), epochs=6, keep_rows=True, checkpoint=path, progress=more.append)
    assert [end.epoch for end in more] == [5, 6]
    assert same(whole, resumed)
    assert resumed.val_loss == whole.val_loss
    assert np.array_equal(resumed.row_losses, whole.row_losses)  # type: ignore[arg-type]
    more.clear()
    assert same(run(one, epochs=6, keep_rows=True, checkpoint=path, progress=more.append), whole)
    assert more == []


def test_a_torn_or_foreign_checkpoint_is_not_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    one = trainer()
    whole = run(one, checkpoint=path)
    path.write_bytes(path.read_bytes()[:-200])
    assert same(run(one, checkpoint=path), whole)
    told: list[EpochEnd] = []
    run(one, seed=6, checkpoint=path, progress=told.append)
    assert len(told) == 3
    run(one, seed=5, checkpoint=path)
    decayed = trainer(hyper=Hyper(units=8, layers=2, learning_rate=0.01, weight_decay=0.01))
    run(decayed, seed=5, checkpoint=path, progress=told.append)
    assert len(told) == 6


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.engine.training.test_fit import run, trainer
def told(end):
    if end.epoch == 3: os.kill(os.getpid(), signal.SIGKILL)
run(trainer(), epochs=5, checkpoint=Path(sys.argv[1]), progress=told)
"""


@pytest.mark.slow
def test_a_kill_loses_no_finished_epoch(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    root = Path(__file__).resolve().parents[3]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    told: list[EpochEnd] = []
    one = trainer()
    resumed = run(one, epochs=5, checkpoint=path, progress=told.append)
    assert [end.epoch for end in told] == [3, 4, 5]
    assert same(resumed, run(one, epochs=5), 1e-6)


@pytest.mark.parametrize(
    "hyper", [Hyper(), Hyper(layers=0), Hyper(units=7, layers=3, batch_norm=True), Hyper(layers=2, dropout=0.5, l2=0.1)]
)
@pytest.mark.parametrize("outputs", [1, 4])
def test_parameters_are_counted_without_building(hyper: Hyper, outputs: int) -> None:
    from engine.training.network import build

    built = build(amounts(9), outputs, hyper, head="linear", loss="mean_squared_error")
    assert built.count_params() == count_parameters(amounts(9), outputs, hyper)


def test_the_advised_batch_grows_with_the_rows() -> None:
    assert [advised_batch(rows) for rows in (50, 12_800, 20_000, 10**6, 10**9)] == [32, 32, 64, 4096, 4096]


def test_the_batch_keeps_within_the_memory_that_is_free() -> None:
    hyper = Hyper(units=1000, layers=2, batch=4096)
    # 1,109,001 parameters six times are 26.6 MB; a row passes on 2,101 numbers four times, which are 33.6 kB.
    cases = {None: 4096, 10**9: 4096, 330_000_000: 4096, 300_000_000: 2048, 60_000_000: 64, 1_000_000: SMALLEST}
    for free, batch in cases.items():
        assert batch_within(4096, amounts(100), 1, hyper, free) == batch, free
    many = Hyper(units=1000, layers=2, members=8)
    assert batch_within(4096, amounts(100), 1, many, 300_000_000) < 2048
    assert batch_within(20, amounts(100), 1, hyper, 1) == 20
