"""Search for a configuration under a budget, in one process or with many workers; every look is on record."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from engine import ledger
from engine.dotted import load
from engine.errors import JobFailed, UserError
from engine.files import write_atomic
from engine.jobs.context import Context
from engine.modalities import MODALITIES
from engine.records import inputs
from engine.search.alive import worker_name
from engine.search.crew import keep, take_share
from engine.search.driver import ALGORITHMS, UNFINISHED, Driver, Search, drive
from engine.search.earlier import adopt
from engine.search.results import TuningResult
from engine.search.trial import Proposal, TrialResult
from engine.stats.catalogue import METRIC_INFO
from engine.stats.metrics import METRICS
from engine.steps import Plan
from engine.work.limits import limits_of
from engine.work.luck import LiveLuck, live
from engine.work.rows import Rows, folds, load_rows
from engine.work.scoring import naive_predictions, scored
from engine.work.trial import carry_out
from engine.work.trial_files import EPOCHS
from engine.work.tuning_result import conclude, out_of_fold

if TYPE_CHECKING:
    from engine.search.study import StudyDriver

ORIGIN = "origin.txt"
"""In the search's folder: the job that began it, by whose name its looks are on record."""


def run(plan: Plan, context: Context) -> TuningResult:
    """Search, then say how much of the best score is luck. Errors: JobFailed when no trial has a score."""
    rows = load_rows(plan, context.project)
    search = search_of(plan, context, rows)
    adopt(context.folder, inputs(context.folder).earlier)
    search.folder.mkdir(parents=True, exist_ok=True)
    if not (search.folder / ORIGIN).exists():
        write_atomic(search.folder / ORIGIN, context.folder.path.name.encode())
    done = _shared(plan, context, search) if _many(plan) else _alone(plan, context, search)
    scored_trials = [trial for trial in done if trial.score is not None]
    if not scored_trials:
        raise JobFailed(without_score(done))
    return conclude(plan, context, rows, tuple(done), scored_trials)


def without_score(done: Sequence[TrialResult]) -> str:
    """Why a search has nothing to choose from, and what to do."""
    if not done:
        return (
            "the time ended before the first trial did: run tuning again, which goes on after its last finished fold, "
            "or give it more time (tuning.minutes, --budget)"
        )
    return f"no trial has a score; the last one: {done[-1].note}"


def search_of(plan: Plan, context: Context, rows: Rows) -> Search:
    """What the drivers must know of the plan."""
    own = plan.tuning
    return Search(
        space=load(MODALITIES["tabular"].space)(limits_of(plan, len(rows))),
        trials=own.trials or 12,
        greater_is_better=METRIC_INFO[plan.metric.primary or ""].greater_is_better,
        seed=context.seed,
        folder=context.folder.checkpoint / "search",
        units=context.folder.units,
        penalty=_penalty(plan, rows),
        early_stop=own.early_stop is not False,
        epochs=EPOCHS,
        storage=own.storage or "",
    )


def _many(plan: Plan) -> bool:
    return (plan.tuning.workers or 1) > 1 or bool(plan.tuning.storage)


def _alone(plan: Plan, context: Context, search: Search) -> list[TrialResult]:
    """One trial after the other, proposed in this process."""
    told = _Board(context, search, live(plan, context))

    def one(proposal: Proposal, driver: Driver) -> TrialResult:
        told.running(proposal)
        result = carry_out(plan, context, proposal, driver)
        told.ended(result)
        return result

    driver = load(ALGORITHMS[plan.tuning.algorithm or "bayesian"].alone)(search)
    return drive(driver, one, context.stopping)


def _shared(plan: Plan, context: Context, search: Search) -> list[TrialResult]:
    """Several workers on one study; this process only queues, watches, and tells what they found."""
    driver, told = shared_driver(plan, search), _Board(context, search, live(plan, context))
    driver.fill()

    def look() -> int:
        driver.mend()
        for proposal in driver.running():
            told.running(proposal)
        for result in driver.results():
            told.ended(result)
        return len(told.found)

    size = plan.tuning.workers or 1
    keep(
        size,
        lambda index: work(plan, context, search, index, size),
        look=look,
        open_trials=lambda: (driver.waiting(), driver.unfinished()),
        stopping=context.stopping,
        before_fork=driver.release,
    )
    look()
    if context.folder.stop_reason() not in ("", "budget"):
        context.check()
    return [told.found[number] for number in sorted(told.found)]


def work(plan: Plan, context: Context, search: Search, index: int, size: int) -> None:
    """The life of one worker: it takes trials from the study until there is none."""
    take_share(index, size)
    own = context.for_worker()
    driver = shared_driver(plan, replace(search, worker=worker_name()))

    def one(proposal: Proposal, judge: Driver) -> TrialResult:
        own.pulse = partial(driver.pulse, proposal.number)
        result = carry_out(plan, own, proposal, judge)
        if result.state == UNFINISHED:
            driver.give_back(proposal.number)
        return result

    drive(driver, one, own.stopping)


def shared_driver(plan: Plan, search: Search) -> StudyDriver:
    """The driver for many workers. Errors: UserError when the algorithm has none."""
    name = plan.tuning.algorithm or "bayesian"
    if not ALGORITHMS[name].shared:
        able = " or ".join(other for other, found in ALGORITHMS.items() if found.shared)
        raise UserError(f"tuning.algorithm: {name} has one worker only; choose {able}, or set tuning.workers to 1")
    driver: StudyDriver = load(ALGORITHMS[name].shared)(search)
    return driver


class _Board:
    """Tells each trial, puts each look on record once, and keeps what was found."""

    def __init__(self, context: Context, search: Search, luck: LiveLuck) -> None:
        self._context, self._total, self._luck = context, search.trials, luck
        self._origin = (search.folder / ORIGIN).read_text()
        self._began = time.monotonic()
        self._shown: set[int] = set()
        self._known = {entry.what for entry in ledger.entries(context.project) if entry.kind == "look"}
        self.found: dict[int, TrialResult] = {}

    def running(self, proposal: Proposal) -> None:
        if proposal.number in self._shown:
            return
        self._shown.add(proposal.number)
        done = len(self.found)
        eta = (time.monotonic() - self._began) / done * (self._total - done) if done else None
        self._context.phase("trials", done, self._total, eta)
        self._context.trial(proposal.number, "running", proposal.values)

    def ended(self, result: TrialResult) -> None:
        if result.number in self.found or result.state == UNFINISHED:
            return
        self.found[result.number] = result
        self._context.trial(
            result.number,
            result.state,  # type: ignore[arg-type]
            result.values,
            result.score,
            result.seconds,
            result.note,
        )
        what = f"{self._origin} trial {result.number}"
        if result.score is not None:
            self._context.tell(self._luck.hear(out_of_fold(self._context, result)))
        if result.score is not None and what not in self._known:
            ledger.record(self._context.project, "look", "tuning", what, result.score)
            self._known.add(what)


def _penalty(plan: Plan, rows: Rows) -> float:
    """What the worst naive answer scores: a finite stand-in for a trial without a score."""
    drawn = folds(plan, rows)
    stacking = scored(drawn, plan.protocol.result.repeats if plan.protocol.result else 1)
    metric = METRICS[plan.metric.primary or ""]
    y, weights = stacking.truth(rows), rows.weights_at(stacking.rows)
    found = [metric.compute(y, said, weights) for said in naive_predictions(rows, drawn, stacking).values()]
    finite = [value for value in found if np.isfinite(value)]
    worst = min if metric.greater_is_better else max
    return float(worst(finite)) if finite else 0.0
