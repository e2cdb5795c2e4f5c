"""What every target is proven with: the tested model, rows of development data, and the comparison of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.data.seal import load_development
from engine.errors import UserError
from engine.serving import artifact as files
from engine.steps import Plan
from engine.steps.deployment import Verified
from engine.targets.rest_bundle import rows_of
from engine.targets.rest_proof import MAX_DIFFERENCE, MAX_FLIPS, Expected
from engine.training.apply import Matrix, transform
from engine.training.parse import Floats
from engine.training.spec import files_of


@dataclass(frozen=True)
class HeldOut:
    """The model's folder and digest, rows as a request gives them, what numpy makes of them (n, width), the targets."""

    folder: Path
    digest: str
    trained: files.Artifact
    rows: list[dict[str, Any]]
    inputs: Matrix
    y: Floats


def held_out(plan: Plan, project: Path, most: int) -> HeldOut:
    """Up to `most` development rows. Errors: UserError when the model is not the one that was tested."""
    assert plan.evaluation.result is not None
    folder = project / plan.evaluation.result.model
    digest = files.digest_of(folder) if folder.is_dir() else ""
    if digest != plan.evaluation.result.digest:
        raise UserError(f"{folder}: not the model that was tested; run evaluation again")
    trained = files.load_artifact(folder)
    whole = _sample(load_development(project), most, plan.project.seed)
    frame = whole[list(trained.preparation.columns)]
    y = trained.code.encode({name: whole[name].to_numpy() for name in trained.code.columns})
    rows = rows_of(frame, files_of(trained.preparation))
    return HeldOut(folder, digest, trained, rows, transform(trained.preparation, frame), y)


def _sample(frame: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    if len(frame) <= most:
        return frame
    return frame.iloc[np.sort(np.random.default_rng(seed).choice(len(frame), most, replace=False))]


def compared(expected: Expected, found: Floats, said: Sequence[Any], runtime: str) -> Verified:
    """Predictions `found` and decisions `said` of a runtime against the trained model's.

    Errors: UserError when a number is none, one differs too much, or a decision flips.
    """
    wanted, unit = expected.outputs, np.array(expected.artifact.code.unit)
    if found.shape != wanted.shape or not np.isfinite(found).all():
        raise UserError(f"{runtime}: gave {found.shape} finite numbers, {wanted.shape} are wanted; nothing is kept")
    difference = np.abs(found - wanted)
    if (difference > MAX_DIFFERENCE * unit).any():
        raise UserError(
            f"{runtime}: differs from the trained model by up to {difference.max():.3g} (at most "
            f"{MAX_DIFFERENCE * unit.min():.3g} is accepted, {len(wanted):,} rows compared); nothing is kept"
        )
    flips = sum(map(expected.apart, said, expected.decide(wanted)))
    if flips > MAX_FLIPS or len(said) != len(wanted):
        raise UserError(
            f"{runtime}: {flips} of {len(said):,} decisions differ from the trained model's; nothing is kept"
        )
    return Verified(
        runtime=runtime, max_abs_diff=float(difference.max(initial=0.0)), decision_flips=flips, rows=len(wanted)
    )


def predictions_in(answers: Sequence[dict[str, Any]], expected: Expected) -> Floats:
    """Predictions as metrics take them, of answers by name as a runtime gives them row by row."""
    code, wanted = expected.artifact.code, expected.outputs
    word, numbers = code.details(wanted)
    if word == "quantiles" and wanted.ndim == 1:
        # The range of a forecast stands beside the answer, and is not what is compared.
        word, numbers = "", {}
    key = word or "prediction"
    names = list(numbers) or list(code.columns)
    rows = [[each[key][name] for name in names] if isinstance(each[key], dict) else each[key] for each in answers]
    found = np.asarray(rows, dtype=np.float64).reshape(len(answers), -1)
    if word == "probabilities" and wanted.ndim == 1:
        return found[:, 1]
    return found[:, 0] if wanted.ndim == 1 else found


def decisions_in(answers: Sequence[dict[str, Any]], expected: Expected) -> list[Any]:
    """What is said of each row, of the same answers."""
    columns = expected.artifact.code.columns
    said = [each["prediction"] for each in answers]
    return [dict(zip(columns, each, strict=True)) if isinstance(each, list) else each for each in said]
