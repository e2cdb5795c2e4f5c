"""Wrong amounts are counted and ranked; honest tails are not called wrong; a weak model is not believed."""

from pathlib import Path

import numpy as np
import pytest
from auditing import look, made

from engine.data.read import read
from engine.values import Finding

N = 1200


def noise(y: np.ndarray, **inputs: np.ndarray) -> Finding | None:
    return look("amount_noise", made({**inputs, "y": y}, "y", "regression")).get(("y",))


def inputs(seed: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {"a": random.uniform(0, 10, N), "b": random.normal(size=N)}


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1])
def test_amounts_with_a_slipped_point_are_ranked_first(share: float) -> None:
    random, given = np.random.default_rng(2), inputs(1)
    y = 50 + 5 * given["a"] + random.normal(size=N)
    hit = random.choice(N, round(share * N), replace=False)
    y[hit] *= 10
    finding = noise(y, **given)
    assert finding is not None
    assert finding.severity == "ask"
    assert abs(finding.rows - len(hit)) <= 0.1 * len(hit)
    assert set(finding.row_ids) <= set(hit)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("tail", ["normal", "t3", "laplace", "growing"])
def test_an_honest_tail_is_not_asked_about(tail: str, seed: int) -> None:
    random, given = np.random.default_rng(seed), inputs(seed + 50)
    draw = {
        "normal": random.normal(size=N),
        "t3": random.standard_t(3, N),
        "laplace": random.laplace(size=N),
        "growing": random.normal(size=N) * (0.2 + given["a"] / 5),
    }[tail]
    assert noise(5 * given["a"] + draw, **given) is None


def test_a_weak_model_is_not_believed() -> None:
    finding = noise(np.random.default_rng(3).normal(size=N), **inputs(2))
    assert finding is not None
    assert finding.severity == "note"
    assert "cannot tell" in finding.evidence


@pytest.mark.parametrize(
    ("file", "target"),
    [("california_housing/housing.csv", "median_house_value"), ("bike_sharing_hourly/hour.csv", "cnt")],
)
def test_real_amounts_are_not_called_wrong(shared_data: Path, file: str, target: str) -> None:
    if not (shared_data / file).exists():
        file = str(next((shared_data / file).parent.glob("*.csv")).relative_to(shared_data))
    frame, _ = read(shared_data / file)
    found = look("amount_noise", made(dict(frame), target, "regression")).get((target,))
    assert found is None or found.severity == "note"
