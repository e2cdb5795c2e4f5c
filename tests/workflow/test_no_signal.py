"""Where there is nothing to learn the workflow says so, stops, and opens the drawing board."""

from pathlib import Path

import numpy as np
import pytest
from journey import Journey

pytestmark = pytest.mark.slow

SEEDS = 20


def test_noise_is_not_called_signal(journey: Journey, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    rows = 300
    inputs = rng.normal(size=(rows, 6))
    targets = rng.integers(0, 2, size=(rows, SEEDS))
    header = ",".join([*(f"x{n}" for n in range(6)), *(f"y{n}" for n in range(SEEDS))])
    table = tmp_path / "noise.csv"
    np.savetxt(table, np.hstack([inputs, targets]), delimiter=",", header=header, comments="", fmt="%.6g")
    others = ",".join(f"y{n}" for n in range(1, SEEDS))
    journey.new(
        "noise",
        table,
        "y0",
        "baseline.epochs=20",
        "baseline.attempts=2",
        "baseline.curate=no",
        "protocol.kind=kfold",
        f"framing.late={others}",
    )
    refused = 0
    for number in range(SEEDS):
        late = ",".join(f"y{n}" for n in range(SEEDS) if n != number)
        journey.done("set", "noise", f"framing.target=y{number}", f"framing.late={late}")
        ended = journey("run", "noise", "--through", "baseline")
        assert ended.returncode in (0, 3), ended.stderr
        outcome = journey.result("noise", "baseline")["outcome"]
        assert (ended.returncode == 3) == (outcome != "beats")
        if outcome != "beats":
            refused += 1
            assert "drawing board" in (ended.stdout + ended.stderr).lower()
    assert refused >= SEEDS - 1


def test_a_random_walk_ends_with_persistence(journey: Journey, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    days = np.datetime64("2015-01-01") + np.arange(600)
    value = 100 + np.cumsum(rng.normal(size=600))
    other = rng.normal(size=600)
    table = tmp_path / "walk.csv"
    lines = [f"{day},{price:.4f},{noise:.4f}" for day, price, noise in zip(days, value, other, strict=True)]
    table.write_text("\n".join(["day,price,noise", *lines]) + "\n")
    journey.new("walk", table, "price", "baseline.epochs=20", "baseline.attempts=2")
    ended = journey("run", "walk")
    assert ended.returncode == 3, ended.stderr
    result = journey.result("walk", "baseline")
    assert result["bar"] == "persistence"
    assert "no evidence beyond persistence" in result["sentence"]
    assert journey.status("walk")["ledger"]["test_openings"] == 0
