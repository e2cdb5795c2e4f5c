"""How many rows look most like a row of another class, against scikit-learn's nearest neighbours."""

from pathlib import Path

import numpy as np
from auditing import look, made, words
from sklearn.neighbors import NearestNeighbors

from engine.data.read import read


def test_the_count_equals_that_of_nearest_neighbours(shared_data: Path) -> None:
    frame, _ = read(shared_data / "pima_diabetes/pima-indians-diabetes.csv")
    data = made({name: frame[name] for name in frame}, "column_9", "binary")
    finding = look("class_overlap", data)[("column_9",)]
    inputs = frame[list(data.names)].rank(pct=True).to_numpy()
    near = NearestNeighbors(n_neighbors=2).fit(inputs).kneighbors(inputs, return_distance=False)[:, 1]
    target = frame["column_9"].to_numpy()
    assert (finding.rows, finding.sample) == (int((target[near] != target).sum()), 768)
    assert finding.severity == "note"
    assert "most mixed: 0 and 1" in finding.evidence


def test_classes_that_lie_apart_are_not_mentioned() -> None:
    random = np.random.default_rng(1)
    upper = random.random(500) < 0.5
    columns = {"x": np.where(upper, 9, 0) + random.normal(size=500), "y": words(np.where(upper, "a", "b"))}
    assert look("class_overlap", made(columns, "y", "binary")) == {}


def test_rows_among_strangers_are_listed() -> None:
    random = np.random.default_rng(1)
    upper = random.random(500) < 0.5
    x = np.where(upper, 9, 0) + random.normal(size=500)
    said = np.where(random.random(500) < 0.12, ~upper, upper)
    finding = look("class_overlap", made({"x": x, "y": words(np.where(said, "a", "b"))}, "y", "binary"))[("y",)]
    assert finding.row_ids
    assert all(said[row] != upper[row] for row in finding.row_ids)
