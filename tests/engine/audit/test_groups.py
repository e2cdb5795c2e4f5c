"""Things of which several rows tell: found by what a split by them costs, and not where it costs nothing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from auditing import look, made, words
from scipy.stats import f_oneway

from engine.data.read import read
from engine.detector import AuditData
from engine.stats.association import intraclass


def people(seed: int, name: str = "patient_id", own: float = 1.0, fixed: bool = True) -> AuditData:
    """60 people with 10 rows each; `own` is how far a person's target lies from that of others."""
    random = np.random.default_rng(seed)
    of = random.permutation(np.repeat(np.arange(60), 10))
    x = random.normal(size=600)
    y = own * random.normal(size=60)[of] + 0.5 * x + random.normal(0, 0.3, 600)
    columns: dict[str, object] = {name: words(np.array([f"P{number:02d}" for number in of])), "x": x}
    if fixed:
        columns |= {"height": random.normal(170, 9, 60)[of], "born": random.integers(1930, 2000, 60)[of]}
    return made({**columns, "y": words(np.where(y > 0, "ill", "well"))}, "y", "binary")


@pytest.mark.parametrize("name", ["patient_id", "whatever"])
def test_remembered_people_are_found_by_name_or_by_what_is_fixed_for_them(name: str) -> None:
    (finding,) = look("group_overlap", people(1, name)).values()
    assert (finding.severity, finding.columns, finding.answers) == ("block", (name,), {"framing.group": name})
    assert finding.rows == 600 and finding.effect is not None and finding.effect.low > 0.05
    assert "60 of them" in finding.evidence
    assert finding.drop == ()


@pytest.mark.parametrize("seed", range(3))
def test_people_who_tell_nothing_or_cannot_be_remembered_are_no_question(seed: int) -> None:
    assert look("group_overlap", people(seed, own=0.0)) == {}
    assert look("group_overlap", people(seed, fixed=False)) == {}


def test_groups_that_are_named_or_asked_about_are_not_asked_about_again() -> None:
    data = people(1)
    assert look("group_overlap", replace(data, group="patient_id")) == {}
    assert look("group_overlap", replace(data, found=tuple(look("group_overlap", data).values()))) == {}


def test_patients_of_a_real_study(shared_data: Path) -> None:
    frame, _ = read(shared_data / "parkinsons_updrs/parkinsons_updrs.data")
    data = made({name: frame[name] for name in frame}, "total_UPDRS", "regression")
    (finding,) = look("group_overlap", data).values()
    assert finding.answers == {"framing.group": "subject#"}
    counts = frame["subject#"].value_counts()
    assert finding.rows == int(counts[counts > 1].sum())
    assert finding.severity == "block"


@pytest.mark.parametrize(
    ("file", "target", "task"),
    [
        ("titanic3/titanic3.csv", "survived", "binary"),
        ("california_housing/housing.csv", "median_house_value", "regression"),
        ("telco_churn/Telco-Customer-Churn.csv", "Churn", "binary"),
    ],
)
def test_categories_and_amounts_are_no_things(shared_data: Path, file: str, target: str, task: str) -> None:
    frame, _ = read(shared_data / file)
    assert look("group_overlap", made({name: frame[name] for name in frame}, target, task)) == {}


def test_the_intraclass_correlation_is_that_of_the_one_way_analysis() -> None:
    random = np.random.default_rng(1)
    of = np.repeat(np.arange(20), 6)
    y = random.normal(size=20)[of] + random.normal(size=120)
    f = f_oneway(*[y[of == number] for number in range(20)]).statistic
    assert abs(intraclass(of, y) - (f - 1) / (f + 5)) < 1e-9
    yes = (y > 0).astype(float)
    table = pd.DataFrame({"of": of, "y": yes}).groupby("of")["y"]
    f = 6 * table.mean().var() / table.var().mean()
    assert abs(intraclass(of, yes) - (f - 1) / (f + 5)) < 1e-9
