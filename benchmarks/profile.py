"""The profile of a large Parquet file against duckdb and polars: processor seconds, seconds and peak memory.

Every one gives for each column: missing, different values (exactly), range, mean and standard deviation, quartiles,
the five most common values where there are few. The peers run in the environment given by --python.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from common import ROOT, announce, spread, table

WORDS = 4
"""Columns of words among the columns; the others hold numbers, half of them with many different values."""

OURS = """
from pathlib import Path
from engine.data.several import Part
from engine.data.convert import parquet_as_it_is
from engine.data.profile_stored import profile_stored
def work(path):
    path = Path(path)
    found = parquet_as_it_is(path, [Part(path, {})])
    return {c.name: (c.missing, c.distinct) for c in profile_stored(found.stored)}
"""
DUCKDB = """
import duckdb
def work(path):
    con = duckdb.connect()
    con.execute("SET memory_limit='400MB'; SET threads=1; SET enable_progress_bar=false")
    source = f"read_parquet('{path}')"
    told = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    found = {}
    for name, kind, *_ in told:
        column = f'"{name}"'
        ask = f"count(*) - count({column}), count(DISTINCT {column}), min({column}), max({column})"
        if kind != "VARCHAR":
            ask += f", avg({column}), stddev_samp({column}), quantile_cont({column}, [0.25, 0.5, 0.75])"
        found[name] = con.execute(f"SELECT {ask} FROM {source}").fetchone()[:2]
        if found[name][1] <= 20 or kind == "VARCHAR":
            con.execute(f"SELECT {column}, count(*) FROM {source} GROUP BY 1 ORDER BY 2 DESC LIMIT 5").fetchall()
    return found
"""
POLARS = """
import polars as pl
def work(path):
    scan = pl.scan_parquet(path)
    found = {}
    for name, kind in scan.collect_schema().items():
        one = pl.col(name)
        ask = [one.null_count().alias("missing"), one.drop_nulls().n_unique().alias("distinct"), one.min().alias("low"),
               one.max().alias("high")]
        if kind != pl.String:
            ask += [one.mean().alias("mean"), one.std().alias("std")]
            ask += [one.quantile(q, "linear").alias(f"q{q}") for q in (0.25, 0.5, 0.75)]
        said = scan.select(ask).collect()
        found[name] = (said["missing"][0], said["distinct"][0])
        if found[name][1] <= 20 or kind == pl.String:
            scan.group_by(name).len().top_k(5, by="len").collect()
    return found
"""
MEASURED = """
import json, sys, time
def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) / 1024
began, cpu = time.perf_counter(), time.process_time()
found = work(sys.argv[1])
print(json.dumps({"cpu": time.process_time() - cpu, "wall": time.perf_counter() - began, "peak": peak(),
                  "found": {name: list(map(int, pair)) for name, pair in found.items()}}))
"""


def make(path: Path, rows: int, columns: int) -> None:
    """Numbers of many and of few different values, whole numbers, words; 2 % missing."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(1)
    writer = None
    for start in range(0, rows, 500_000):
        n = min(500_000, rows - start)
        made: dict[str, pa.Array] = {}
        for place in range(columns):
            gone = rng.random(n) < 0.02
            if place < WORDS:
                words = np.array([f"word {word}" for word in range(10 ** (place + 1))], dtype=object)
                made[f"word{place}"] = pa.array(words[rng.integers(0, len(words), n)], mask=gone)
            elif place % 3 == 0:
                made[f"whole{place}"] = pa.array(rng.integers(0, 10**place % 9999 + 7, n), mask=gone)
            else:
                made[f"amount{place}"] = pa.array(rng.normal(size=n).round(4 if place % 2 else 15), mask=gone)
        part = pa.table(made)
        writer = writer or pq.ParquetWriter(path, part.schema)
        writer.write_table(part)
    assert writer is not None
    writer.close()


def measured(python: str, code: str, path: Path) -> dict[str, object]:
    line = [python, "-c", code + MEASURED, str(path)]
    environment = {"PYTHONPATH": str(ROOT), "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin"}
    said = subprocess.run(line, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    found: dict[str, object] = json.loads(said.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--file", type=Path, required=True, help="Parquet file to use, made where it is not there")
    parser.add_argument("--python", required=True, help="python with duckdb and polars")
    given = parser.parse_args()
    announce("numpy", "pandas", "pyarrow")
    if not given.file.exists():
        make(given.file, given.rows, given.columns)
    lines, counts = [], {}
    for name, python, code in (
        ("ours", sys.executable, OURS),
        ("duckdb", given.python, DUCKDB),
        ("polars", given.python, POLARS),
    ):
        every = [measured(python, code, given.file) for _ in range(given.runs)]
        counts[name] = every[0]["found"]
        lines.append([name, *(spread([each[key] for each in every], ".1f") for key in ("cpu", "wall", "peak"))])
        print(f"{name} done", flush=True)
    table(["who", "processor s", "seconds", "peak MB"], lines)
    print("missing and different values agree:", all(found == counts["ours"] for found in counts.values()))


if __name__ == "__main__":
    main()
