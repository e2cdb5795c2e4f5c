"""Bundles of labels and of counts: answers over HTTP, in a file, and what is told when they are watched."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from workshop import make, targets

from engine.monitoring.check import monitor_file
from engine.monitoring.reference import store_reference
from engine.serving.predict import predict_file
from engine.targets.held_out import rows_of
from engine.targets.rest_proof import post, started

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", ["multilabel", "count"])
def test_a_bundle_says_over_http_what_a_file_is_told(kind: str, tmp_path: Path) -> None:
    shop = make(tmp_path / kind, kind)
    (artifact,) = shop.result.artifacts
    assert artifact.verified.decision_flips == 0 and artifact.verified.rows == len(shop.frame)
    frame = shop.frame.drop(columns=list(targets(kind))).iloc[::-1]
    frame.to_csv(tmp_path / "new.csv", index=False)
    predict_file(shop.project, tmp_path / "new.csv", tmp_path / "out.csv")
    lines = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
    with started(shop.bundle) as address:
        said = post(address, {"rows": rows_of(frame)})["predictions"]
    if kind == "multilabel":
        names = list(said[0]["probabilities"])
        assert list(lines[0]) == ["prediction", "p:bought", "p:returned"] and names == ["bought", "returned"]
        there = np.array([[float(line[f"p:{name}"]) for name in names] for line in lines])
        assert there == pytest.approx(np.array([list(one["probabilities"].values()) for one in said]))
        assert [line["prediction"] for line in lines] == [one["prediction"] for one in said]
        assert {one["prediction"] for one in said} >= {"", "bought", "bought;returned"}
    else:
        assert list(lines[0]) == ["prediction"]
        amounts = np.array([float(line["prediction"]) for line in lines])
        assert amounts == pytest.approx([one["prediction"] for one in said]) and (amounts > 0).all()
        assert np.corrcoef(amounts, shop.frame["bought"].iloc[::-1])[0, 1] > 0.5
    store_reference(shop.project, shop.plan)
    shop.frame.to_csv(tmp_path / "again.csv", index=False)
    watched = monitor_file(shop.project, tmp_path / "again.csv")
    assert not watched["alarms"] and watched["score"]["n"] == len(shop.frame)
