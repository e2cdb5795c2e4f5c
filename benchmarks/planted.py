"""Defects of 10 kinds put into real tables on purpose, and the same tables without them: what defects.py audits."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

MOST = 5000
"""Rows of a table; a fresh sample is drawn for every seed."""

Draw = np.random.Generator
Table = pd.DataFrame


@dataclass(frozen=True)
class Base:
    """A real table with its known defects taken out: a clean control."""

    path: str
    target: str
    task: str
    drop: tuple[str, ...] = ()
    zeros: tuple[str, ...] = ()
    """Columns in which a zero stands for missing."""


@dataclass(frozen=True)
class Plant:
    """A defect: where it is put, how, and which detectors may be the one that names it."""

    kind: str
    base: str
    put: Callable[[Table, str, Draw], Table]
    detectors: tuple[str, ...]


BASES = {
    "adult": Base("adult_census/adult-train.csv", "last", "binary"),
    "telco": Base("telco_churn/Telco-Customer-Churn.csv", "Churn", "binary", drop=("customerID",)),
    "pima": Base(
        "pima_diabetes/pima-indians-diabetes.csv",
        "last",
        "binary",
        zeros=("column_2", "column_3", "column_4", "column_5", "column_6"),
    ),
    "wine": Base("wine_quality_white/winequality-white.csv", "last", "multiclass"),
    "penguins": Base("penguins_raw/penguins_raw.csv", "Species", "multiclass", drop=("rownames",)),
    "houses": Base("california_housing/housing.csv", "median_house_value", "regression"),
    "reviews": Base("nsmc_korean/ratings_subset.txt", "label", "binary", drop=("id",)),
    "messages": Base("sms_spam/sms_spam.csv", "type", "binary"),
    "bicycles": Base("bike_sharing_hourly/day.csv", "cnt", "regression", drop=("instant", "casual", "registered")),
}


def table(base: Base, folder: Path, draw: Draw) -> tuple[Table, str]:
    """A random part of a table, in file order, and its target."""
    from engine.data.read import read

    frame, _ = read(folder / base.path)
    frame = frame.drop(columns=list(base.drop)).drop_duplicates()
    for name in base.zeros:
        frame[name] = frame[name].replace(0, np.nan)
    size = min(MOST, round(0.9 * len(frame)))
    target = str(frame.columns[-1]) if base.target == "last" else base.target
    return frame.iloc[np.sort(draw.choice(len(frame), size, replace=False))].reset_index(drop=True), target


def some(n: int, share: float, draw: Draw) -> np.ndarray:
    return np.sort(draw.choice(n, max(8, round(share * n)), replace=False))


def copied(name: str, say: Callable[[Any, Draw], Any]) -> Callable[[Table, str, Draw], Table]:
    """A column that is the target in other words."""
    return lambda frame, target, draw: frame.assign(**{name: say(frame[target], draw)})


def afterwards(name: str, of: Callable[[Any], Any], value: Callable[[int, Draw], Any]) -> Callable[..., Table]:
    """A column filled in for 19 of 20 rows of one outcome, and for no others."""

    def put(frame: Table, target: str, draw: Draw) -> Table:
        there = np.asarray(of(frame[target])) & (draw.random(len(frame)) < 0.95)
        return frame.assign(**{name: pd.Series(value(len(frame), draw)).where(there)})

    return put


def stands_in(name: str, code: float, share: float) -> Callable[..., Table]:
    """A number that means "not known" in some rows."""

    def put(frame: Table, target: str, draw: Draw) -> Table:
        values = frame[name].to_numpy(dtype=float).copy()
        values[some(len(frame), share, draw)] = code
        return frame.assign(**{name: values})

    return put


def units(name: str, factor: float, share: float) -> Callable[..., Table]:
    """Some rows of a column in another unit."""

    def put(frame: Table, target: str, draw: Draw) -> Table:
        values = frame[name].to_numpy(dtype=float).copy()
        here = some(len(frame), share, draw)
        values[here] = (values[here] * factor).round(4)
        return frame.assign(**{name: values})

    return put


def measured_again(frame: Table, target: str, draw: Draw) -> Table:
    """One row in 40 comes a second time, every measured amount a ten-thousandth off."""
    again = frame.iloc[some(len(frame), 0.025, draw)].copy()
    for name in frame.columns:
        if frame[name].dtype.kind == "f" and frame[name].nunique() > 20 and name != target:
            again[name] += 1e-4 * frame[name].std() * draw.normal(size=len(again))
    return shuffled(pd.concat([frame, again]), draw)


def another_label(frame: Table, target: str, draw: Draw) -> Table:
    """One row in 40 comes a second time with another label."""
    again = frame.iloc[some(len(frame), 0.025, draw)].copy()
    again[target] = [other(frame[target], label, draw) for label in again[target]]
    return shuffled(pd.concat([frame, again]), draw)


def wrong_labels(share: float) -> Callable[..., Table]:
    """Labels changed at random."""

    def put(frame: Table, target: str, draw: Draw) -> Table:
        labels = frame[target].to_numpy(dtype=object).copy()
        for place in some(len(frame), share, draw):
            labels[place] = other(frame[target], labels[place], draw)
        return frame.assign(**{target: labels})

    return put


def other(labels: Any, label: Any, draw: Draw) -> Any:
    kinds = labels.value_counts()
    return draw.choice([kind for kind in kinds.index[kinds >= 20] if kind != label])


def shuffled(frame: Table, draw: Draw) -> Table:
    return frame.iloc[draw.permutation(len(frame))].reset_index(drop=True)


def keys(name: str, form: str) -> Callable[..., Table]:
    """A word that is another one in every row."""
    return lambda frame, target, draw: frame.assign(
        **{name: [form.format(number) for number in draw.permutation(10**6)[: len(frame)]]}
    )


def counted(frame: Table, target: str, draw: Draw) -> Table:
    """A running number, given after the rows were sorted by the target."""
    ordered = frame.sort_values(target, kind="stable").reset_index(drop=True)
    return ordered.assign(record=np.arange(1, len(ordered) + 1) + 10_000)


def places(swap: bool) -> Callable[..., Table]:
    """Latitude and longitude in the place of each other, or both zero, in one row of 50."""

    def put(frame: Table, target: str, draw: Draw) -> Table:
        here = some(len(frame), 0.02, draw)
        wide, long = frame["latitude"].to_numpy().copy(), frame["longitude"].to_numpy().copy()
        wide[here], long[here] = (long[here], wide[here]) if swap else (0.0, 0.0)
        return frame.assign(latitude=wide, longitude=long)

    return put


def tiny_changes(frame: Table, target: str, draw: Draw) -> Table:
    """One long text in 20 comes a second time, with a sign more."""
    long = frame[frame["document"].str.len() >= 40]
    again = long.iloc[some(len(long), 0.1, draw)].copy()
    again["document"] += "!"
    return shuffled(pd.concat([frame, again]), draw)


def footers(name: str, label: Any) -> Callable[..., Table]:
    """Texts of one class were collected by another program, which put four words behind every fifth of them."""

    def put(frame: Table, target: str, draw: Draw) -> Table:
        there = (frame[target] == label).to_numpy() & (draw.random(len(frame)) < 0.2)
        return frame.assign(**{name: frame[name].where(~there, frame[name] + " sent from my phone")})

    return put


def clock(frame: Table, target: str, draw: Draw) -> Table:
    """One day in 50 carries the year in which the clocks of computers begin."""
    days = frame["dteday"].to_numpy().copy()
    days[some(len(days), 0.02, draw)] = np.datetime64("1970-01-01")
    return frame.assign(dteday=days)


def income(labels: Any) -> Any:
    return labels.astype(str).str.contains(">")


LEAKS = ("target_copy", "target_parts", "perfect_predictor", "aggregates", "missingness", "too_good", "time_travel")
NAMES = ("id_like", "row_order")

PLANTS = (
    Plant("copy of the target", "telco", copied("state", lambda y, _: y.map({"Yes": "closed", "No": "open"})), LEAKS),
    Plant("copy of the target", "wine", copied("stars", lambda y, _: y.map(lambda v: "*" * int(v))), LEAKS),
    Plant(
        "copy of the target",
        "houses",
        copied("valued", lambda y, draw: (1.1 * y * (1 + 0.002 * draw.normal(size=len(y)))).round(-2)),
        LEAKS,
    ),
    Plant(
        "filled in afterwards",
        "telco",
        afterwards("exit_call", lambda y: y == "Yes", lambda n, draw: draw.integers(1, 30, n).astype(float)),
        LEAKS,
    ),
    Plant(
        "filled in afterwards",
        "adult",
        afterwards("bonus", income, lambda n, draw: draw.normal(9, 2, n).round(2)),
        LEAKS,
    ),
    Plant(
        "filled in afterwards",
        "pima",
        afterwards("dose", lambda y: y.astype(float) == 1, lambda n, draw: draw.choice([5.0, 10.0, 20.0], n)),
        LEAKS,
    ),
    Plant("stands for missing", "houses", stands_in("median_income", -999, 0.02), ("sentinel", "impossible")),
    Plant("stands for missing", "adult", stands_in("column_1", 999, 0.01), ("sentinel", "impossible")),
    Plant("stands for missing", "wine", stands_in("column_11", 0, 0.02), ("sentinel", "impossible")),
    Plant("two units", "penguins", units("Body Mass (g)", 0.001, 0.2), ("mixed_units",)),
    Plant("two units", "wine", units("column_11", 10, 0.15), ("mixed_units",)),
    Plant("two units", "penguins", units("Culmen Length (mm)", 1 / 25.4, 0.2), ("mixed_units",)),
    Plant("measured again", "houses", measured_again, ("near_duplicates",)),
    Plant("measured again", "wine", measured_again, ("near_duplicates",)),
    Plant("measured again", "pima", measured_again, ("near_duplicates",)),
    Plant("same inputs, another label", "telco", another_label, ("label_conflicts",)),
    Plant("same inputs, another label", "adult", another_label, ("label_conflicts",)),
    Plant("same inputs, another label", "pima", another_label, ("label_conflicts",)),
    Plant("wrong labels", "penguins", wrong_labels(0.08), ("label_noise",)),
    Plant("wrong labels", "messages", wrong_labels(0.05), ("label_noise",)),
    Plant("wrong labels", "messages", wrong_labels(0.12), ("label_noise",)),
    Plant("names a row", "adult", keys("case", "C-{:06d}"), NAMES),
    Plant("names a row", "houses", keys("parcel", "{:x}-parcel"), NAMES),
    Plant("names a row", "wine", counted, (*NAMES, *LEAKS)),
    Plant("odd texts", "reviews", tiny_changes, ("near_duplicate_texts",)),
    Plant("odd texts", "reviews", footers("document", 1.0), ("text_boilerplate",)),
    Plant("odd texts", "messages", footers("text", "ham"), ("text_boilerplate",)),
    Plant("odd places and times", "houses", places(swap=True), ("geographic",)),
    Plant("odd places and times", "houses", places(swap=False), ("geographic", "sentinel")),
    Plant("odd places and times", "bicycles", clock, ("clock", "date_gaps")),
)
