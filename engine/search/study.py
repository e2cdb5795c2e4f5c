"""Optuna's study as the driver of many workers: every trial is queued beforehand, and taken by one of them at a time.

A number may have several rows in the study, because the row of a worker that died is failed and queued again with the
same parameters; of the rows that are alive the oldest counts. Our own files decide what is finished.
"""

from __future__ import annotations

import datetime
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import keras_tuner
import msgspec
import optuna
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial, TrialState

from engine.files import write_atomic
from engine.jobs import lock
from engine.search.alive import dead
from engine.search.driver import Judge, Search, propose, proposed
from engine.search.oracles import drawn, unguided
from engine.search.storage import GRACE, HEARTBEAT, open_storage, patient
from engine.search.trial import Proposal, TrialResult

T = TypeVar("T")

NUMBER, WORKER, VALUES, RESULT = "number", "worker", "values", "result"
LIVE = (TrialState.RUNNING, TrialState.WAITING, TrialState.COMPLETE)
NAME = "study.txt"


class Following(keras_tuner.HyperParameters):  # type: ignore[misc]
    """Hyperparameters whose values an Optuna trial chooses; conditional ones included."""

    def __init__(self, trial: optuna.Trial) -> None:
        super().__init__()
        self._trial = trial

    def _retrieve(self, hp: Any) -> Any:
        value = super()._retrieve(hp)
        if hp.name in self.values and self.is_active(hp):
            value = self.values[hp.name] = _chosen(self._trial, hp)
        return value


def _chosen(trial: optuna.Trial, hp: Any) -> Any:
    kinds = keras_tuner.engine.hyperparameters
    log = getattr(hp, "sampling", None) == "log"
    if isinstance(hp, kinds.Int):
        return trial.suggest_int(hp.name, hp.min_value, hp.max_value, step=1 if log else hp.step or 1, log=log)
    if isinstance(hp, kinds.Float):
        return trial.suggest_float(hp.name, hp.min_value, hp.max_value, step=None if log else hp.step, log=log)
    if isinstance(hp, kinds.Fixed):
        return hp.value
    return trial.suggest_categorical(hp.name, hp.values)


