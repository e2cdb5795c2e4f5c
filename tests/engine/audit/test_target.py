"""The target in disguise: transformed, rounded, in words, spread over columns, or taken apart."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from auditing import look, made, words
from test_detectors import clean

from engine.data.read import read
from engine.detector import AuditData

DISGUISES = {
    "log": lambda y: np.log(y),
    "root, falling": lambda y: -np.sqrt(y),
    "rounded to tens of thousands": lambda y: (y / 1e4).round() * 1e4,
    "above the middle": lambda y: (y > np.median(y)).astype(int),
    "in thousands": lambda y: y / 1000,
    "bands in words": lambda y: words(np.where(y < 1e5, "cheap", np.where(y < 2e5, "fair", "dear"))),
}


def houses(shared: Path) -> pd.DataFrame:
    frame, _ = read(shared / "california_housing/housing.csv")
    return frame.iloc[::10].reset_index(drop=True)


@pytest.mark.parametrize("disguise", DISGUISES)
def test_an_amount_in_disguise_is_a_copy(shared_data: Path, disguise: str) -> None:
    frame = houses(shared_data)
    frame["hidden"] = DISGUISES[disguise](frame["median_house_value"])
    found = look("target_copy", made({name: frame[name] for name in frame}, "median_house_value", "regression"))
    assert {(finding.severity, finding.drop) for finding in found.values()} == {("block", ("hidden",))}
    assert found[("hidden",)].sample == len(frame)


def test_honest_columns_are_no_copies(shared_data: Path) -> None:
    frame = houses(shared_data)
    random = np.random.default_rng(1)
    frame["near"] = frame["median_house_value"] * random.normal(1, 0.05, len(frame))
    frame["rare"] = (frame["median_house_value"].rank() > len(frame) - 5).astype(int)
    data = made({name: frame[name] for name in frame}, "median_house_value", "regression")
    assert look("target_copy", data) == look("target_parts", data) == {}


def species(random: np.random.Generator) -> np.ndarray:
    return random.choice(["adelie", "chinstrap", "gentoo", "king"], 500)


def test_one_column_for_each_class_tells_the_class_together() -> None:
    y = species(np.random.default_rng(1))
    columns = {f"is_{name}": (y == name).astype(int) for name in np.unique(y)}
    found = look("target_copy", made({**columns, "y": words(y)}, "y", "multiclass"))
    assert {(finding.severity, finding.drop) for finding in found.values()} == {("block", tuple(columns))}


def test_a_column_that_follows_from_the_class_is_asked_about() -> None:
    y = species(np.random.default_rng(1))
    columns = {"large": words(np.where(np.isin(y, ["gentoo", "king"]), "yes", "no")), "y": words(y)}
    assert look("target_copy", made(columns, "y", "multiclass"))[("large",)].severity == "ask"
    columns["large"] = words(np.where(np.arange(500) < 15, "no", columns["large"]))
    assert look("target_copy", made(columns, "y", "multiclass")) == {}


def test_a_column_filled_in_for_one_class_alone_is_a_copy() -> None:
    left = np.random.default_rng(1).random(500) < 0.3
    columns = {"reason": words(np.where(left, "moved", None)), "y": words(np.where(left, "yes", "no"))}
    assert look("target_copy", made(columns, "y", "binary"))[("reason",)].severity == "block"


def taken_apart(formula: str, random: np.random.Generator) -> AuditData:
    columns = clean(1, "regression")
    a = random.gamma(3.0, 4.0, 600).round(2) + 1
    y = np.asarray(columns["y"]) + 10
    match formula:
        case "a + b":
            columns |= {"a": a, "b": y - a}
        case "b - a":
            columns |= {"a": a, "b": y + a}
        case "a × b":
            columns |= {"a": a, "b": y / a}
        case "b / a":
            columns |= {"a": a, "b": y * a}
        case "three parts":
            c = random.normal(0, 9, 600)
            columns |= {"a": a, "c": c, "b": (y - 2 * a - 0.5 * c - 7) / 3}
    return made({**columns, "y": y}, "y", "regression")


@pytest.mark.parametrize("formula", ["a + b", "b - a", "a × b", "b / a"])
def test_two_columns_that_make_up_the_target(formula: str) -> None:
    (finding,) = look("target_parts", taken_apart(formula, np.random.default_rng(2))).values()
    assert (set(finding.columns), set(finding.drop)) == ({"a", "b"}, {"a", "b"})
    assert formula in finding.evidence and f"{finding.rows:,} of 600 rows" in finding.evidence
    assert finding.severity == ("block" if set(formula) & {"+", "-"} else "ask")


def test_a_linear_formula_of_several_columns_names_no_other() -> None:
    (finding,) = look("target_parts", taken_apart("three parts", np.random.default_rng(2))).values()
    assert (finding.severity, set(finding.columns)) == ("block", {"a", "b", "c"})
    for weight in ("2 × a", "3 × b", "0.5 × c", "+ 7 "):
        assert weight in finding.evidence


def test_parts_with_noise_or_too_few_rows_are_none() -> None:
    data = taken_apart("three parts", np.random.default_rng(2))
    noisy = data.frame.assign(b=data.frame["b"] + np.random.default_rng(3).normal(0, 0.01, 600))
    assert look("target_parts", made({name: noisy[name] for name in noisy}, "y", "regression")) == {}
    random = np.random.default_rng(4)
    wide = {f"x{number}": random.normal(size=40) for number in range(39)}
    assert look("target_parts", made({**wide, "y": random.normal(size=40)}, "y", "regression")) == {}


@pytest.mark.parametrize(("name", "severity"), [("final_state", "block"), ("refundAmount", "block"), ("score", "ask")])
def test_a_name_that_speaks_of_the_outcome_makes_certain(name: str, severity: str) -> None:
    columns = clean(1)
    yes = np.asarray(columns["y"] == "yes")
    columns[name] = np.where(yes, 1.0, 0.0) + np.random.default_rng(3).normal(0, 0.05, 600)
    (finding,) = look("perfect_predictor", made(columns, "y", "binary")).values()
    assert (finding.severity, finding.drop) == (severity, (name,))


def test_a_strong_column_is_asked_about_where_no_other_can_stand_in_for_it() -> None:
    columns = clean(1)
    yes = np.asarray(columns["y"] == "yes")
    strong = yes + np.random.default_rng(3).normal(0, 0.42, 600)
    (finding,) = look("perfect_predictor", made({**columns, "strong": strong}, "y", "binary")).values()
    assert finding.severity == "ask" and finding.effect is not None
    assert finding.effect.low >= 0.05 and f"lose {finding.effect.difference:.3f} without it" in finding.evidence
    twice = {**columns, "strong": strong, "again": strong + np.random.default_rng(4).normal(0, 0.01, 600)}
    assert look("perfect_predictor", made(twice, "y", "binary")) == {}
