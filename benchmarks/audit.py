"""The data step on a million rows of 20 columns, against pandas reading and describing them.

Ours reads with every assumption told, profiles, seals the test set and runs every detector; pandas does read,
`describe(include="all")`, `nunique` and `isna`. Each in a process of its own; imports are not counted.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from common import announce, child, spread, table

ROWS, COLUMNS = 1_000_000, 20
CHUNK = 250_000
FORMATS = ("csv", "parquet")


def generate(folder: Path, rows: int) -> None:
    """12 amounts (4 with blanks, 2 whole), 5 words (one of 5,000 kinds), a day, an id, and a target; seed 1."""
    import numpy as np
    import pandas as pd

    draw = np.random.default_rng(1)
    table: dict[str, Any] = {f"amount_{number}": draw.normal(size=rows).round(4) for number in range(10)}
    for number in range(4):
        table[f"amount_{number}"][draw.random(rows) < 0.05 * (number + 1)] = np.nan
    table |= {f"count_{number}": draw.poisson(20, rows) for number in range(2)}
    for number, kinds in enumerate((3, 8, 40, 400, 5000)):
        words = np.array([f"kind {kind}" for kind in range(kinds)], dtype=object)
        table[f"word_{number}"] = words[draw.integers(0, kinds, rows)]
    days = np.datetime64("2020-01-01") + draw.integers(0, 1500, rows)
    table["day"] = np.datetime_as_string(days, unit="D").astype(object)
    table["key"] = draw.permutation(rows)
    logit = table["amount_8"] - 2 * table["amount_9"]
    table["left"] = np.where(draw.random(rows) < 1 / (1 + np.exp(2 - logit)), "yes", "no")
    frame = pd.DataFrame(table)
    frame.to_csv(folder / "table.csv", index=False, chunksize=CHUNK)
    frame.to_parquet(folder / "table.parquet", index=False)


def ours(path: Path) -> None:
    """The data step as the supervisor's child runs it, in a project beside the file."""
    from engine.jobs.context import Context
    from engine.jobs.folder import JobFolder
    from engine.steps import Plan
    from engine.steps.framing import Framing
    from engine.work import data

    folder = JobFolder(path.parent / f"project-{path.suffix[1:]}-{time.time_ns()}" / "jobs" / "0001-data")
    folder.path.mkdir(parents=True)
    framing = Framing(data=str(path), target=("left",), task="binary")
    began = measured()
    result = data.run(Plan(framing=framing), Context(folder, 1, None, 30.0))
    marks = [json.loads(line) for line in folder.events.read_text().splitlines()]
    phases = [(mark["event"]["name"], mark["time"]) for mark in marks if mark["event"]["type"] == "phase"]
    ends = [when for _, when in phases[1:]] + [time.time()]
    tell(began, len(result.findings), {name: end - when for (name, when), end in zip(phases, ends, strict=True)})


def peer(path: Path) -> None:
    """What one does first in a notebook."""
    import pandas as pd

    began = measured()
    frame = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    shown = [frame.describe(include="all"), frame.nunique(), frame.isna().sum()]
    tell(began, len(shown), {})


def measured() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def tell(began: tuple[float, float], count: int, phases: dict[str, float]) -> None:
    wall, cpu = (now - then for now, then in zip(measured(), began, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak, "count": count, "phases": phases}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rows", type=int, default=ROWS)
    given = parser.parse_args()
    announce("pandas", "pyarrow", "numpy")
    rows, phases = [], []
    with tempfile.TemporaryDirectory() as place:
        # Generated elsewhere, so that no child inherits the memory it took.
        child(str(Path(__file__)), "generate", place, str(given.rows))
        for kind in FORMATS:
            path = Path(place) / f"table.{kind}"
            pairs = []
            for _ in range(given.runs):
                pairs.append([json.loads(child(str(Path(__file__)), who, str(path))) for who in ("ours", "peer")])
            for place_, who in enumerate(("data step", "pandas")):
                runs = [pair[place_] for pair in pairs]
                ratios = [[pair[0][what] / pair[1][what] for pair in pairs] for what in ("wall", "cpu", "peak")]
                rows.append(
                    [
                        kind,
                        who,
                        *(spread([run[what] for run in runs], ".1f") for what in ("wall", "cpu")),
                        spread([run["peak"] for run in runs], ".0f"),
                        *(spread(ratio) if place_ == 0 else "" for ratio in ratios),
                    ]
                )
            for name in pairs[0][0]["phases"]:
                phases.append([kind, name, spread([pair[0]["phases"][name] for pair in pairs], ".1f")])
    print(f"{given.rows:,} rows, {COLUMNS} columns; {given.runs} interleaved runs; min / median / max")
    head = ["", "", "wall, s", "processor, s", "peak, MiB", "x wall", "x processor", "x peak"]
    table(head, rows)
    table(["", "part of the data step", "wall, s"], phases)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["generate", folder, count]:
            generate(Path(folder), int(count))
        case ["ours", path]:
            ours(Path(path))
        case ["peer", path]:
            peer(Path(path))
        case _:
            main()
