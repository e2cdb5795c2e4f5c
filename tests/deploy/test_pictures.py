"""A bundle whose model takes a picture beside an amount: proven, answered in base64, refused as a path, in a file."""

import base64
import csv
import io
import json
from http.client import HTTPConnection
from pathlib import Path

import numpy as np
import pytest
from workshop import make

from engine.serving.predict import predict_file
from engine.targets.held_out import rows_of
from engine.targets.rest_proof import post, started

pytestmark = pytest.mark.slow


def test_a_bundle_takes_pictures_as_a_table_does(tmp_path: Path) -> None:
    shop = make(tmp_path / "pictures", "pictures")
    (artifact,) = shop.result.artifacts
    assert artifact.verified.decision_flips == 0 and artifact.verified.rows == len(shop.frame)
    assert "pillow==" in (shop.bundle / "requirements.txt").read_text()
    frame = shop.frame[["age", "photo"]].iloc[:5]
    with started(shop.bundle) as address:
        said = post(address, {"rows": rows_of(frame, ["photo"])})["predictions"]
        url = "data:image/png;base64," + base64.b64encode(Path(frame["photo"].iloc[0]).read_bytes()).decode()
        assert post(address, {"age": None, "photo": url})["predictions"]
        for photo, why in (
            ("/etc/hostname", "not a file in base64"),
            ("aGVsbG8=", "what was sent: not a picture"),
            (7, "a number was"),
        ):
            status, answer = asked(address, {"age": 30, "photo": photo})
            assert status == 422 and f"row 1, column 'photo': {why}" in answer
    frame.to_csv(tmp_path / "new.csv", index=False)
    predict_file(shop.project, tmp_path / "new.csv", tmp_path / "out.csv")
    lines = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
    assert [line["prediction"] for line in lines] == [one["prediction"] for one in said]
    right = np.array([one["prediction"] for one in said]) == shop.frame["bought"].iloc[:5].to_numpy()
    assert right.mean() >= 0.6


def asked(address: str, row: object) -> tuple[int, str]:
    connection = HTTPConnection(address, timeout=30)
    connection.request("POST", "/predict", json.dumps(row), {"content-type": "application/json"})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found
