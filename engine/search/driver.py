"""What drives a search: one small interface, and the registry of the algorithms behind it. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec

from engine.files import write_atomic
from engine.search.median import Curve, MedianRule, read_points
from engine.search.trial import Proposal, TrialResult, unit_name


class Driver(Protocol):
    """Proposes configurations and hears what came of them."""

    def suggest(self) -> Proposal | None:
        """The next configuration to try; None when there is none, for now or for good."""

    def report(self, number: int, curve: Curve, fold: int, epoch: int) -> bool:
        """Hear how far a trial is (fold from 0, epoch from 1); whether it is worth going on with."""

    def finish(self, number: int, result: TrialResult) -> None:
        """Hear what came of a proposal."""


@dataclass(frozen=True, slots=True)
class Search:
    """All that a driver must know. `folder` outlives the process; `space` is a KerasTuner `HyperParameters`.

    `penalty` is a finite score that stands in for a trial without one, so that the search learns from it.
    """

    space: Any
    trials: int
    greater_is_better: bool
    seed: int
    folder: Path
    units: Path
    """Where every trial has its folder."""
    penalty: float
    early_stop: bool = True
    epochs: int = 200
    storage: str = ""
    """Where many processes share a study: the address of a database. Empty: a file in `folder`."""
    worker: str = ""
    """Who asks, among many."""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A way to search: `alone` makes its driver in one process, `shared` the one for many (empty: not to be had)."""

    title: str
    alone: str
    shared: str = ""


ALGORITHMS: dict[str, Algorithm] = {
    "random": Algorithm("random search", "engine.search.oracles:random", "engine.search.study:random"),
    "bayesian": Algorithm("Bayesian optimisation", "engine.search.oracles:bayesian", "engine.search.study:bayesian"),
    "hyperband": Algorithm("Hyperband: many short trials, few long ones", "engine.search.oracles:hyperband"),
}

Make = Callable[[Search], Driver]


class Judge:
    """The half of every driver that says whether a trial goes on, and how much a result is worth to the search."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.rule = MedianRule()

    def report(self, number: int, curve: Curve, fold: int, epoch: int) -> bool:
        return not self.search.early_stop or self.rule.goes_on(number, curve, fold, epoch)

    def learn(self, result: TrialResult) -> None:
        """Let later trials be compared with this one, when it was carried through."""
        if result.state == "done" and result.number not in self.rule.finished:
            folder = self.search.units / unit_name(result.number, result.values) / "checkpoint"
            self.rule.finished[result.number] = Curve(read_points(folder))

    def worth(self, result: TrialResult) -> float:
        """The score that the algorithm learns from; always finite, because one that is not would end the search."""
        if result.score is not None:
            return result.score
        return self.search.penalty if result.seen is None else result.seen


Run = Callable[[Proposal, Driver], TrialResult]
UNFINISHED = "unfinished"
"""The state of a trial that was stopped and goes on when the search does."""


def drive(driver: Driver, run: Run, stopping: Callable[[], bool]) -> list[TrialResult]:
    """Carry out what the driver proposes until it has nothing more, or the search is to stop."""
    found: list[TrialResult] = []
    while not stopping() and (proposal := driver.suggest()) is not None:
        result = run(proposal, driver)
        if result.state == UNFINISHED:
            break
        driver.finish(proposal.number, result)
        found.append(result)
    return found


def propose(folder: Path, proposal: Proposal) -> None:
    """Put a proposal on record before anything is done with it; the record is what a search is made again from."""
    path = folder / "proposed"
    path.mkdir(parents=True, exist_ok=True)
    write_atomic(path / f"{proposal.number:05d}.json", msgspec.json.encode(proposal))


def proposed(folder: Path) -> dict[int, Proposal]:
    """Every proposal on record by its number, in order."""
    files = sorted((folder / "proposed").glob("*.json"))
    found = (msgspec.json.decode(file.read_bytes(), type=Proposal) for file in files)
    return {proposal.number: proposal for proposal in found}
