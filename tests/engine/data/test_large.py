"""Tables that are worked on piece by piece: the same rows, counts and test set as in memory, in bounded memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest

from engine.data import large, seal
from engine.data.convert import converted, parquet_as_it_is
from engine.data.profile import profile
from engine.data.profile_stored import profile_stored
from engine.data.read import read
from engine.data.schema import Manner
from engine.data.several import Part
from engine.data.tally import runs
from engine.jobs.context import Context
from engine.jobs.folder import JobFolder
from engine.work.sealing import sealed_in_memory, sealed_on_disk

FILES = [
    "titanic3/titanic3.csv",
    "energy_efficiency_enb2012/ENB2012_data.csv",
    "messy_castles/castle-solutions.csv",
    "messy_air_quality/AirQualityUCI.csv",
    "parkinsons_updrs/parkinsons_updrs.data",
    "sms_spam/sms_spam.csv",
    "multilabel_yeast/yeast.arff",
    "telco_churn/Telco-Customer-Churn.csv",
]


def pieces_of(path: Path, folder: Path, count: int = 6):
    """The file converted in about so many pieces."""
    return converted([Part(path, {})], Manner(), folder, size=max(path.stat().st_size // count, 4000))


@pytest.mark.parametrize("file", FILES)
def test_a_text_in_pieces_gives_the_table_that_it_gives_whole(shared_data, tmp_path, file):
    frame, reading = read(shared_data / file)
    found = pieces_of(shared_data / file, tmp_path)
    pd.testing.assert_frame_equal(found.stored.frame(list(frame.columns)), frame, check_index_type=False)
    assert found.digest == reading.digest
    assert found.rejected == reading.rejected
    assert found.rejects == reading.rejects


@pytest.mark.parametrize("limit", [1 << 28, 1 << 12])
@pytest.mark.parametrize("file", ["titanic3/titanic3.csv", "bike_sharing_hourly/hour.csv"])
def test_a_profile_in_pieces_is_that_of_the_frame(shared_data, tmp_path, file, limit):
    frame, _ = read(shared_data / file)
    found = pieces_of(shared_data / file, tmp_path)
    for known, seen in zip(profile(frame), profile_stored(found.stored, limit), strict=True):
        exact = {"mean": None, "std": None, "quantiles": ()}
        # Among words that occur equally often only some are looked at.
        exact |= {"top": ()} if known.distinct > 1000 else {}
        assert msgspec.structs.replace(seen, **exact) == msgspec.structs.replace(known, **exact)
        if known.kind == "numeric":
            assert (seen.mean, seen.std) == pytest.approx((known.mean, known.std), rel=1e-9, abs=1e-12)
            assert seen.quantiles == pytest.approx(known.quantiles, rel=1e-12)
        assert [top.count for top in seen.top] == [top.count for top in known.top]


def test_runs_count_every_value_once_however_many_differ():
    values = np.random.default_rng(1).normal(size=30_000).round(3)
    values[:9000] = 0.5
    parts = np.array_split(values, 40)
    found = list(runs(lambda: iter(parts), 500))
    assert len(found) > 1
    expected, counts = np.unique(values, return_counts=True)
    np.testing.assert_array_equal(np.concatenate([run[0] for run in found]), expected)
    np.testing.assert_array_equal(np.concatenate([run[1] for run in found]), counts)


@pytest.mark.parametrize(
    ("kind", "target", "group", "time"),
    [
        ("random", "cnt", None, None),
        ("stratified", "season", None, None),
        ("group", "cnt", "mnth", None),
        ("time", "cnt", None, "dteday"),
    ],
)
def test_the_test_set_is_the_same_in_pieces(shared_data, tmp_path, kind, target, group, time):
    path = shared_data / "bike_sharing_hourly" / "hour.csv"
    frame, _ = read(path)
    drawing = {"share": 0.2, "seed": 3, "kind": kind, "target": target, "others": (), "group": group, "time": time}
    names = ["hr", "temp", "hum"]
    whole = sealed_in_memory(tmp_path / "a", frame, drawing, names)
    context = Context(JobFolder(tmp_path / "b" / "jobs" / "0001-data"), 1, None, 1.0)
    parted = sealed_on_disk(context, pieces_of(path, tmp_path / "b" / "data").stored, drawing, names)
    assert parted.seal.digest == whole.seal.digest
    assert parted.seal.rows == whole.seal.rows
    assert parted.twins == whole.twins
    assert parted.target == whole.target
    pd.testing.assert_frame_equal(parted.sample, whole.sample, check_names=False)
    pd.testing.assert_frame_equal(seal.load_development(tmp_path / "b"), seal.load_development(tmp_path / "a"))
    opened = [seal.open_sealed(tmp_path / name, lambda: None) for name in ("a", "b")]
    pd.testing.assert_frame_equal(*opened)


def test_parquet_is_read_as_it_lies(shared_data):
    path = shared_data / "chicago_taxi_parquet" / "taxi.parquet"
    frame, reading = read(path)
    found = parquet_as_it_is(path, [Part(path, {})])
    pd.testing.assert_frame_equal(found.stored.frame(list(frame.columns)), frame, check_index_type=False)
    assert found.digest == reading.digest
    assert [column.kind for column in profile_stored(found.stored)] == [column.kind for column in reading.columns]


def test_a_converted_text_is_found_again_until_the_file_changes(shared_data, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes((shared_data / "titanic3" / "titanic3.csv").read_bytes())
    told: list[str] = []

    def tell(name: str, done: int, total: int) -> None:
        told.append(name)

    first = large.open_large(path, Manner(), tmp_path / "data", tell=tell)
    assert told
    told.clear()
    assert large.open_large(path, Manner(), tmp_path / "data", tell=tell) == first
    assert not told
    path.write_text(path.read_text(encoding="utf-8-sig")[:50_000].rsplit("\n", 1)[0])
    assert large.open_large(path, Manner(), tmp_path / "data", tell=tell).stored.rows < first.stored.rows
    assert large.is_large(path, 1000)
    assert not large.is_large(path)


PEAK = """
import json, sys
from pathlib import Path
from engine.data import large, seal
from engine.data.schema import Manner
from engine.jobs.context import Context
from engine.jobs.folder import JobFolder
from engine.work.opening import sample_of
from engine.work.sealing import sealed_on_disk

