"""What a trial costs under each protocol: time of a small network measured here, times the rows that it trains on."""

from __future__ import annotations

import time

import numpy as np

from engine.steps.protocol import Cost
from engine.training.fit import Trainer
from engine.training.hyper import Hyper, advised_batch
from engine.training.network import build
from engine.work.rows import Rows

MEASURED = 2048
"""Rows of the measurement; more would only take longer."""

EPOCHS = 30
"""Epochs that a network usually takes: half of the most that the baseline gives it, because runs end early."""

KINDS = ("holdout", "kfold", "iterated")


def measure(rows: Rows, seed: int) -> tuple[float, float]:
    """Seconds to build and compile a small network here, and seconds per row and epoch after that."""
    n = min(len(rows), MEASURED)
    hyper = Hyper(units=32, batch=min(n, advised_batch(len(rows))))
    layout = rows.kind.measured(rows.code)
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, layout.width)).astype(np.float32)
    y = rows.code.fitted(rows.y).wanted(rows.y)[:n]
    began = time.perf_counter()
    model = build(layout, rows.code.outputs, hyper, head=rows.task.head, loss=rows.task.losses[0])
    trainer = Trainer(model, rows=n, batch=hyper.batch)
    trainer.train(x, y, np.arange(n), epochs=1, seed=seed)
    once = time.perf_counter()
    epochs = 5
    trainer.train(x, y, np.arange(n), epochs=epochs, seed=seed)
    each = (time.perf_counter() - once) / epochs / n
    return max(once - began - each * n, 0.0), each


def costs(measured: tuple[float, float], rows: int, *, folds: int, repeats: int, share: float) -> tuple[Cost, ...]:
    """Minutes of one trial under every kind of protocol with so many folds, repeats, and share held out."""
    start, each = measured
    found = []
    for kind in KINDS:
        models = {"holdout": 1, "kfold": folds, "iterated": folds * repeats}[kind]
        part = 1 - share if kind == "holdout" else 1 - 1 / folds
        found.append(Cost(kind, models, (start + models * EPOCHS * each * rows * part) / 60))
    return tuple(found)


def basis(measured: tuple[float, float]) -> str:
    """What the estimate rests on."""
    start, each = measured
    return (
        f"measured here: {1000 * 1000 * each:.3g} ms for 1,000 rows and one epoch of a network of 32 units, "
        f"{start:.2g} s to build it; {EPOCHS} epochs a model"
    )