class StudyDriver(Judge):
    """One worker's view of the shared study. To be made in the worker's own process: connections are not shared."""

    def __init__(self, search: Search, guided: bool) -> None:
        super().__init__(search)
        self._guided = guided
        self._storage = open_storage(search.storage, search.folder)
        self._study = self._patient(
            lambda: optuna.create_study(
                storage=self._storage,
                study_name=study_name(search.folder),
                direction="maximize" if search.greater_is_better else "minimize",
                load_if_exists=True,
                sampler=RandomSampler(seed=search.seed),
            )
        )
        self._open: dict[int, optuna.Trial] = {}
        self._pulsed = 0.0
        self.watched_since = time.monotonic()
        """Since when the database has answered: while it was away nobody could give it a sign of life."""

    def fill(self) -> None:
        """Queue every trial that is not in the study yet; only the one process that began the search does so."""
        known = {row.user_attrs.get(NUMBER) for row in self.rows()}
        record = proposed(self.search.folder)
        guided = self._guided
        first = {0: dict(self.search.space.values)}
        values = first if guided else {proposal.number: proposal.values for proposal in drawn(self.search)}
        values |= {number: proposal.values for number, proposal in record.items()}
        for number in range(self.search.trials) if guided else sorted(values):
            if number not in known:
                self._queue(number, values.get(number, {}))

    def suggest(self) -> Proposal | None:
        with self._turn():
            self.mend()
            for result in self.results():
                self.learn(result)
            while self.waiting():
                trial = self._patient(self._ask)
                if trial is None:
                    return None
                try:
                    if self._elsewhere(trial):
                        self._end(trial.number, TrialState.FAIL)
                        continue
                    proposal = self._patient(partial(self._choose, trial))
                except optuna.exceptions.UpdateFinishedTrialError:
                    continue
                propose(self.search.folder, proposal)
                self._open[proposal.number] = trial
                return proposal
        return None

    def finish(self, number: int, result: TrialResult) -> None:
        trial = self._open.pop(number)
        with suppress(optuna.exceptions.UpdateFinishedTrialError):
            self._patient(lambda: trial.set_user_attr(RESULT, msgspec.to_builtins(result)))
            self._end(trial.number, TrialState.COMPLETE, self.worth(result))

    def results(self) -> list[TrialResult]:
        """What came of every finished trial."""
        done = [row for row in self.rows() if row.state == TrialState.COMPLETE]
        return [msgspec.convert(row.user_attrs[RESULT], TrialResult) for row in done]

    def running(self) -> list[Proposal]:
        """What workers are at."""
        rows = [row for row in self.rows() if row.state == TrialState.RUNNING and VALUES in row.user_attrs]
        return [Proposal(number=row.user_attrs[NUMBER], values=row.user_attrs[VALUES]) for row in rows]

    def release(self) -> None:
        """Close every connection, so that a fork inherits none; the next call connects anew."""
        self._storage.remove_session()
        self._storage.engine.dispose()

    def give_back(self, number: int) -> None:
        """Let go of a proposal that was not carried out, so that it is queued again."""
        self._end(self._open.pop(number).number, TrialState.FAIL)

    def pulse(self, number: int) -> None:
        """A sign of life of a running trial, not more often than is needed."""
        if time.monotonic() - self._pulsed < HEARTBEAT:
            return
        self._pulsed = time.monotonic()
        self._patient(lambda: self._storage.record_heartbeat(self._open[number]._trial_id))

    def rows(self) -> list[FrozenTrial]:
        """Every row of the study, the oldest first."""
        rows: list[FrozenTrial] = self._patient(lambda: self._study.get_trials(deepcopy=False))
        return rows

    def waiting(self) -> int:
        """How many trials are queued and nobody's yet."""
        return sum(row.state == TrialState.WAITING for row in self.rows())

    def unfinished(self) -> bool:
        """Whether a trial is queued or somebody's."""
        return any(row.state in (TrialState.WAITING, TrialState.RUNNING) for row in self.rows())

    def mend(self) -> None:
        """Take trials from workers that died, and queue again every number that has no living row."""
        if time.monotonic() - self.watched_since > GRACE:
            self._patient(lambda: optuna.storages.fail_stale_trials(self._study))
        now = datetime.datetime.now()
        for row in self.rows():
            if row.state != TrialState.RUNNING:
                continue
            worker, since = row.user_attrs.get(WORKER), row.datetime_start
            lost = worker is None and since is not None and (now - since).total_seconds() > GRACE
            if lost or (worker is not None and dead(worker)):
                self._end(row.number, TrialState.FAIL)
        rows = self.rows()
        live = {row.user_attrs.get(NUMBER) for row in rows if row.state in LIVE}
        failed = {row.user_attrs[NUMBER]: row for row in rows if NUMBER in row.user_attrs and row.state not in LIVE}
        for number, row in failed.items():
            if number not in live:
                self._queue(number, row.system_attrs.get("fixed_params", {}) | row.params)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One at a time on one machine: SQLite lets two processes take the same row; PostgreSQL locks it by itself."""
        if self.search.storage:
            yield
            return
        with lock.moment(self.search.folder / "turn"):
            yield

    def _ask(self) -> optuna.Trial | None:
        """The trial that waits longest, now ours; None when another worker was faster."""
        number = next((row.user_attrs[NUMBER] for row in self.rows() if row.state == TrialState.WAITING), 0)
        self._study.sampler = self._sampler(number)
        trial = self._study.ask()
        if NUMBER not in trial.user_attrs:
            self._end(trial.number, TrialState.FAIL)
            return None
        trial.set_user_attr(WORKER, self.search.worker)
        self._storage.record_heartbeat(trial._trial_id)
        return trial

    def _choose(self, trial: optuna.Trial) -> Proposal:
        """The values of a trial, those it has already among them."""
        values = Following(trial)
        for hp in self.search.space.space:
            values._retrieve(hp)
        trial.set_user_attr(VALUES, dict(values.values))
        return Proposal(number=trial.user_attrs[NUMBER], values=dict(values.values))

    def _sampler(self, number: int) -> BaseSampler:
        """Drawn anew for every trial from seed and number, so that no worker's history of draws matters."""
        seed = (self.search.seed * 100_003 + number) % 2**32
        if not self._guided:
            return RandomSampler(seed=seed)
        return TPESampler(seed=seed, constant_liar=True, n_startup_trials=unguided(self.search.trials))

    def _elsewhere(self, trial: optuna.Trial) -> bool:
        """Whether an older row of the same number is alive, or any is finished."""
        own = trial.user_attrs[NUMBER]
        return any(
            row.user_attrs.get(NUMBER) == own
            and row.number != trial.number
            and (row.state == TrialState.COMPLETE or (row.state in LIVE and row.number < trial.number))
            for row in self.rows()
        )

    def _queue(self, number: int, values: dict[str, Any]) -> None:
        self._patient(lambda: self._study.enqueue_trial(values, user_attrs={NUMBER: number}))

    def _end(self, row: int, state: TrialState, value: float | None = None) -> None:
        """End a row, unless another process was faster: `skip_if_finished` looks first and writes afterwards."""
        with suppress(optuna.exceptions.UpdateFinishedTrialError):
            self._patient(lambda: self._study.tell(row, value, state=state, skip_if_finished=True))

    def _patient(self, call: Callable[[], T]) -> T:
        return patient(call, self.search.storage or "the study", away=self._was_away)

    def _was_away(self) -> None:
        self.watched_since = time.monotonic()


def study_name(folder: Path) -> str:
    """The name of the search in its database, made once."""
    path = folder / NAME
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(path, f"modelwright-{secrets.token_hex(6)}".encode())
    return path.read_text()


def random(search: Search) -> StudyDriver:
    return StudyDriver(search, guided=False)


def bayesian(search: Search) -> StudyDriver:
    return StudyDriver(search, guided=True)
