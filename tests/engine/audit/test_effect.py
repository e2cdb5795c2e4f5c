"""What a finding does to the score: the numbers are those of other libraries, and the split is the plan's."""

from dataclasses import replace

import numpy as np
import pandas as pd
from auditing import made, words
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import roc_auc_score

from engine.audit.effect import FOLDS, LEAF, TREES, measure, measured
from engine.data import folds
from engine.detector import AuditData
from engine.values import Finding

N = 400


def leaky(n: int = N, seed: int = 1) -> AuditData:
    random = np.random.default_rng(seed)
    x, z = random.normal(size=n), random.normal(size=n)
    yes = x + random.normal(size=n) > 0
    leak = yes + random.normal(0, 0.3, n)
    return made({"x": x, "z": z, "leak": leak, "y": words(np.where(yes, "yes", "no"))}, "y", "binary")


def finding(name: str, severity: str = "ask") -> Finding:
    return Finding(
        detector="a",
        columns=(name,),
        severity=severity,  # type: ignore[arg-type]
        evidence="",
        proposal="",
        drop=(name,),
    )


def test_both_scores_are_those_of_scikit_learn_on_the_same_folds() -> None:
    data = leaky()
    effect = measure(data, ("leak",))
    assert effect is not None and data.codes is not None
    parts = folds.make("kfold", n=N, k=FOLDS, seed=1, stratify=data.codes)
    for names, said in ((["leak", "x", "z"], effect.with_it), (["x", "z"], effect.without_it)):
        inputs, out = data.frame[names].to_numpy(dtype=np.float32), np.empty(N)
        for number, part in enumerate(parts):
            model = ExtraTreesClassifier(TREES, min_samples_leaf=LEAF, max_features=0.5, random_state=1 + number)
            model.fit(inputs[part.train], data.codes[part.train])
            out[part.test] = model.predict_proba(inputs[part.test])[:, 1]
        assert abs(roc_auc_score(data.codes, out) - said) < 1e-9
    assert abs(effect.difference - (effect.with_it - effect.without_it)) < 1e-12
    assert effect.difference > effect.low > 0
    assert (effect.metric, effect.n) == ("roc_auc", N)


def test_a_column_of_noise_has_no_effect_and_its_interval_says_so() -> None:
    covered = 0
    for seed in range(6):
        effect = measure(replace(leaky(seed=seed), names=("x", "z")), ("z",))
        assert effect is not None
        covered += effect.low <= 0.02
    assert covered >= 5


def test_entities_that_are_remembered_show_under_a_split_by_them() -> None:
    random = np.random.default_rng(1)
    entity = np.repeat(np.arange(40), 15)
    height = random.normal(size=40)[entity] + random.normal(0, 0.01, 600)
    y = random.normal(size=40)[entity] + random.normal(0, 0.1, 600)
    data = made({"entity": entity, "height": height, "mass": -height, "y": y}, "y", "regression")
    data = replace(data, names=("height", "mass"))
    effect = measure(data, groups=entity)
    assert effect is not None
    assert effect.metric == "r2" and effect.low > 0.3 and effect.without_it < 0.3 < effect.with_it
    assert "bootstrap of 40 groups" in effect.how
    assert measure(replace(data, group="entity"), groups=entity).difference == 0  # type: ignore[union-attr]


def test_the_order_of_time_is_kept() -> None:
    random = np.random.default_rng(1)
    when = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(N), unit="D")
    y = np.cumsum(random.normal(size=N))
    data = replace(made({"when": when, "y": y}, "y", "regression"), names=("when",))
    at_random, in_order = measure(data, ("when",)), measure(replace(data, time="when"), ("when",))
    assert at_random is not None and in_order is not None
    assert at_random.with_it > 0.9 > in_order.with_it
    assert in_order.n < at_random.n == N
    assert "in the order of when" in in_order.how


def test_one_leak_does_not_hide_another() -> None:
    data = leaky()
    data = replace(
        data, frame=data.frame.assign(again=data.frame["leak"] * 2), names=(*data.names, "again"), columns=data.columns
    )
    alone = measure(replace(data, names=("x", "z", "leak")), ("leak",))
    first, second, note = measured(data, (finding("leak"), finding("again", "block"), finding("z", "note")))
    assert first.effect == alone
    assert second.effect is not None and second.effect.low > 0
    assert note.effect is None


def test_nothing_is_said_where_nothing_can_be() -> None:
    assert measure(replace(leaky(), codes=None, task=None), ("leak",)) is None
    assert measure(leaky(n=40), ("leak",)) is None
    assert measure(leaky(), groups=np.zeros(N)) is None
