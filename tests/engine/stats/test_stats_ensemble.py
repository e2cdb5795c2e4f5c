"""Averages of predictors: chosen greedily, taken only where rows that did not choose say so; and which knobs matter."""

import numpy as np
import pytest

from engine.stats.ensemble import gain_of, select
from engine.stats.importance import FEWEST, importances
from engine.stats.metrics import METRICS
from engine.work.seeds import told


def drawn(kind: str, seed: int, n: int = 300, k: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Targets (n,) and probabilities (k, n) of predictors that err together, by themselves, or know nothing."""
    draw = np.random.default_rng(seed)
    y = draw.integers(0, 2, n)
    clean = y - 0.5 + draw.normal(size=n)
    noise = draw.normal(size=(k, n))
    scores = {"together": clean + 0.01 * noise, "apart": y - 0.5 + 1.3 * noise, "nothing": noise}[kind]
    return y, 1 / (1 + np.exp(-scores))


def test_the_average_that_is_chosen_is_at_least_as_good_as_any_of_its_predictors() -> None:
    for metric in ("accuracy", "log_loss"):
        y, oof = drawn("apart", 1)
        shares = select(metric, y, oof)
        info = METRICS[metric]
        alone = max(info.sign * info.compute(y, each) for each in oof)
        assert shares.sum() == pytest.approx(1.0)
        assert info.sign * info.compute(y, np.tensordot(shares, oof, axes=1)) >= alone


def test_one_predictor_that_knows_all_stands_alone() -> None:
    y, oof = drawn("nothing", 2)
    shares = select("accuracy", y, np.concatenate([[np.where(y == 1, 0.9, 0.1)], oof]))
    assert shares.tolist() == [1.0] + [0.0] * len(oof)


def test_an_average_pays_where_errors_differ_and_not_where_there_is_nothing_to_gain() -> None:
    gains = {
        kind: [gain_of("accuracy", *drawn(kind, seed), seed=seed) for seed in range(12)]
        for kind in ("apart", "nothing")
    }
    assert sum(each.gain.low > 0 for each in gains["apart"]) >= 11
    assert sum(each.gain.low > 0 for each in gains["nothing"]) <= 1
    # On noise the score of the whole selection is the coin's, although the average looks better on the rows it chose.
    assert np.mean([each.score.value for each in gains["nothing"]]) == pytest.approx(0.5, abs=0.02)


def test_classes_by_probabilities_and_groups_are_taken() -> None:
    y, oof = drawn("apart", 3)
    pairs = np.stack([1 - oof, oof], axis=2)
    found = gain_of("accuracy", y, pairs, groups=np.arange(len(y)) // 2, delta=0.02)
    assert found.gain.rows_needed is not None
    assert found.gain.low < found.gain.difference < found.gain.high


def test_importance_finds_the_knob_that_moves_the_score() -> None:
    draw = np.random.default_rng(4)
    values = [
        {"rate": float(draw.uniform()), "units": int(draw.integers(8, 64)), "norm": bool(draw.integers(2)), "fixed": 1}
        for _ in range(40)
    ]
    scores = [each["rate"] + 0.02 * float(draw.normal()) for each in values]
    found, why = importances(values, scores)
    assert not why
    assert found[0].name == "rate"
    assert found[0].low > 0.5
    assert found[0].low <= found[0].share <= found[0].high
    assert "fixed" not in [each.name for each in found]


def test_importance_is_not_told_from_few_trials_nor_from_noise() -> None:
    draw = np.random.default_rng(5)
    values = [{"rate": float(draw.uniform()), "kind": "ab"[int(draw.integers(2))]} for _ in range(30)]
    noise = [float(score) for score in draw.normal(size=30)]
    for some, why in ((values[: FEWEST - 1], "are needed"), (values, "foretell")):
        found, said = importances(some, noise[: len(some)])
        assert found == ()
        assert why in said
    assert "do not differ" in importances(values[:1] * 12, noise[:12])[1]


def test_the_spread_over_seeds_needs_two_of_them() -> None:
    alone = told([0.8])
    assert (alone.mean, alone.deviation, alone.low) == (0.8, None, None)
    several = told([0.80, 0.82, 0.81])
    assert several.deviation == pytest.approx(0.01)
    assert several.low is not None
    assert several.high is not None
    # Student's t with 2 degrees of freedom: 4.303 standard errors.
    assert several.high - several.low == pytest.approx(2 * 4.3027 * 0.01 / 3**0.5, rel=1e-3)
