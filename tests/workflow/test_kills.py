"""A search with folds: killed fifty times, in every part of it, it finds what it finds undisturbed, and goes on."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from journey import Journey
from postgres import serving
from sabotage import Sabotage

from engine.jobs.folder import all_jobs
from tests.conftest import end_supervisors

pytestmark = pytest.mark.slow

TRIALS = 4
MORE = 8
"""Trials of the larger budget; the first that may be given up is the sixth."""
SETTINGS = (
    f"tuning.trials={TRIALS}",
    "tuning.minutes=60",
    "tuning.algorithm=random",
    "tuning.early_stop=yes",
    "tuning.max_units=16",
    "tuning.max_layers=1",
    "protocol.kind=kfold",
    "protocol.folds=2",
    "baseline.epochs=10",
    "baseline.attempts=1",
)
ALONE = {"supervisor": 2, "job": 2, "worker": 8}
ONE_FILE = {"supervisor": 1, "job": 2, "worker": 7, "unit": 8}
DATABASE = {"database": 5, "supervisor": 1, "worker": 4, "unit": 5, "joined": 1, "joined worker": 4}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Iterator[Journey]:
    """A projects folder with `base`, in which all before the search was done, and `calm`, in which it was too."""
    journey = Journey(tmp_path_factory.mktemp("projects"))
    journey.new("base", shared_data / "penguins_raw/penguins_raw.csv", "Species", *SETTINGS)
    journey("run", "base", "baseline")
    _copy(journey, "calm")
    journey.done("run", "calm", "tuning")
    yield journey
    end_supervisors(journey.projects)


def _copy(journey: Journey, name: str, source: str = "base") -> None:
    whole = journey.projects / source
    shutil.copytree(whole, journey.projects / name, ignore=lambda folder, names: {"supervisor"} & set(names))


def test_one_process(undisturbed: Journey) -> None:
    _killed(undisturbed, "one", ALONE)


def test_several_workers_on_one_machine(undisturbed: Journey) -> None:
    _killed(undisturbed, "several", ONE_FILE, "--workers", "2")


def test_workers_of_two_machines_whose_database_is_restarted(undisturbed: Journey) -> None:
    with serving() as server:
        storage = ("--storage", server.url)
        _killed(undisturbed, "far", DATABASE, "--workers", "1", *storage, joining=storage, restart=server.restart)


def test_fifty_in_all() -> None:
    assert sum(sum(kills.values()) for kills in (ALONE, ONE_FILE, DATABASE)) >= 50


def test_a_larger_budget_goes_on_from_what_was_found_and_gives_up_what_is_below_the_median(
    undisturbed: Journey,
) -> None:
    _copy(undisturbed, "longer", "calm")
    project = undisturbed.projects / "longer"
    undisturbed.done("set", "longer", f"tuning.trials={MORE}")
    undisturbed.done("run", "longer", "tuning")
    before, after = (job.units for job in all_jobs(project) if job.step == "tuning")
    found, calm = (undisturbed.result(name, "tuning") for name in ("longer", "calm"))
    assert _board(found)[:TRIALS] == _board(calm)
    assert [row["number"] for row in found["board"]] == list(range(MORE))
    assert all((after / fold.relative_to(before)).samefile(fold) for fold in before.glob("trial-*/**/fold-*.npz"))
    pruned = [row for row in found["board"] if row["state"] == "pruned"]
    assert pruned and all(row["number"] > TRIALS and row["score"] is None for row in pruned)
    assert found["trials"] == MORE
    ledger = (project / "ledger.jsonl").read_text()
    done = [row["number"] for row in found["board"] if row["state"] == "done"]
    assert [ledger.count(f' trial {number}"') for number in done] == [1] * len(done)


def _killed(
    journey: Journey,
    name: str,
    kills: dict[str, int],
    *words: str,
    joining: tuple[str, ...] = (),
    restart: Callable[[], object] = lambda: None,
) -> None:
    """Strike one search after another, each in a fresh copy of the project, until all kills were dealt.

    `joining`: how a worker of another machine finds the search.
    """
    random = Random(sum(kills.values()))
    order = [kind for kind, times in kills.items() for _ in range(times)]
    random.shuffle(order)
    while order:
        once = f"{name}-{len(order)}"
        _copy(journey, once)
        joined = ("worker", *joining, once) if joining else ()
        search = Sabotage(journey, once, ("run", once, "tuning", *words), random, joined)
        left = len(order)
        while order and search.strike(order[-1], restart):
            order.pop()
        assert len(order) < left, f"the search of {once} ended before anything was struck"
        search.finish()
        _as_calm(journey, once, search)


def _as_calm(journey: Journey, name: str, search: Sabotage) -> None:
    assert search.trained_after_the_end() == []
    found, calm = (journey.result(each, "tuning") for each in (name, "calm"))
    assert _board(found) == _board(calm)
    assert found["best"] == calm["best"]
    assert found["seeds"] == calm["seeds"]
    ledger = (journey.projects / name / "ledger.jsonl").read_text()
    assert [ledger.count(f'{search.job.path.name} trial {number}"') for number in range(TRIALS)] == [1] * TRIALS


def _board(result: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(row["number"], row["state"], row["values"], row["score"], row["epochs"]) for row in result["board"]]
