"""Whether cells are filled in, and what that tells of the target."""

import numpy as np
import pytest
from auditing import look, made, words
from sklearn.metrics import roc_auc_score

N = 800


@pytest.mark.parametrize("share", [0.75, 0.95])
def test_the_score_of_being_there_is_that_of_scikit_learn(share: float) -> None:
    random = np.random.default_rng(1)
    y = random.random(N) < 0.4
    there = np.where(y, random.random(N) < share, random.random(N) < 1 - share)
    columns = {"x": np.where(there, random.normal(size=N), np.nan), "y": words(np.where(y, "yes", "no"))}
    found = look("missingness", made(columns, "y", "binary"))
    auc = roc_auc_score(y, there)
    assert bool(found) == (auc >= 0.8)
    if found:
        assert f"AUC {auc:.3f}" in found[("x",)].evidence
        assert (found[("x",)].rows, found[("x",)].sample) == (int(there.sum()), N)


@pytest.mark.parametrize("because", [True, False])
def test_many_columns_that_are_each_a_little_fuller(because: bool) -> None:
    random = np.random.default_rng(1)
    y = random.random(N) < 0.5
    columns: dict[str, object] = {"y": words(np.where(y, "yes", "no"))}
    for number in range(12):
        there = random.random(N) < np.where(y & because, 0.85, 0.55)
        columns[f"x{number}"] = np.where(there, random.normal(size=N), np.nan)
    found = look("missingness", made(columns, "y", "binary"))
    assert [(finding.columns, finding.severity, finding.drop) for finding in found.values()] == [
        ((), "ask", ())
    ] * because
