"""The data step against tools that report on a table: ydata-profiling (minimal) and skrub's TableReport.

`make FOLDER` builds an environment for each with the pinned versions of requirements-NAME.txt; `compare FOLDER` runs
all three in turn on the same Parquet file, each in a process of its own; imports before the first byte is read are
not counted, later ones are.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import ROOT, announce, child, spread, table

HERE = Path(__file__).resolve().parent
PEERS = ("ydata", "skrub")
NEEDED = {"ydata": 10, "skrub": 4}
"""How many times less processor time the data step is to take."""

ROWS = 200_000


def make(folder: Path) -> None:
    """An environment per peer."""
    for peer in PEERS:
        subprocess.run([sys.executable, "-m", "venv", str(folder / peer)], check=True)
        pip = [str(folder / peer / "bin" / "python"), "-m", "pip", "install", "-q", "-r"]
        subprocess.run([*pip, str(HERE / f"requirements-{peer}.txt")], check=True)


def report(peer: str, path: Path) -> None:
    """Read the table and make the page, as the peer's own guide does it."""
    import pandas as pd

    if peer == "ydata":
        from ydata_profiling import ProfileReport

        began = used()
        page = ProfileReport(pd.read_parquet(path), minimal=True, progress_bar=False).to_html()
    else:
        from skrub import TableReport

        began = used()
        page = TableReport(pd.read_parquet(path), verbose=0).html()
    wall, cpu = (now - then for now, then in zip(used(), began, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak, "count": len(page)}))


def used() -> tuple[float, float]:
    """Seconds of the clock, and of all processors in this process and those it waited for."""
    return time.perf_counter(), time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def compare(folder: Path, rows: int, runs: int) -> None:
    announce("pandas", "pyarrow", "scikit-learn")
    told: dict[str, list[dict[str, float]]] = {name: [] for name in ("ours", *PEERS)}
    parts: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as place:
        child(str(HERE / "audit.py"), "generate", place, str(rows))
        path = Path(place) / "table.parquet"
        for _ in range(runs):
            ours = json.loads(child(str(HERE / "audit.py"), "ours", str(path)).splitlines()[-1])
            told["ours"].append(ours)
            for name, seconds in ours["phases"].items():
                parts.setdefault(name, []).append(seconds)
            for peer in PEERS:
                command = [str(folder / peer / "bin" / "python"), str(HERE / "reports.py"), "run", peer, str(path)]
                done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
                told[peer].append(json.loads(done.stdout.splitlines()[-1]))
    print(f"{rows:,} rows, 20 columns; {runs} interleaved runs; min / median / max")
    lines = []
    for name, each in told.items():
        times = [theirs["cpu"] / ours["cpu"] for theirs, ours in zip(each, told["ours"], strict=True)]
        ratio = spread(times, ".1f") if name != "ours" else ""
        wanted = f"{NEEDED[name]}" if name != "ours" else ""
        seconds = (spread([one[what] for one in each], ".1f") for what in ("wall", "cpu"))
        lines.append([name, *seconds, spread([one["peak"] for one in each], ".0f"), ratio, wanted])
    table(["", "wall, s", "processor, s", "peak, MiB", "times our processor time", "needed"], lines)
    table(["part of the data step", "wall, s"], [[name, spread(seconds)] for name, seconds in parts.items()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("make", help="build both environments").add_argument("folder", type=Path)
    two = acts.add_parser("compare", help="run all three in turn")
    two.add_argument("folder", type=Path)
    two.add_argument("--rows", type=int, default=ROWS)
    two.add_argument("--runs", type=int, default=3)
    one = acts.add_parser("run", help="one peer, by its own Python")
    one.add_argument("peer", choices=PEERS)
    one.add_argument("path", type=Path)
    given = parser.parse_args()
    if given.act == "make":
        make(given.folder)
    elif given.act == "run":
        report(given.peer, given.path)
    else:
        compare(given.folder, given.rows, given.runs)


if __name__ == "__main__":
    main()
