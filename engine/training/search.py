"""The search for a configuration: KerasTuner proposes, a forked child trains each trial on every fold.

KerasTuner's own files are a cache that is made anew; what was proposed and what was found lie in our files, so that a
killed search goes on without losing or repeating a finished trial.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras_tuner
import msgspec

from engine.files import write_atomic
from engine.values import Value

Hyper = dict[str, Any]
SUGGESTED = "suggested.json"


class TrialResult(Value, frozen=True):
    """What a trial reports: its score in the objective's unit, or why it has none."""

    number: int
    values: dict[str, float | int | str | bool]
    state: str
    score: float | None = None
    epochs: int = 0
    seconds: float = 0.0
    note: str = ""


Run = Callable[[int, Hyper], TrialResult]


def _remembering(oracle: type[keras_tuner.Oracle]) -> type[keras_tuner.Oracle]:
    """An oracle that proposes again what it proposed before the process was killed."""

    class Remembering(oracle):  # type: ignore[misc]
        remembered: Path

        def populate_space(self, trial_id: str) -> dict[str, Any]:
            proposals: list[Hyper] = json.loads(self.remembered.read_bytes()) if self.remembered.exists() else []
            response: dict[str, Any] = super().populate_space(trial_id)
            number = int(trial_id)
            if number < len(proposals):
                return {"status": keras_tuner.engine.trial.TrialStatus.RUNNING, "values": proposals[number]}
            if response.get("values"):
                write_atomic(self.remembered, json.dumps([*proposals, response["values"]]).encode())
            return response

    return Remembering


ORACLES = {
    "random": keras_tuner.oracles.RandomSearchOracle,
    "bayesian": keras_tuner.oracles.BayesianOptimizationOracle,
}


class FoldTuner(keras_tuner.Tuner):  # type: ignore[misc]
    """A tuner whose trials are run by `run`; it never builds a model in this process."""

    def __init__(
        self, oracle: keras_tuner.Oracle, run: Run, stopping: Callable[[], bool], penalty: float, **places: Any
    ) -> None:
        """`penalty` is a finite score that stands in for a trial without one, so that the search learns from it."""
        self._run, self._stopping, self._penalty = run, stopping, penalty
        self.finished: list[TrialResult] = []
        super().__init__(oracle=oracle, **places)

    def run_trial(self, trial: Any, *args: Any, **kwargs: Any) -> dict[str, float]:
        result = self._run(int(trial.trial_id), dict(trial.hyperparameters.values))
        self.finished.append(result)
        return {"score": self._penalty if result.score is None else result.score}

    def pre_create_trial(self) -> None:
        if self._stopping():
            self.oracle.max_trials = len(self.oracle.trials)


def search(
    *,
    space: keras_tuner.HyperParameters,
    algorithm: str,
    trials: int,
    greater_is_better: bool,
    seed: int,
    folder: Path,
    run: Run,
    stopping: Callable[[], bool],
    penalty: float,
) -> tuple[TrialResult, ...]:
    """Run up to `trials` trials; returns them in order. `folder` outlives the process and lets a search go on."""
    folder.mkdir(parents=True, exist_ok=True)
    oracle = _remembering(ORACLES[algorithm])(
        objective=keras_tuner.Objective("score", "max" if greater_is_better else "min"),
        max_trials=trials,
        hyperparameters=space,
        tune_new_entries=False,
        allow_new_entries=False,
        seed=seed,
    )
    oracle.remembered = folder / SUGGESTED
    tuner = FoldTuner(oracle, run, stopping, penalty, directory=str(folder), project_name="oracle", overwrite=True)
    tuner.search(verbose=0)
    return tuple(tuner.finished)


def unit_name(number: int, values: Hyper) -> str:
    """The name of a trial's folder: its number, and a digest of its values so that no other values find it."""
    digest = hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()[:8]
    return f"trial-{number:04d}-{digest}"
