"""The audit against defects that were put into real tables on purpose, and against the same tables without them.

For each seed every table is drawn afresh, written as CSV and given to the data step. A defect is found when a finding
that asks or blocks is there that the clean table does not have, by a detector that names this kind of defect. Prints
how many defects were found, and what clean tables were asked.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from common import ROOT, announce, table
from planted import BASES, PLANTS, Plant
from planted import table as drawn

DATA = ROOT.parent / "shared" / "data"
NEEDED = 22 / 24
"""Share of the defects that have to be found."""


def audited(frame: Any, target: str, task: str, folder: Path) -> dict[str, Any]:
    """The findings of the data step that are more than notes, by key."""
    from engine.jobs.context import Context
    from engine.jobs.folder import JobFolder
    from engine.steps import Plan
    from engine.steps.framing import Framing
    from engine.work import data

    folder.mkdir(parents=True)
    frame.to_csv(folder / "table.csv", index=False)
    framing = Framing(data="table.csv", target=(target,), task=task)
    result = data.run(Plan(framing=framing), Context(JobFolder(folder / "jobs" / "0001-data"), 1, None, 30.0))
    return {finding.key: finding for finding in result.findings if finding.severity != "note"}


def found(plant: Plant, said: dict[str, Any], clean: dict[str, Any]) -> str:
    """The detector that names the defect; empty where none does."""
    named = [f.detector for key, f in said.items() if key not in clean and f.detector in plant.detectors]
    return ", ".join(dict.fromkeys(named))


def once(seed: int, data: Path) -> tuple[list[tuple[Plant, str]], dict[str, dict[str, Any]]]:
    """What was found of every defect (empty: nothing), and what every clean table was asked."""
    with tempfile.TemporaryDirectory() as place:
        tables, clean = {}, {}
        for number, (name, base) in enumerate(BASES.items()):
            tables[name] = drawn(base, data, np.random.default_rng([seed, number]))
            clean[name] = audited(*tables[name], base.task, Path(place) / name)
        told = []
        for number, plant in enumerate(PLANTS):
            frame, target = tables[plant.base]
            with_it = plant.put(frame, target, np.random.default_rng([seed, 100 + number]))
            said = audited(with_it, target, BASES[plant.base].task, Path(place) / f"planted-{number}")
            told.append((plant, found(plant, said, clean[plant.base])))
        return told, clean


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="fresh if not given")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--data", type=Path, default=DATA)
    given = parser.parse_args()
    first = time.time_ns() % 10**6 if given.seed is None else given.seed
    announce("pandas", "scikit-learn")
    good = True
    for seed in range(first, first + given.runs):
        told, clean = once(seed, given.data)
        table(["defect", "in", "found by"], [[plant.kind, plant.base, who or "NOT FOUND"] for plant, who in told])
        rows = [
            [name, str(sum(f.severity == "block" for f in said.values())), str(len(said)), ", ".join(said)]
            for name, said in clean.items()
        ]
        table(["clean table", "blocks", "asks or blocks", "which"], rows)
        hits, kinds = sum(bool(who) for _, who in told), len({plant.kind for plant, _ in told})
        blocks = sum(f.severity == "block" for said in clean.values() for f in said.values())
        asks = sum(len(said) for said in clean.values()) / len(clean)
        print(f"seed {seed}: {hits} of {len(told)} defects of {kinds} kinds found;", end=" ")
        print(f"{len(clean)} clean tables: {blocks} blocks, {asks:.2f} asks each", flush=True)
        good &= hits >= NEEDED * len(told) and blocks == 0 and asks <= 1
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
