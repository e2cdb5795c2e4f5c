"""KerasTuner's oracles as drivers: they propose in the job's own process, and their files are never read again.

What was proposed and what was found lie in our own files, from which a fresh oracle is fed, so that a killed search
goes on without losing or repeating a finished trial.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import keras_tuner

from engine.search.driver import Judge, Search, propose, proposed
from engine.search.trial import Proposal, TrialResult

TUNER = "tuner"
EPOCHS = "tuner/epochs"
FACTOR = 3
RUNGS = 3
"""Of Hyperband: trials of a ninth, a third and all of the epochs."""

FEWEST_UNGUIDED = 4
NOISE = 0.1
"""Share of the variance of the scores that the Gaussian process takes for noise: scores out of fold are noisy."""


class OracleDriver(Judge):
    """One oracle, asked and told one trial at a time; proposals on record are made again as they were."""

    def __init__(self, search: Search, kind: type[keras_tuner.Oracle], **settings: Any) -> None:
        super().__init__(search)
        self._record = proposed(search.folder)
        record = self._record

        class Remembering(kind):  # type: ignore[misc]
            def populate_space(self, trial_id: str) -> dict[str, Any]:
                response: dict[str, Any] = super().populate_space(trial_id)
                number, values = int(trial_id), response.get("values")
                if number in record:
                    wanted = record[number].values
                elif number == 0 and values:
                    wanted = {**values, **search.space.values}
                else:
                    return response
                if values and wanted == _own(values):
                    return response
                return {"status": keras_tuner.engine.trial.TrialStatus.RUNNING, "values": wanted}

        self._oracle = Remembering(
            objective=keras_tuner.Objective("score", "max" if search.greater_is_better else "min"),
            hyperparameters=search.space,
            tune_new_entries=False,
            allow_new_entries=False,
            seed=search.seed,
            **settings,
        )
        self._oracle.max_consecutive_failed_trials = math.inf
        self._oracle.verbose = 0
        self._oracle._set_project_dir(str(search.folder), "oracle")
        self._open: dict[int, Any] = {}

    def suggest(self) -> Proposal | None:
        if len(self._oracle.trials) >= self.search.trials:
            return None
        trial = self._oracle.create_trial(TUNER)
        if trial.status != keras_tuner.engine.trial.TrialStatus.RUNNING:
            return None
        values = dict(trial.hyperparameters.values)
        proposal = Proposal(number=int(trial.trial_id), values=_own(values), epochs=values.get(EPOCHS))
        if proposal.number not in self._record:
            propose(self.search.folder, proposal)
        self._open[proposal.number] = trial
        return self._record.get(proposal.number, proposal)

    def finish(self, number: int, result: TrialResult) -> None:
        self.learn(result)
        trial = self._open.pop(number)
        self._oracle.update_trial(trial.trial_id, {"score": self.worth(result)})
        trial.status = keras_tuner.engine.trial.TrialStatus.COMPLETED
        self._oracle.end_trial(trial)


class ShortHyperband(keras_tuner.oracles.HyperbandOracle):  # type: ignore[misc]
    """Hyperband whose brackets have so few rungs that a search of some dozen trials reaches the last one."""

    def _get_num_brackets(self) -> int:
        return RUNGS


def _own(values: dict[str, Any]) -> dict[str, Any]:
    """The hyperparameters without what the oracle keeps among them for itself."""
    return {name: value for name, value in values.items() if not name.startswith("tuner/")}


def random(search: Search) -> OracleDriver:
    return OracleDriver(search, keras_tuner.oracles.RandomSearchOracle, max_trials=search.trials)


def bayesian(search: Search) -> OracleDriver:
    return OracleDriver(
        search,
        keras_tuner.oracles.BayesianOptimizationOracle,
        max_trials=search.trials,
        num_initial_points=unguided(search.trials),
        alpha=NOISE,
    )


def unguided(trials: int) -> int:
    """How many trials are drawn at random before a model of them guides the rest; the library's default is 3 times the
    number of hyperparameters, which a search of a dozen trials never gets past."""
    return max(FEWEST_UNGUIDED, trials // 3)


def hyperband(search: Search) -> OracleDriver:
    """A promoted configuration is a new trial with more epochs, trained anew: its schedule fits its own epochs."""
    return OracleDriver(
        replace(search, early_stop=False),
        ShortHyperband,
        max_epochs=search.epochs,
        factor=FACTOR,
        hyperband_iterations=0,
    )


def drawn(search: Search) -> Iterator[Proposal]:
    """The random proposals of a seed in their order, the space's own defaults first: the same for one process and many.

    Ends where the space holds no further configuration, and at the number of trials.
    """
    oracle = keras_tuner.oracles.RandomSearchOracle(
        max_trials=search.trials, hyperparameters=search.space, seed=search.seed
    )
    for number in range(search.trials):
        values = oracle.populate_space(str(number)).get("values")
        if not values:
            return
        yield Proposal(number=number, values=_own(values if number else search.space.values))
