"""The drivers: they propose again what they proposed, extend a search, and share it between processes that may die."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from engine.search.alive import dead, worker_name
from engine.search.driver import ALGORITHMS, Driver, Search, drive, proposed
from engine.search.storage import FILE, GRACE
from engine.search.trial import Proposal, TrialResult

pytestmark = pytest.mark.slow

TRIALS = 8


def search(folder: Path, trials: int = TRIALS) -> Search:
    import keras_tuner

    space = keras_tuner.HyperParameters()
    space.Int("layers", 1, 3)
    space.Int("units", 8, 128, sampling="log")
    space.Float("rate", 1e-4, 1e-2, sampling="log")
    if space.Choice("kind", ["plain", "periodic"]):
        with space.conditional_scope("kind", ["periodic"]):
            space.Int("frequencies", 4, 32, step=4)
    return Search(space, trials, True, 7, folder, folder / "units", 0.0, worker=worker_name())


def made(algorithm: str, way: str, search: Search) -> Driver:
    from engine.dotted import load

    driver: Driver = load(getattr(ALGORITHMS[algorithm], way))(search)
    return driver


def answer(proposal: Proposal, driver: Driver) -> TrialResult:
    score = float(proposal.values["units"]) / 128 - float(proposal.values["rate"])  # type: ignore[arg-type]
    return TrialResult(number=proposal.number, values=proposal.values, state="done", score=score)


def carried_out(algorithm: str, search: Search, last: int = 99) -> list[TrialResult]:
    done: list[int] = []

    def stopping() -> bool:
        done.append(1)
        return len(done) > last

    return drive(made(algorithm, "alone", search), answer, stopping)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_search_that_was_broken_off_goes_on_as_if_it_had_not_been(algorithm: str, tmp_path: Path) -> None:
    whole = carried_out(algorithm, search(tmp_path / "whole"))
    assert [result.number for result in whole] == list(range(TRIALS))
    assert len(carried_out(algorithm, search(tmp_path / "broken"), last=3)) == 3
    assert carried_out(algorithm, search(tmp_path / "broken")) == whole
    assert carried_out(algorithm, search(tmp_path / "broken", TRIALS + 3))[:TRIALS] == whole


@pytest.mark.parametrize("algorithm", [name for name, found in ALGORITHMS.items() if found.shared])
def test_two_workers_of_which_one_dies_do_every_trial_once(algorithm: str, tmp_path: Path) -> None:
    given = search(tmp_path)
    own = made(algorithm, "shared", given)
    own.fill()  # type: ignore[attr-defined]
    own.release()  # type: ignore[attr-defined]
    workers = [_worker(algorithm, tmp_path, dies_at) for dies_at in (2, None)]
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in workers] == [9, 0]
    last = _worker(algorithm, tmp_path, None)
    assert os.waitstatus_to_exitcode(os.waitpid(last, 0)[1]) == 0
    results = {result.number: result for result in own.results()}  # type: ignore[attr-defined]
    assert sorted(results) == list(range(TRIALS)) and not own.unfinished()  # type: ignore[attr-defined]
    assert len(own.results()) == TRIALS  # type: ignore[attr-defined]
    for number, proposal in proposed(tmp_path).items():
        assert results[number].values == proposal.values
    if algorithm == "random":
        assert [results[number] for number in sorted(results)] == carried_out(algorithm, search(tmp_path / "alone"))


def _worker(algorithm: str, folder: Path, dies_at: int | None) -> int:
    """A process that takes trials until there is none, or dies with its n-th in its hands."""
    if pid := os.fork():
        return pid
    status = 1
    try:
        taken: list[int] = []

        def run(proposal: Proposal, driver: Driver) -> TrialResult:
            taken.append(proposal.number)
            if len(taken) == dies_at:
                os._exit(9)
            return answer(proposal, driver)

        drive(made(algorithm, "shared", search(folder)), run, lambda: False)
        status = 0
    finally:
        os._exit(status)


def test_a_silent_worker_loses_its_trial_only_to_who_could_have_heard_it(tmp_path: Path) -> None:
    far = made("random", "shared", replace(search(tmp_path), worker="elsewhere:boot:1:1"))
    far.fill()  # type: ignore[attr-defined]
    proposal = far.suggest()
    assert proposal is not None
    with closing(sqlite3.connect(tmp_path / FILE)) as study, study:
        study.execute("UPDATE trial_heartbeats SET heartbeat = datetime(heartbeat, '-60 seconds')")
    own = made("random", "shared", search(tmp_path))
    own.mend()  # type: ignore[attr-defined]
    assert own.running() == [proposal]  # type: ignore[attr-defined]
    own.watched_since -= 2 * GRACE  # type: ignore[attr-defined]
    own.mend()  # type: ignore[attr-defined]
    assert own.running() == [] and own.waiting() == TRIALS  # type: ignore[attr-defined]
    far.finish(proposal.number, answer(proposal, far))
    assert own.waiting() == TRIALS  # type: ignore[attr-defined]


def test_a_worker_that_is_gone_is_known_to_be() -> None:
    reading, writing = os.pipe()
    if (pid := os.fork()) == 0:
        os.write(writing, worker_name().encode())
        os._exit(0)
    os.waitpid(pid, 0)
    assert dead(os.read(reading, 1000).decode())
    assert not dead(worker_name())
    assert not dead("elsewhere:" + worker_name().partition(":")[2])
