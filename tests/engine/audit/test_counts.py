"""The numbers that findings about leaks show, counted again by duckdb."""

from pathlib import Path

import duckdb
import pandas as pd
from auditing import look, made

from engine.data.read import read


def one(sql: str, table: pd.DataFrame) -> int:
    return int(duckdb.connect().register("rows", table).execute(sql).fetchone()[0])  # type: ignore[index]


def test_names_copies_and_missing_cells_are_counted_alike(shared_data: Path) -> None:
    frame, _ = read(shared_data / "titanic3/titanic3.csv")
    frame = frame[frame["survived"].notna()].assign(key=lambda rows: "P" + rows.index.astype(str))
    frame.loc[frame.index[:3], "key"] = "P0"
    frame = pd.concat([frame, frame.iloc[:40]], ignore_index=True)
    data = made({name: frame[name] for name in frame}, "survived", "binary")
    boat = look("missingness", data)[("boat",)]
    assert boat.rows == one("select count(boat) from rows", frame)
    repeats = look("duplicates", data)[()]
    assert repeats.rows == one(
        "select count(*) - (select count(*) from (select distinct * from rows)) from rows", frame
    )
    assert len(repeats.row_ids) == min(200, repeats.rows)
    key = look("id_like", data)[("key",)]
    distinct = one("select count(distinct key) from rows", frame)
    assert f"{distinct:,} different values in {len(frame):,} rows" in key.evidence


def test_parts_of_the_target_are_counted_alike(shared_data: Path) -> None:
    frame, _ = read(shared_data / "bike_sharing_hourly/hour.csv")
    frame.loc[[5, 900, 4000], "cnt"] += 1
    data = made({name: frame[name] for name in frame}, "cnt", "regression")
    (finding,) = look("target_parts", data).values()
    assert finding.rows == one("select count(*) from rows where casual + registered = cnt", frame) == len(frame) - 3
    assert f"{finding.rows:,} of {len(frame):,} rows" in finding.evidence
