"""Which GPUs and which precision by the table; replicas and half precision on CPUs against one device in float32."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.training.devices import LARGE, MANY, WIDE, Gpu, Precision, decide, gpus, order, show_unused

GB = 10**9
NEW, OLD, OLDEST = (
    Gpu("0", 79 * GB, 80 * GB, (9, 0)),
    Gpu("1", 15 * GB, 16 * GB, (7, 0)),
    Gpu("2", 11 * GB, 12 * GB, (6, 1)),
)
TWIN = Gpu("3", 78 * GB, 80 * GB, (9, 0))
BUSY = Gpu("4", 20 * GB, 80 * GB, (9, 0))


@pytest.mark.parametrize(
    ("found", "parameters", "rows", "replicas", "precision"),
    [
        ([], LARGE, MANY, 1, "float32"),
        ([NEW], WIDE - 1, MANY, 1, "float32"),
        ([NEW], WIDE, 100, 1, "mixed_bfloat16"),
        ([OLD], WIDE, 100, 1, "mixed_float16"),
        ([OLDEST], LARGE, MANY, 1, "float32"),
        ([NEW, TWIN], LARGE, MANY, 2, "mixed_bfloat16"),
        ([NEW, TWIN], LARGE - 1, MANY, 1, "mixed_bfloat16"),
        ([NEW, TWIN], LARGE, MANY - 1, 1, "mixed_bfloat16"),
        ([NEW, BUSY], LARGE, MANY, 1, "mixed_bfloat16"),
        ([NEW, OLD], LARGE, MANY, 1, "mixed_bfloat16"),
        ([OLD, OLD], 40 * LARGE, MANY, 1, "mixed_float16"),
        ([Gpu("0")], LARGE, MANY, 1, "float32"),
    ],
)
def test_the_decision(found: list[Gpu], parameters: int, rows: int, replicas: int, precision: Precision) -> None:
    use = decide(found, parameters, rows)
    assert (use.replicas, use.precision) == (replicas, precision), use.reason
    assert use.reason


def test_unused_gpus_come_first_and_one_in_use_is_better_than_none() -> None:
    assert order([BUSY, OLD, TWIN, NEW]) == ["0", "3", "1"]
    assert order([BUSY, Gpu("5", 9 * GB, 80 * GB)]) == ["4"]
    assert order([]) == []


def test_what_the_user_made_visible_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    for said in ("", "-1"):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", said)
        show_unused()
        assert gpus() == []
        assert os.environ["CUDA_VISIBLE_DEVICES"] == said
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "7,GPU-none")
    assert [gpu.name for gpu in gpus()] == ["7", "GPU-none"]


PROGRAM = """
import numpy as np
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from engine.training.devices import Use
from engine.training.hyper import Hyper
from engine.training.placed import MirroredTrainer, build_for, trainer_of
from tests.engine.training.test_fit import TRAIN, VAL, WIDTH, amounts, drawn
x, y = drawn()
w = np.random.default_rng(0).uniform(0.5, 1.5, size=len(y)).astype(np.float32)
# An odd batch, so that the replicas get parts of different sizes.
hyper = Hyper(units=8, layers=2, learning_rate=0.01, l2=0.01, weight_decay=0.01, batch=33)
def trained(use, devices=None):
    model = build_for(use, amounts(WIDTH), 1, hyper, head="sigmoid", loss="binary_crossentropy", devices=devices)
    trainer = trainer_of(model, rows=len(TRAIN), batch=hyper.batch)
    history = trainer.train(x, y, TRAIN, VAL, epochs=3, seed=5, weights=w, patience=3)
    assert isinstance(trainer, MirroredTrainer) == (use.replicas > 1)
    assert all(variable.dtype == "float32" for variable in model.weights)
    assert trainer.fused == (use.replicas == 1) and not history.notes, history.notes
    return history
def apart(one, other):
    return max(np.abs(a - b).max() for a, b in zip(one.weights, other.weights))
one = trained(Use(1, "float32", ""))
two = trained(Use(2, "float32", ""), ["CPU:0", "CPU:1"])
assert apart(one, two) < 1e-5, apart(one, two)
assert np.allclose(one.val_loss, two.val_loss, atol=1e-5)
for precision in ("mixed_bfloat16", "mixed_float16"):
    half = trained(Use(1, precision, ""))
    assert 0 < apart(one, half) < 0.02, apart(one, half)
"""


@pytest.mark.slow
def test_two_replicas_and_half_precision_end_where_one_device_does() -> None:
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
