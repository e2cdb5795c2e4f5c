"""The whole workflow on real tables: it ends well, with a score that is neither too bad nor too good to be true."""

from pathlib import Path

import pandas as pd
import pytest
from journey import SHORT, Journey

pytestmark = pytest.mark.slow

TABLES = [
    ("telco", "telco_churn/Telco-Customer-Churn.csv", "Churn", "roc_auc", 0.81, 0.88),
    ("wine", "wine_quality_white/winequality-white.csv", "last", "quadratic_kappa", 0.40, 0.68),
    ("penguins", "penguins_raw/penguins_raw.csv", "Species", "accuracy", 0.93, 1.0),
    ("california", "california_housing/housing.csv", "median_house_value", "r2", 0.78, 0.89),
    ("adult", "adult_census/adult-train.csv", "last", "roc_auc", 0.89, 0.94),
]

MORE = {
    # Rows enough for one division; the other tables go through folds.
    "wine": ("protocol.kind=holdout",),
    "california": ("protocol.kind=holdout",),
    "adult": ("protocol.kind=holdout",),
}

SHIPPED = {"california": "boosted_trees"}
"""References that are shipped in the network's place afterwards."""

PRUNED = ("penguins",)
"""Networks of which forms with zeros are made for a device."""


@pytest.mark.parametrize(("name", "file", "target", "metric", "low", "high"), TABLES, ids=[t[0] for t in TABLES])
def test_a_real_table_runs_to_the_end(
    journey: Journey, shared_data: Path, name: str, file: str, target: str, metric: str, low: float, high: float
) -> None:
    journey.new(name, shared_data / file, target, *SHORT, *MORE.get(name, ()))
    journey.done("run", name, "--open-test")
    assert low <= journey.test_score(name, metric) <= high
    status = journey.status(name)
    assert status["ledger"]["test_openings"] == 1
    assert status["ledger"]["validation_looks"] >= 4
    assert all(step["state"] == "done" for step in status["steps"].values())
    best = status["steps"]["tuning"]["result"]["best"]
    assert best["corrected"]["n"] == best["score"]["n"]
    if name in PRUNED:
        _forms_with_zeros_are_smaller_and_judged(journey, name)
    if name in SHIPPED:
        _a_reference_is_shipped(journey, name, SHIPPED[name], shared_data / file)


def _forms_with_zeros_are_smaller_and_judged(journey: Journey, name: str) -> None:
    """Each ran, has a difference to a control, and packs the better the more zeros there are."""
    for setting in ("deployment.target=device", "deployment.prune=yes"):
        journey.done("set", name, setting)
    journey.done("run", name, "deployment")
    (made,) = journey.result(name, "deployment")["artifacts"]
    forms = {form["name"]: form for form in made["forms"]}
    zeros = [forms[each]["zeros"] for each in ("float32", "pruned50", "pruned75", "pruned90")]
    assert zeros == pytest.approx([0.0, 0.5, 0.75, 0.9], abs=0.02)
    packed = [forms[each]["packed"] for each in ("float32", "pruned50", "pruned75", "pruned90")]
    assert packed == sorted(packed, reverse=True) and packed[-1] < 0.8 * packed[0]
    assert all(forms[each]["change"] and forms[each]["latency_ms"] for each in forms if each.startswith("pruned"))
    assert not forms[made["form"]].get("refused")


def _a_reference_is_shipped(journey: Journey, name: str, model: str, file: Path) -> None:
    """It is built for both places that carry it, tells its own score, answers, and a changed byte is noticed."""
    for setting in (f"deployment.model={model}", "deployment.target=rest", "deployment.also=onnx"):
        journey.done("set", name, setting)
    journey.done("run", name, "deployment")
    found = journey.result(name, "deployment")
    assert [made["target"] for made in found["artifacts"]] == ["rest", "onnx"] and found["refused"] == []
    assert all(made["verified"]["decision_flips"] == 0 for made in found["artifacts"])
    beside = {each["name"]: each["score"] for each in journey.result(name, "evaluation")["beside"]}
    assert found["model"] == model and found["score"] == beside[model]
    answers = journey.done("predict", name, str(file)).stdout.splitlines()
    assert len(answers) - 1 == len(pd.read_csv(file, na_values=["NA"]))
    written = journey.projects / name / "bundle/model.json"
    written.write_bytes(written.read_bytes().replace(b"1", b"2", 1))
    refused = journey("predict", name, str(file))
    assert refused.returncode == 2 and "model.json: not the file that was exported" in refused.stderr


def test_titanic_asks_about_its_leaks_and_is_honest_without_them(journey: Journey, shared_data: Path) -> None:
    journey.new("titanic", shared_data / "titanic3/titanic3.csv", "survived", *SHORT, "baseline.curate=yes")
    journey.done("run", "titanic", "--open-test")
    findings = journey.result("titanic", "data")["findings"]
    asked = {column for finding in findings if finding["severity"] != "note" for column in finding["columns"]}
    assert {"boat", "body"} <= asked
    assert 0.74 <= journey.test_score("titanic", "accuracy") <= 0.86


def test_titanic_with_its_leaks_kept_says_so_in_the_plan(journey: Journey, shared_data: Path) -> None:
    journey.new("kept", shared_data / "titanic3/titanic3.csv", "survived", *SHORT)
    journey.done("run", "kept", "data")
    for column in ("boat", "body"):
        journey.done("set", "kept", f"data.decisions.{column}=override: we want to see what it does")
    # One column now says nearly all, so a network that does not beat it is refused, and going on is our own will.
    assert journey("run", "kept", "--through", "baseline").returncode in (0, 3)
    journey.done("run", "kept", "evaluation", "--open-test")
    assert journey.test_score("kept", "accuracy") >= 0.93
    plan = journey.done("export", "kept").stdout
    assert "we want to see what it does" in plan
    assert "cannot be trusted" in plan