def peak():
    # Unlike ru_maxrss this is not handed down by the process that started this one.
    line = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024

folder, limit = Path(sys.argv[1]), int(sys.argv[2])
silent = lambda name, done, total: None
project = folder / "project"
before = peak()
found = large.open_large(folder / "big.csv", Manner(), project / "data", tell=silent, limit=limit)
reading = large.reading_of(folder / "big.csv", found, silent, limit)
drawing = {"share": 0.2, "seed": 1, "kind": "random", "target": "y", "others": (), "group": None, "time": None}
drawn, unlabelled, twins = large.draw_stored(found.stored, ["a0", "word"], tell=silent, **drawing)
sealed = seal.write_stored(project, found.stored, drawn, unlabelled, lambda rows: None)
print(json.dumps({"grown": peak() - before, "rows": reading.rows, "distinct": reading.columns[0].distinct,
                  "sealed": sealed.rows, "words": reading.columns[-1].distinct}))
"""


@pytest.mark.slow
def test_a_file_several_times_the_limit_is_read_profiled_and_sealed_within_it(tmp_path):
    rng = np.random.default_rng(1)
    part = pd.DataFrame({"y": rng.normal(size=20_000), "a0": rng.normal(size=20_000)})
    part["word"] = [f"{place % 700} " + "and so on " * 30 for place in range(20_000)]
    text = part.to_csv(index=False).encode()
    names, rows = text.split(b"\n", 1)
    with open(tmp_path / "big.csv", "wb") as file:
        file.write(names + b"\n")
        for _ in range(LIMITS * LIMIT // len(rows) + 1):
            file.write(rows)
    size = (tmp_path / "big.csv").stat().st_size
    assert size > LIMITS * LIMIT
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.getcwd()}
    line = [sys.executable, "-c", PEAK, str(tmp_path), str(LIMIT)]
    said = json.loads(subprocess.run(line, env=environment, stdout=subprocess.PIPE, check=True).stdout)
    assert said["rows"] == 20_000 * (LIMITS * LIMIT // len(rows) + 1)
    assert said["distinct"] == part["y"].nunique()
    assert said["words"] == 700
    assert 0.1 < said["sealed"] / said["rows"] < 0.3
    assert said["grown"] < LIMIT + BUFFERS


LIMIT, LIMITS = 1 << 25, 4
"""Bytes that reading may take, and how many times that the file is."""
BUFFERS = 1 << 27
"""What the libraries' own buffers take, whatever the size of the file: pools, pages, row groups being written."""
