"""Seconds from starting a project until its network beats the best naive answer, on each real table."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from common import announce, end_supervisor, table
from real import BY_NAME, TABLES, Table, command, new


def beaten(which: Table, more: tuple[str, ...]) -> list[str]:
    """One table: a new project, carried out as far as the baseline, from the command line."""
    with tempfile.TemporaryDirectory() as folder:
        projects, began = Path(folder), time.perf_counter()
        new(projects, which, more)
        command(projects, "run", which.name, "protocol")
        ready = time.perf_counter() - began
        command(projects, "run", which.name, "baseline")
        took = time.perf_counter() - began
        from engine import store

        result = store.load(projects / which.name).baseline.result
        end_supervisor(projects / which.name)
    assert result is not None
    found = result.comparison
    return [
        which.name,
        result.bar,
        result.outcome,
        f"{found.difference:+.4g} ({found.low:+.4g} to {found.high:+.4g})",
        str(len(result.attempts)),
        result.chosen.family,
        f"{ready:.0f}",
        f"{took:.0f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {', '.join(BY_NAME)} (default: all)")
    parser.add_argument("--set", action="append", default=[], metavar="STEP.FIELD=VALUE", help="another answer")
    given = parser.parse_args()
    announce("tensorflow", "keras", "scikit-learn", "numpy")
    wanted = [BY_NAME[name] for name in given.tables] or TABLES
    # With other inputs the network gets better, but whether it beats the bar is known before.
    more = ("baseline.curate=no", *given.set)
    print("Difference: network less bar, > 0 is better, in the metric's unit; baseline.curate=no")
    head = ["table", "bar", "outcome", "difference (95 %)", "attempts", "network", "s to protocol", "s to the answer"]
    table(head, [beaten(which, more) for which in wanted])


if __name__ == "__main__":
    main()
