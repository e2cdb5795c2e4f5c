"""A new file against the stored reference: real files, schema, drift, predictions, and the score where it is known."""

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from workshop import KINDS, Shop, table

from engine import store
from engine.errors import UserError
from engine.monitoring.check import monitor_file
from engine.monitoring.reference import store_reference

pytestmark = pytest.mark.slow


@pytest.fixture
def watch(shops: dict[str, Shop], tmp_path: Path) -> Shop:
    """A project with its reference stored."""
    return watched(shops["binary"], tmp_path)


def watched(shop: Shop, room: Path) -> Shop:
    project = Path(shutil.copytree(shop.project, room / "project"))
    store_reference(project, shop.plan)
    return dataclasses.replace(shop, project=project)


def checked(shop: Shop, frame: pd.DataFrame) -> dict[str, Any]:
    file = shop.project / "new.csv"
    frame.to_csv(file, index=False)
    found = monitor_file(shop.project, file)
    msgspec.json.encode(found)
    return found


def kinds(found: dict[str, Any]) -> set[tuple[str, str]]:
    return {(alarm["kind"], column) for alarm in found["alarms"] for column in alarm["columns"]}


@pytest.mark.parametrize("kind", KINDS)
def test_rows_like_those_of_training_are_quiet(shops: dict[str, Shop], kind: str, tmp_path: Path) -> None:
    shop = watched(shops[kind], tmp_path)
    new = table(kind, 400, seed=77).drop(columns="bought")
    found = checked(shop, new)
    assert found["alarms"] == []
    assert found["rows"] == 400
    assert [entry["column"] for entry in found["features"]] == list(new.columns)
    for entry in found["features"]:
        assert entry["psi"] <= entry["psi_limit"]
        assert entry["alarm"] is False
        assert 0 <= entry["p"] <= entry["p_adjusted"] <= 1
    assert found["score"] is None


def test_limit_depends_on_the_rows(watch: Shop) -> None:
    small, large = (checked(watch, table("binary", rows, seed=78)) for rows in (60, 3000))
    assert small["features"][0]["psi_limit"] > large["features"][0]["psi_limit"]


def changed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    draw = np.random.default_rng(3)
    new = frame.drop(columns="bought")
    if name == "drift":
        new["age"] += 15
    elif name == "missing column":
        new = new.drop(columns="city")
    elif name == "extra column":
        new["colour"] = "red"
    elif name == "category":
        new.loc[new.index[::9], "city"] = "Atlantis"
    elif name == "missing values":
        new["income"] = new["income"].mask(draw.random(len(new)) < 0.3)
    elif name == "range":
        new.loc[new.index[0], "income"] = 1e9
    elif name == "type":
        new["age"] = "about " + new["age"].astype(str)
    return new


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("drift", "age"),
        ("missing column", "city"),
        ("extra column", "colour"),
        ("category", "city"),
        ("missing values", "income"),
        ("range", "income"),
        ("type", "age"),
    ],
)
@pytest.mark.parametrize("rows", [150, 2000])
def test_a_change_raises_its_alarm(watch: Shop, kind: str, column: str, rows: int) -> None:
    found = checked(watch, changed(kind, table("binary", rows, seed=79)))
    assert (kind, column) in kinds(found), found["alarms"]
    others = {pair for pair in kinds(found) if pair[1] != column}
    assert others <= {("prediction drift", "bought")}, others
    assert all(alarm["evidence"] for alarm in found["alarms"])


def test_other_rows_change_the_predictions(watch: Shop) -> None:
    new = table("binary", 2000, seed=80)
    found = checked(watch, new[new["age"] > 50].drop(columns="bought"))
    assert ("prediction drift", "bought") in kinds(found)


def test_score_is_compared_with_the_test(watch: Shop) -> None:
    new = table("binary", 1000, seed=81)
    good = checked(watch, new)
    assert good["alarms"] == []
    assert good["score"]["metric"] == "roc_auc"
    assert good["score"]["low"] < good["score"]["value"] < good["score"]["high"]
    assert good["score"]["n"] == 1000
    shuffled = np.random.default_rng(1).permutation(new["bought"].to_numpy())
    bad = checked(watch, new.assign(bought=shuffled))
    assert kinds(bad) == {("score", "bought")}
    prior = checked(watch, new[(new["bought"] == "yes") | (np.arange(1000) % 5 == 0)])
    assert ("target drift", "bought") in kinds(prior)


def test_rows_without_a_target_are_told_and_not_scored(watch: Shop) -> None:
    new = table("binary", 500, seed=82)
    new.loc[new.index[:20], "bought"] = None
    found = checked(watch, new)
    assert found["score"]["n"] == 480
    assert any("20 rows" in note for note in found["notes"])


def test_another_model_asks_for_a_new_reference(watch: Shop) -> None:
    plan = store.load(watch.project)
    assert plan.evaluation.result is not None
    other = msgspec.structs.replace(plan.evaluation.result, digest="0" * 64)
    store.save(
        watch.project,
        msgspec.structs.replace(plan, evaluation=msgspec.structs.replace(plan.evaluation, result=other)),
    )
    found = checked(watch, table("binary", 300, seed=83))
    assert any("run monitoring again" in note for note in found["notes"])


def test_no_reference_and_a_damaged_one_are_one_sentence(watch: Shop) -> None:
    rows = watch.project / "monitoring/reference.parquet"
    content = bytearray(rows.read_bytes())
    content[100] ^= 1
    rows.write_bytes(content)
    with pytest.raises(UserError, match=r"reference\.parquet: not the rows that were stored"):
        checked(watch, table("binary", 100))
    shutil.rmtree(watch.project / "monitoring")
    with pytest.raises(UserError, match="run it through monitoring first"):
        checked(watch, table("binary", 100))
