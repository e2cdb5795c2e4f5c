"""Work without a target by command line: clusters to the bundle, none in noise, a plan that trains nothing."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from journey import Journey

pytestmark = pytest.mark.slow


def test_clusters_are_found_tested_shipped_and_assigned(journey: Journey, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    centers = rng.permutation(np.repeat([[0, 0, 0], [6, 0, 1], [0, 6, 0]], 80, axis=0))
    table = tmp_path / "rows.csv"
    pd.DataFrame(centers + rng.normal(size=(240, 3)), columns=["spend", "visits", "age"]).to_csv(table, index=False)
    journey.done("new", "groups", "--data", str(table), "--task", "clustering")
    journey.done("run", "groups", "--open-test")
    found = journey.result("groups", "baseline")
    assert found["outcome"] == "beats" and found["chosen"]["units"] == 3 and len(found["clusters"]) == 3
    tested = journey.result("groups", "evaluation")
    assert tested["test"][0]["metric"] == "adjusted_rand" and tested["test"][0]["value"] > 0.8
    assert journey.result("groups", "deployment")["artifacts"][0]["verified"]["decision_flips"] == 0
    journey.done("predict", "groups", str(table), "-o", str(tmp_path / "out.csv"))
    said = pd.read_csv(tmp_path / "out.csv")["prediction"]
    assert set(said) == {"cluster 1", "cluster 2", "cluster 3"}
    assert pd.crosstab(said, centers[:, 0] + 2 * centers[:, 1]).max(axis=1).sum() > 0.97 * len(said)


def test_noise_has_no_stable_clusters_and_that_ends_the_run(journey: Journey, tmp_path: Path) -> None:
    table = tmp_path / "noise.csv"
    pd.DataFrame(np.random.default_rng(4).normal(size=(200, 3)), columns=list("abc")).to_csv(table, index=False)
    journey.done("new", "noise", "--data", str(table), "--task", "clustering")
    ended = journey("run", "noise")
    assert ended.returncode == 3 and "No stable clusters" in ended.stdout


def test_a_plan_only_goal_runs_to_its_end_without_a_model(journey: Journey) -> None:
    journey.done("new", "words", "--task", "generation")
    done = journey.done("run", "words", "--open-test")
    assert "nothing is trained" in done.stderr
    assert journey.result("words", "metric")["sizes"][0]["count"] == 783
    assert journey("run", "words", "baseline").returncode == 0
    assert not (journey.projects / "words" / "models").exists()
    text = journey.done("export", "words").stdout
    assert "PLAN-ONLY" in text and "framing.task=multiclass" in text
