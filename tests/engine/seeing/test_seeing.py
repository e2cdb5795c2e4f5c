"""What is drawn of the rows is counted as other libraries count it, on real files, and kept beside the plan."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from engine.data.read import read
from engine.detector import AuditData
from engine.seeing.cells import TEXT
from engine.seeing.columns import of_column
from engine.seeing.kept import FILE, keep, kept
from engine.seeing.look import seen
from engine.seeing.missing import of_missing
from engine.seeing.places import of_places
from engine.seeing.rows import CELLS, EACH, groups, of_findings, strangest
from engine.seeing.schema import Classes, Histogram, Seen
from engine.seeing.texts import of_texts
from engine.seeing.times import over_time
from engine.seeing.together import associated, of_columns
from engine.values import Finding
from tests.engine.audit.auditing import made


@pytest.fixture(scope="session")
def titanic(shared_data: Path) -> AuditData:
    frame, _ = read(shared_data / "titanic3" / "titanic3.csv")
    return made({str(name): frame[name] for name in frame.columns}, "survived", "binary")


@pytest.fixture(scope="session")
def houses(shared_data: Path) -> pd.DataFrame:
    return read(shared_data / "california_housing" / "housing.csv")[0]


@pytest.fixture(scope="session")
def drawn(titanic: AuditData) -> Seen:
    return seen(titanic)


def histogram_of(values: object, target: np.ndarray | None = None) -> Histogram:
    found = of_column(pd.Series(values, name="x"), target)
    assert isinstance(found, Histogram)
    return found


def test_a_histogram_counts_as_duckdb_does_and_its_means_are_those_of_the_rows(houses: pd.DataFrame) -> None:
    houses = houses[["median_income", "median_house_value"]].set_axis(["x", "y"], axis=1)
    found = histogram_of(houses["x"], houses["y"].to_numpy())
    assert sum(found.counts) + found.below + found.above == found.rows == len(houses)
    low, high, bins = found.low, found.high, len(found.counts)
    rows = duckdb.sql(
        f"select least(floor((x - {low!r}) / ({high!r} - {low!r}) * {bins}), {bins - 1}) as bin, count(*), avg(y) "
        f"from houses where x between {low!r} and {high!r} group by bin"
    ).fetchall()
    assert {int(at): count for at, count, _ in rows} == {at: count for at, count in enumerate(found.counts) if count}
    assert all(found.means[int(at)] == pytest.approx(mean, rel=1e-9) for at, count, mean in rows if count >= 5)
    assert all(found.means[int(at)] is None for at, count, _ in rows if count < 5)
    assert found.quantiles == pytest.approx(np.quantile(houses["x"], (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1)))


def test_one_far_value_does_not_leave_a_single_bar() -> None:
    found = histogram_of([*np.linspace(0, 1, 999), 1e6])
    assert max(found.counts) < 100
    assert (found.above, found.quantiles[-1]) == (10, 1e6)


@pytest.mark.parametrize(
    "values",
    [[1e308, -1e308, 0.5, *range(20)], [np.inf, *np.linspace(0, 1, 50)], np.linspace(3, 3 + 1e-12, 30)],
    ids=["huge", "infinite", "narrow"],
)
def test_odd_amounts_are_counted_once_each(values: list[float]) -> None:
    found = histogram_of(np.asarray(values, dtype=float))
    assert sum(found.counts) + found.below + found.above == len(values)


def test_few_amounts_are_bars_in_their_order_and_words_by_their_counts(titanic: AuditData) -> None:
    frame, codes = titanic.frame, titanic.codes
    assert codes is not None
    rank, port = of_column(frame["pclass"], codes.astype(float)), of_column(frame["embarked"], None)
    assert isinstance(rank, Classes)
    assert isinstance(port, Classes)
    assert [(top.value, top.count) for top in rank.counts] == [("1", 323), ("2", 277), ("3", 709)]
    assert rank.means == pytest.approx(frame.groupby("pclass")["survived"].mean().tolist())
    assert [(top.value, top.count) for top in port.counts] == [("S", 914), ("C", 270), ("Q", 123)]
    assert (port.missing, port.distinct) == (2, 3)


def test_patterns_of_missing_cells_are_those_that_pandas_counts(titanic: AuditData) -> None:
    found = of_missing(titanic.frame)
    assert found is not None
    gone = titanic.frame[list(found.columns)].isna().value_counts()
    for pattern in found.patterns:
        key = tuple(at in pattern.gone for at in range(len(found.columns)))
        assert gone[key] == pattern.rows
    assert sum(pattern.rows for pattern in found.patterns) + found.rarer == len(titanic.frame)
    assert dict(zip(found.columns, found.missing, strict=True))["cabin"] == 1014
    assert of_missing(titanic.frame[["survived", "name"]]) is None


def test_associations_are_scipys(titanic: AuditData) -> None:
    frame = titanic.frame
    both = frame[["age", "fare"]].dropna()
    value, kind = associated(frame["age"], frame["fare"])
    assert (value, kind) == (pytest.approx(stats.spearmanr(both["age"], both["fare"])[0], abs=1e-9), "rho")

    known = frame[["sex", "embarked"]].dropna()
    cramer = stats.contingency.association(pd.crosstab(known["sex"], known["embarked"]).to_numpy(), method="cramer")
    assert associated(frame["sex"], frame["embarked"]) == (pytest.approx(cramer, abs=1e-9), "V")

    known = frame[["fare", "embarked"]].dropna()
    ranks = known["fare"].rank()
    groups_ = [ranks[known["embarked"] == port] for port in ("C", "Q", "S")]
    f, between = stats.f_oneway(*groups_)[0], 2
    eta = np.sqrt(f * between / (f * between + len(known) - 3))
    assert associated(frame["embarked"], frame["fare"]) == (pytest.approx(eta, abs=1e-9), "eta")
    assert associated(frame["fare"], pd.Series(np.ones(len(frame)))) == (None, "rho")


def test_the_target_comes_first_then_what_says_most_of_it(titanic: AuditData) -> None:
    found = of_columns(titanic.frame, "survived", 1)
    assert found is not None
    assert found.columns[:2] == ("survived", "sex")
    strengths = [abs(value or 0) for value in found.values[0][1:]]
    assert strengths == sorted(strengths, reverse=True)


def test_time_falls_into_equal_spans_that_hold_every_row() -> None:
    frame = pd.DataFrame({"day": pd.date_range("2020-01-01", periods=600), "y": np.arange(600.0)})
    found = over_time(frame, None, frame["y"].to_numpy())
    assert found is not None
    assert (found.time, sum(found.counts), found.begins[0], found.begins[-1]) == (
        "day",
        600,
        "2020-01-01",
        "2021-08-22",
    )
    assert list(found.means) == sorted(mean for mean in found.means if mean is not None)
    by_row = over_time(frame[["y"]], "(row order)", frame["y"].to_numpy())
    assert by_row is not None
    assert by_row.time == "order in the file"


def test_a_map_holds_every_place_once_and_the_mean_of_the_target(houses: pd.DataFrame) -> None:
    target = houses["median_house_value"].to_numpy()
    found = of_places(houses, target)
    assert found is not None
    assert sum(count for _, _, count, _ in found.cells) + found.beyond == len(houses)
    total = sum(count * (mean or 0) for _, _, count, mean in found.cells)
    assert total / found.rows == pytest.approx(target.mean(), rel=1e-3)
    stray = houses.copy()
    stray.loc[0, ["latitude", "longitude"]] = (0.0, 0.0)
    again = of_places(stray, target)
    assert again is not None
    assert (again.beyond, again.south) == (1, found.south)


def test_the_strangest_row_is_the_one_that_is_unlike_the_others(titanic: AuditData) -> None:
    frame = titanic.frame[["age", "fare", "sex"]].copy()
    frame.iloc[700] = [200.0, 9999.0, "robot"]
    places, why = strangest(frame, 5)
    assert places[0] == 700
    assert why[0] in ("age = 200", "fare = 9999", "sex = robot")


def test_rows_of_findings_are_those_rows_and_wide_tables_keep_to_the_limit(titanic: AuditData) -> None:
    free = titanic.frame.index[titanic.frame["fare"] == 0]
    finding = Finding(
        detector="sentinel",
        columns=("fare",),
        rows=len(free),
        severity="ask",
        evidence="",
        proposal="",
        row_ids=(*free[:2], 5_000_000),
    )
    found = (*groups(titanic.frame, 1), *of_findings(titanic.frame, [finding]))
    assert [group.title for group in found] == ["first", "random", "strangest", "sentinel"]
    assert [row.id for row in found[3].rows] == list(free[:2])
    assert found[3].rows[0].cells[list(titanic.frame).index("fare")] == "0"
    wide = pd.DataFrame(np.zeros((100, 5000)))
    assert sum(len(row.cells) for group in groups(wide, 1) for row in group.rows) <= CELLS
    assert all(len(group.rows) <= EACH for group in found)


def test_texts_are_the_longest_and_shortest_and_are_cut(shared_data: Path) -> None:
    frame, _ = read(shared_data / "sms_spam" / "sms_spam.csv")
    found = {sample.title: sample.texts for sample in of_texts(frame, ["text"], 1)[0].samples}
    lengths = frame["text"].str.len()
    assert [length for _, length, _ in found["longest"]] == sorted(lengths, reverse=True)[:8]
    assert [length for _, length, _ in found["shortest"]] == sorted(lengths)[:8]
    long = of_texts(pd.DataFrame({"t": ["x" * 100_000]}), ["t"], 1)
    assert len(long[0].samples[0].texts[0][2]) == TEXT


def test_what_is_kept_is_found_again_by_its_digest_only(drawn: Seen, tmp_path: Path) -> None:
    digest = keep(tmp_path, drawn)
    assert kept(tmp_path, digest) == drawn
    assert kept(tmp_path, "0" * 64) is None
    (tmp_path / FILE).unlink()
    assert kept(tmp_path, digest) is None
    assert (drawn.means, drawn.columns[0].column) == ("share of survived = 1", "survived")


@pytest.mark.parametrize(
    "columns",
    [
        {"y": [0, 1], "x": [None, None]},
        {"y": [0, 1] * 6, "x": ["", "a"] * 6, "d": pd.to_datetime([None] * 12)},
        {"y": [0, 1] * 6, "x": [1e308, -1e308] * 6, "latitude": [1.0] * 12, "longitude": [2.0] * 12},
        {"y": [0, 1] * 6, "x": [True, False] * 6, "d": pd.to_datetime(["2020-01-01"] * 12)},
    ],
    ids=["two rows", "no date", "huge", "one day"],
)
def test_odd_tables_are_drawn_too(columns: dict[str, object], tmp_path: Path) -> None:
    found = seen(made(dict(columns), "y", "binary"))
    assert kept(tmp_path, keep(tmp_path, found)) == found
