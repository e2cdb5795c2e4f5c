"""`status --json`: the tree that scripts rely on, with every key there."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from filled import full
from shell import modelwright

from engine import ledger, store
from engine.projects import create
from engine.steps import STEPS, Plan

SCORE = {"metric", "value", "low", "high", "n", "how"}


def tree(tmp_path: Path, plan: Plan) -> Any:
    create(tmp_path, "one").close()
    store.save(tmp_path / "one", plan)
    ended = modelwright("status", "one", "--json", projects=tmp_path)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture
def whole(tmp_path: Path) -> Any:
    return tree(tmp_path, full())


def test_an_empty_project_has_every_step_open(tmp_path: Path) -> None:
    found = tree(tmp_path, Plan())
    assert set(found) == {"project", "schema", "steps", "ledger", "job"}
    assert (found["project"], found["schema"], found["job"]) == ("one", 1, None)
    assert found["ledger"] == {"validation_looks": 0, "test_openings": 0}
    names = "framing data labels metric preparation protocol baseline overfit tuning evaluation deployment monitoring"
    assert list(found["steps"]) == names.split()
    for step in found["steps"].values():
        assert step["state"] == "open"
        assert step["answers"] == step["against_advice"] == step["result"] == {}
        assert step["stale_because"] == []
        assert step["verdict"]["outcome"] == "undecided"
        assert step["verdict"]["reason"]


def test_every_step_that_ran_is_done(whole: Any) -> None:
    assert {name: step["state"] for name, step in whole["steps"].items()} == dict.fromkeys(STEPS, "done")


def test_scores_have_all_their_keys_also_where_unknown(whole: Any) -> None:
    baseline = whole["steps"]["baseline"]["result"]
    assert baseline["naive"][0] == {
        "name": "majority",
        "score": {"metric": "roc_auc", "value": 0.5, "low": None, "high": None, "n": 1047, "how": "5 folds"},
    }
    assert set(baseline["network"]) == {"score", "parameters"}
    assert set(baseline["network"]["score"]) == SCORE
    assert {"test", "difference", "low", "high", "p"} <= set(baseline["comparison"])
    tuning = whole["steps"]["tuning"]["result"]
    assert (tuning["trials"], set(tuning["best"]["corrected"])) == (12, SCORE)
    assert "optimism" in tuning
    evaluation = whole["steps"]["evaluation"]["result"]
    assert all(set(score) == SCORE for score in evaluation["test"])
    assert evaluation["per_thousand"]["missed"]["value"] == 92.0
    assert evaluation["diagnosis"]["outcome"] == "agrees"


def test_findings_and_artifacts_are_as_the_contract_has_them(whole: Any) -> None:
    for finding in whole["steps"]["data"]["result"]["findings"]:
        assert {"detector", "columns", "rows", "severity", "evidence", "proposal"} <= set(finding)
    imbalance = whole["steps"]["data"]["result"]["findings"][-1]
    assert (imbalance["columns"], imbalance["rows"]) == ([], 0)
    artifact = whole["steps"]["deployment"]["result"]["artifacts"][0]
    assert {"target", "path", "bytes", "verified", "latency_ms"} <= set(artifact)
    assert set(artifact["verified"]) == {"runtime", "max_abs_diff", "decision_flips", "rows"}
    assert set(artifact["latency_ms"]) == {"p50", "p99"}


def test_a_number_that_is_not_finite_is_null(whole: Any) -> None:
    assert whole["steps"]["preparation"]["result"]["effect"][1]["after_std"] is None
    assert whole["steps"]["evaluation"]["result"]["slices"][1]["score"]["value"] is None


def test_answers_that_were_taken_as_advised_are_there_and_marked(whole: Any) -> None:
    framing = whole["steps"]["framing"]
    assert framing["answers"]["target"] == ["survived"]
    assert framing["answers"]["header"] == "auto"
    assert "header" in framing["advised"]
    assert "target" not in framing["advised"]


def test_a_changed_answer_makes_later_steps_stale_and_says_why(tmp_path: Path) -> None:
    found = tree(tmp_path, full())
    modelwright("set", "one", "protocol.folds=7", projects=tmp_path)
    found = json.loads(modelwright("status", "one", "--json", projects=tmp_path).stdout)
    assert found["steps"]["protocol"]["state"] == "stale"
    assert found["steps"]["protocol"]["stale_because"] == ["protocol.folds was 5 when this ran, now 7"]
    assert found["steps"]["baseline"]["stale_because"] == ["protocol is stale itself"]
    modelwright("set", "one", "protocol.folds=", projects=tmp_path)
    found = json.loads(modelwright("status", "one", "--json", projects=tmp_path).stdout)
    assert found["steps"]["protocol"]["state"] == "done"


def test_a_failed_verdict_is_a_failed_step(tmp_path: Path) -> None:
    plan = full()
    assert plan.baseline.result is not None
    result = msgspec.structs.replace(plan.baseline.result, outcome="refuted", sentence="no better than one_rule")
    plan = msgspec.structs.replace(plan, baseline=msgspec.structs.replace(plan.baseline, result=result))
    found = tree(tmp_path, plan)
    assert found["steps"]["baseline"]["state"] == "failed"
    assert found["steps"]["baseline"]["verdict"] == {"outcome": "failed", "reason": "no better than one_rule"}


def test_the_ledger_is_counted(tmp_path: Path) -> None:
    create(tmp_path, "one").close()
    for number in range(3):
        ledger.record(tmp_path / "one", "look", "tuning", f"trial {number}", score=0.8)
    ledger.record(tmp_path / "one", "opening", "evaluation", "first")
    found = json.loads(modelwright("status", "one", "--json", projects=tmp_path).stdout)
    assert found["ledger"] == {"validation_looks": 3, "test_openings": 1}
