"""A sample of production is told apart when it differs and only then, and its score is predicted."""

import numpy as np
import pandas as pd
import pytest

from engine.data.profile import profile
from engine.data.read import read
from engine.detector import AuditData
from engine.errors import UserError
from engine.representative.production import compare, weighted_score
from engine.representative.separation import effective_size
from engine.stats.metrics import named


def audit_data(frame, names, codes=None, task=None, group=None):
    columns = {column.name: column for column in profile(frame)}
    return AuditData(
        frame, columns, tuple(names), "y" if codes is not None else None, task, codes, (), group, None, 1, len(frame)
    )


def two_columns(random, n):
    return pd.DataFrame({"a": random.normal(size=n), "b": random.choice(["red", "green", "blue"], n).astype(object)})


@pytest.mark.slow
@pytest.mark.parametrize("n", [100, 10_000])
def test_same_distribution_alarms_in_at_most_5_percent_of_200_seeds(n):
    alarms = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        alarms += compare(audit_data(two_columns(random, n), ["a", "b"]), two_columns(random, n)).alarm
    assert alarms <= 10


def test_halves_of_a_real_table_are_alike_and_a_shifted_column_is_named(shared_data):
    frame, _ = read(shared_data / "wine_quality_white" / "winequality-white.csv")
    frame = frame.sample(2000, random_state=1)
    names = [name for name in frame.columns if name != "column_12"]
    ours, theirs = frame.iloc[:1000], frame.iloc[1000:].copy()
    same = compare(audit_data(ours, names), theirs)
    assert not same.alarm
    assert same.p > 0.01
    theirs["column_9"] += 0.06
    found = compare(audit_data(ours, names), theirs)
    assert found.alarm
    assert [shift.column for shift in found.shifted] == ["column_9"]
    assert found.auc.value > 0.55


def test_a_shape_that_changes_from_part_to_part_is_told_by_its_stability_index():
    random = np.random.default_rng(6)
    even = np.where(np.arange(10) % 2, 0.06, 0.14)
    ours = pd.DataFrame({"a": random.integers(0, 10, 4000) + 0.0, "b": random.normal(size=4000)})
    theirs = pd.DataFrame({"a": random.choice(10, 4000, p=even) + 0.0, "b": random.normal(size=4000)})
    found = compare(audit_data(ours, ["a", "b"]), theirs)
    assert [(shift.column, shift.test) for shift in found.shifted] == [("a", "PSI")]
    edges = np.unique(np.quantile(ours["a"], np.arange(1, 10) / 10))
    parts = [np.bincount(np.searchsorted(edges, side["a"]), minlength=len(edges) + 1) for side in (ours, theirs)]
    before, after = (counts[sum(parts) > 0] + 0.5 for counts in parts)
    before, after = before / before.sum(), after / after.sum()
    assert found.shifted[0].effect == pytest.approx(((after - before) * np.log(after / before)).sum(), abs=1e-9)


def test_columns_that_differ_only_together_are_told_apart():
    random = np.random.default_rng(3)
    a, c = random.normal(size=(2, 1500))
    ours = pd.DataFrame({"a": a, "c": random.normal(size=1500)})
    theirs = pd.DataFrame({"a": c, "c": np.sign(c) * np.abs(random.normal(size=1500))})
    found = compare(audit_data(ours, ["a", "c"]), theirs)
    assert not found.shifted
    assert found.alarm


def test_weighted_score_is_nearer_the_truth_of_production_than_the_plain_one():
    nearer = 0
    for seed in range(5):
        random = np.random.default_rng(seed)

        def drawn(n, centre, random=random):
            x = random.normal(centre, 1.0, n)
            noisy = random.random(n) < np.where(x > 0.5, 0.4, 0.02)
            return pd.DataFrame({"x": x, "z": random.normal(size=n)}), ((x > -0.5) ^ noisy).astype(float)

        inputs, y = drawn(2000, 0.0)
        other, truth = drawn(2000, 0.8)
        found = compare(audit_data(inputs, ["x", "z"], y, "binary"), other)
        from sklearn.ensemble import ExtraTreesClassifier
        from sklearn.metrics import roc_auc_score

        model = ExtraTreesClassifier(40, min_samples_leaf=3, max_features=0.5, random_state=1).fit(inputs, y)
        real = roc_auc_score(truth, model.predict_proba(other)[:, 1])
        assert found.predicted is not None
        assert found.now is not None
        nearer += abs(found.predicted.value - real) < abs(found.now.value - real)
    assert nearer >= 4


def test_score_is_withheld_where_hardly_a_row_is_like_production():
    random = np.random.default_rng(5)
    ours = pd.DataFrame({"a": np.append(random.normal(size=400), [9.0, 9.1])})
    found = compare(audit_data(ours, ["a"], random.integers(0, 2, 402).astype(float), "binary"), ours + 9)
    assert found.effective < 30
    assert found.predicted is None
    assert "30" in found.withheld


def test_weighted_score_and_effective_size_agree_with_references():
    from sklearn.metrics import roc_auc_score

    random = np.random.default_rng(2)
    y, p, w = random.integers(0, 2, 300), random.random(300), random.random(300) + 0.1
    found = weighted_score("roc_auc", y, p, w, 1, "")
    assert found.value == pytest.approx(roc_auc_score(y, p, sample_weight=w), abs=1e-9)
    assert named("roc_auc").compute(y, p) == pytest.approx(roc_auc_score(y, p), abs=1e-9)
    assert effective_size(np.ones(7)) == pytest.approx(7.0)


def test_too_small_a_sample_is_refused():
    random = np.random.default_rng(1)
    with pytest.raises(UserError, match="at least 20"):
        compare(audit_data(two_columns(random, 50), ["a", "b"]), two_columns(random, 5))
