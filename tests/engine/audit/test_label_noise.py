"""Flipped labels are counted and ranked; honest overlap is not called wrong; a weak model is not believed."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from auditing import look, made, words
from scipy.stats import spearmanr

from engine.audit.label_noise import joint, surely
from engine.data.read import read
from engine.values import Finding


def flipped(frame: pd.DataFrame, target: str, share: float, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """The table with the labels of exactly such a share of its rows changed, and the places of those rows."""
    draw = np.random.default_rng(seed)
    labels = frame[target].to_numpy(dtype=object).copy()
    hit = draw.choice(len(frame), round(share * len(frame)), replace=False)
    kinds = sorted(set(labels))
    for place in hit:
        labels[place] = draw.choice([kind for kind in kinds if kind != labels[place]])
    return frame.assign(**{target: labels}), hit


def noise(frame: pd.DataFrame, target: str) -> Finding | None:
    task = "binary" if frame[target].nunique() == 2 else "multiclass"
    return look("label_noise", made(dict(frame), target, task)).get((target,))


def estimate(finding: Finding) -> float:
    return float(finding.evidence.split("about ")[1].split("%")[0])


@pytest.mark.parametrize(("file", "target"), [("penguins_raw", "Species"), ("sms_spam", "type")])
def test_a_tenth_of_flipped_labels(shared_data: Path, file: str, target: str) -> None:
    frame, _ = read(shared_data / file / f"{file}.csv")
    frame = frame.drop(columns=["rownames"], errors="ignore").iloc[:1500]
    changed, hit = flipped(frame, target, 0.1, seed=3)
    finding = noise(changed, target)
    assert finding is not None and finding.severity == "ask"
    assert 6 <= estimate(finding) <= 14
    worst = finding.row_ids[: len(hit) // 2]
    assert np.isin(worst, hit).mean() > 0.9
    assert not finding.rows_out
    clean = noise(frame, target)
    assert clean is None


@pytest.mark.parametrize(
    ("file", "target", "drop"),
    [
        ("pima_diabetes/pima-indians-diabetes.csv", "column_9", ()),
        ("titanic3/titanic3.csv", "survived", ("boat", "body")),
        ("wine_quality_white/winequality-white.csv", "column_12", ()),
    ],
)
def test_overlap_is_a_note(shared_data: Path, file: str, target: str, drop: tuple[str, ...]) -> None:
    frame, _ = read(shared_data / file)
    frame = frame[frame[target].notna()].drop(columns=list(drop)).drop_duplicates(ignore_index=True)
    finding = noise(frame, target)
    assert finding is not None and finding.severity == "note" and "cannot be said" in finding.evidence


def test_the_most_doubtful_rows_come_first() -> None:
    draw = np.random.default_rng(1)
    x = draw.normal(size=1200) * 2
    finding = noise(
        pd.DataFrame({"a": x, "label": words(np.where(draw.random(1200) < 1 / (1 + np.exp(-x)), 1, 0))}), "label"
    )
    assert finding is not None and len(finding.row_ids) > 50
    far = np.abs(x[list(finding.row_ids)])
    assert spearmanr(np.arange(len(far)), far).statistic < -0.3


def test_a_weak_model_says_nothing() -> None:
    draw = np.random.default_rng(1)
    frame = pd.DataFrame({"a": draw.normal(size=400), "label": words(draw.integers(0, 2, 400))})
    finding = noise(frame, "label")
    assert finding is not None and finding.severity == "note" and finding.rows == 0
    assert finding.evidence.startswith("cannot tell")


def test_a_rare_class_is_left_out() -> None:
    draw = np.random.default_rng(1)
    x = draw.normal(size=400)
    label = np.where(x > 0, "up", "down").astype(object)
    label[:10] = "rare"
    label[10:50] = np.where(x[10:50] > 0, "down", "up")
    finding = noise(pd.DataFrame({"a": x, "label": words(label)}), "label")
    assert finding is not None and finding.sample == 390 and not set(finding.row_ids) & set(range(10))
    assert noise(pd.DataFrame({"a": x, "label": words(np.where(np.arange(400) < 10, "rare", "up"))}), "label") is None


def test_the_confident_joint_is_that_of_the_paper() -> None:
    """Counted row by row, as equations 1 and 3 of Northcutt, Jiang and Chuang (2021) say."""
    draw = np.random.default_rng(2)
    codes = draw.integers(0, 3, 300)
    shares = draw.dirichlet([1, 1, 1], 300)
    shares[np.arange(300), codes] += 0.4
    shares /= shares.sum(axis=1, keepdims=True)
    limits = [
        np.mean([row[place] for row, code in zip(shares, codes, strict=True) if code == place]) for place in (0, 1, 2)
    ]
    counts: defaultdict[tuple[int, int], int] = defaultdict(int)
    for row, code in zip(shares, codes, strict=True):
        over = [place for place in (0, 1, 2) if row[place] >= limits[place]]
        if over:
            counts[code, max(over, key=lambda place: row[place])] += 1
    raw = np.array([[counts[i, j] for j in (0, 1, 2)] for i in (0, 1, 2)], dtype=float)
    spread = raw / raw.sum(axis=1, keepdims=True) * np.bincount(codes)[:, None]
    ones = np.ones(300)
    np.testing.assert_allclose(joint(codes, shares, ones), spread / spread.sum(), rtol=1e-12)
    sure = surely(codes, shares, ones)
    assert int(((sure >= 0) & (sure != codes)).sum()) == raw.sum() - np.trace(raw)
