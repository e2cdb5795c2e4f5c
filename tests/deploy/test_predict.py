"""Predictions of a file: every row in its order, the same numbers as over HTTP, one sentence for what is missing."""

import csv
import io
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from workshop import KINDS, ROOT, Shop

from engine.errors import UserError
from engine.serving.predict import predict_file
from engine.targets.held_out import rows_of
from engine.targets.rest_proof import post, started

pytestmark = pytest.mark.slow


def predicted(shop: Shop, file: Path, out: Path) -> list[dict[str, str]]:
    predict_file(shop.project, file, out)
    return list(csv.DictReader(io.StringIO(out.read_text())))


@pytest.mark.parametrize("kind", KINDS)
def test_one_line_per_row_as_over_http(shops: dict[str, Shop], kind: str, tmp_path: Path) -> None:
    shop = shops[kind]
    frame = shop.frame.iloc[::-1]
    frame.assign(extra=1).to_csv(tmp_path / "new.csv", index=False)
    lines = predicted(shop, tmp_path / "new.csv", tmp_path / "out.csv")
    assert len(lines) == len(frame)
    with started(shop.bundle) as address:
        said = post(address, {"rows": rows_of(frame.drop(columns="bought"))})["predictions"]
    if kind == "regression":
        assert [float(line["prediction"]) for line in lines] == pytest.approx([one["prediction"] for one in said])
        assert np.corrcoef([float(line["prediction"]) for line in lines], frame["bought"])[0, 1] > 0.8
        assert list(lines[0]) == ["prediction"]
        return
    assert [line["prediction"] for line in lines] == [one["prediction"] for one in said]
    names = list(said[0]["probabilities"])
    assert list(lines[0]) == ["prediction", *(f"p:{name}" for name in names)]
    assert [[float(line[f"p:{name}"]) for name in names] for line in lines] == pytest.approx(
        np.array([list(one["probabilities"].values()) for one in said])
    )
    assert np.mean([line["prediction"] == truth for line, truth in zip(lines, frame["bought"], strict=True)]) > 0.6


def test_threshold_decides(shops: dict[str, Shop], tmp_path: Path) -> None:
    shops["binary"].frame.to_csv(tmp_path / "new.csv", index=False)
    lines = predicted(shops["binary"], tmp_path / "new.csv", tmp_path / "out.csv")
    assert [line["prediction"] == "yes" for line in lines] == [float(line["p:yes"]) >= 0.35 for line in lines]
    assert any(0.35 <= float(line["p:yes"]) < 0.5 for line in lines)


def test_missing_column_is_named_and_nothing_written(shops: dict[str, Shop], tmp_path: Path) -> None:
    shops["binary"].frame.drop(columns="city").to_csv(tmp_path / "new.csv", index=False)
    with pytest.raises(UserError, match=r"new\.csv: column 'city' is missing"):
        predict_file(shops["binary"].project, tmp_path / "new.csv", tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_ragged_line_is_refused(shops: dict[str, Shop], tmp_path: Path) -> None:
    frame = shops["binary"].frame.head(30).drop(columns="bought")
    text = frame.to_csv(index=False).splitlines()
    text.insert(5, "1,2")
    (tmp_path / "new.csv").write_text("\n".join(text))
    with pytest.raises(UserError, match="line 6 left out"):
        predict_file(shops["binary"].project, tmp_path / "new.csv", tmp_path / "out.csv")


def test_single_row_and_unknown_cells(
    shops: dict[str, Shop], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = shops["binary"].frame.head(1).drop(columns="bought").astype(object)
    frame["age"], frame["city"] = "unknown", "Atlantis"
    frame.to_csv(tmp_path / "new.csv", index=False)
    predict_file(shops["binary"].project, tmp_path / "new.csv", None)
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 2
    assert "'unknown' was read as missing in age" in told.err


def test_without_a_bundle_the_network_is_made_once(shops: dict[str, Shop], tmp_path: Path) -> None:
    shop = shops["binary"]
    shop.frame.to_csv(tmp_path / "new.csv", index=False)
    wanted = predicted(shop, tmp_path / "new.csv", tmp_path / "out.csv")
    project = Path(shutil.copytree(shop.project, tmp_path / "project", ignore=shutil.ignore_patterns("bundle")))
    other = Shop(project, shop.plan, shop.result)
    assert predicted(other, tmp_path / "new.csv", tmp_path / "again.csv") == wanted
    (made,) = project.glob("models/*.tflite")
    before = made.stat().st_mtime_ns
    predicted(other, tmp_path / "new.csv", tmp_path / "again.csv")
    assert made.stat().st_mtime_ns == before


def test_tensorflow_is_not_loaded(shops: dict[str, Shop], tmp_path: Path) -> None:
    shops["binary"].frame.to_csv(tmp_path / "new.csv", index=False)
    code = (
        "import sys; from pathlib import Path; from engine.serving.predict import predict_file;"
        f"predict_file(Path({str(shops['binary'].project)!r}), Path('new.csv'), Path('out.csv'));"
        "print([name for name in ('tensorflow', 'keras', 'sklearn') if name in sys.modules])"
    )
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_no_model_yet_is_one_sentence(tmp_path: Path) -> None:
    from engine import store
    from engine.steps import Plan

    store.save(tmp_path, Plan())
    pd.DataFrame({"a": [1], "b": [2]}).to_csv(tmp_path / "new.csv", index=False)
    with pytest.raises(UserError, match="no final model yet"):
        predict_file(tmp_path, tmp_path / "new.csv", None)
