"""The overfit detector on runs that do not overfit, and on some that do: curves with the losses of every row."""

import numpy as np
import pytest
from scipy.stats import binom

from engine.training.hyper import Hyper
from engine.training.layout import Block, Layout
from engine.work.overfit import onset

RUNS = 400
MOST = int(binom.ppf(0.999, RUNS, 0.05))


def curves(rng: np.random.Generator, epochs: int, rows: int, shape: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Training loss (epochs,), validation loss (epochs,) and row losses (epochs, rows) whose mean it is.

    Rows differ from each other for good, wander from epoch to epoch as weights do, and share the jitter of an epoch.
    """
    time = np.linspace(0, 1, epochs)
    falls = {
        "still falling": 0.4 * np.exp(-2 * time),
        "levelled off": 0.4 * np.exp(-12 * time),
        "nothing to learn": np.zeros(epochs),
    }[shape]
    own = rng.gamma(2.0, 0.3, rows)
    wandering = np.cumsum(rng.normal(0, 0.02, (epochs, rows)), axis=0) * 0.98 ** np.arange(epochs)[::-1, None]
    jitter = rng.normal(0, 0.004, (epochs, 1))
    losses = own + falls[:, None] + wandering + jitter
    training = 0.6 + falls + rng.normal(0, 0.003, epochs) - 0.03 * time
    return training, losses.mean(axis=1), losses


@pytest.mark.parametrize("shape", ["still falling", "levelled off", "nothing to learn"])
@pytest.mark.parametrize(("epochs", "rows"), [(40, 60), (80, 300), (160, 2000)])
def test_at_most_five_percent_of_runs_that_do_not_overfit_are_said_to(shape: str, epochs: int, rows: int) -> None:
    rng = np.random.default_rng(23)
    false = sum(onset(*curves(rng, epochs, rows, shape))[1] is not None for _ in range(RUNS))
    assert false <= MOST


@pytest.mark.parametrize(("epochs", "rows"), [(80, 300), (160, 2000)])
def test_a_rise_of_validation_loss_is_seen(epochs: int, rows: int) -> None:
    rng = np.random.default_rng(24)
    found = []
    for _ in range(50):
        training, _, losses = curves(rng, epochs, rows, "levelled off")
        rising = losses + np.linspace(-0.3, 0.3, epochs).clip(0)[:, None] * rng.gamma(2, 0.5, rows)
        best, start, p = onset(training - 0.2 * np.linspace(0, 1, epochs), rising.mean(axis=1), rising)
        found.append(start is not None)
        assert 1 <= best <= epochs
        assert p is None or 0 <= p <= 1
    assert np.mean(found) > 0.9


@pytest.mark.slow
def test_real_trainings_that_end_early_are_not_called_overfit() -> None:
    """Small networks that still learn a weak signal when their epochs end."""
    from engine.training.fit import Trainer
    from engine.training.network import build

    n, width, runs = 400, 4, 20
    layout = Layout(blocks=tuple(Block(f"x{i}", "number", i, 1) for i in range(width)))
    hyper = Hyper(units=4, learning_rate=2e-3, batch=64)
    trainer = Trainer(build(layout, 1, hyper, head="sigmoid", loss="binary_crossentropy"), rows=n // 2, batch=64)
    false = 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(n, width)).astype(np.float32)
        y = (x @ [1.0, -1.0, 0.5, 0.0] + 2 * rng.normal(size=n) > 0).astype(int)
        places = np.arange(n)
        found = trainer.train(x, y, places[: n // 2], places[n // 2 :], epochs=25, seed=seed, keep_rows=True)
        assert found.row_losses is not None
        false += onset(np.array(found.loss), np.array(found.val_loss), found.row_losses)[1] is not None
    assert false <= int(binom.ppf(0.999, runs, 0.05))
