"""What every target is proven with: the tested model, rows of development data, and the comparison of answers."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.data.seal import load_development
from engine.errors import UserError
from engine.jobs.context import Context
from engine.serving import artifact as files
from engine.serving.contents import as_base64
from engine.steps import Plan
from engine.steps.deployment import Verified
from engine.steps.rivals import NETWORK
from engine.targets.rest_proof import MAX_DIFFERENCE, MAX_FLIPS, Expected
from engine.training.apply import Matrix, transform
from engine.training.parse import Floats
from engine.training.spec import files_of
from engine.training.written import Written
from engine.work.shipped import shipped

PROVED = 2000
"""Development rows at most on which what is shipped is compared with the trained model."""


@dataclass(frozen=True)
class HeldOut:
    """What is shipped, and rows to prove it with: as they are, and as a request gives them.

    `folder` and `digest` are of the network that was tested, `reference` is what is shipped in its place, if anything.
    """

    folder: Path
    digest: str
    trained: files.Artifact
    reference: Written | None
    rows: list[dict[str, Any]]
    whole: pd.DataFrame

    @property
    def frame(self) -> pd.DataFrame:
        """The columns that the model takes."""
        return self.whole[list(self.trained.preparation.columns)]

    @property
    def y(self) -> Floats:
        """The targets of the rows, as metrics take them."""
        return self.trained.code.encode(self.whole)

    @cached_property
    def inputs(self) -> Matrix:
        """What numpy makes of the rows (n, width)."""
        return transform(self.trained.preparation, self.frame)


def held_out(plan: Plan, context: Context, most: int = PROVED, of_files: int = PROVED) -> HeldOut:
    """Up to `most` development rows, `of_files` where they hold files.

    Errors: UserError when the model is not the one that was tested, or a reference cannot be written down.
    """
    assert plan.evaluation.result is not None
    folder = context.project / plan.evaluation.result.model
    digest = files.digest_of(folder) if folder.is_dir() else ""
    if digest != plan.evaluation.result.digest:
        raise UserError(f"{folder}: not the model that was tested; run evaluation again")
    trained, reference = files.load_artifact(folder), None
    if (name := plan.deployment.model or NETWORK) != NETWORK:
        found = shipped(plan, context, name)
        reference = found.written
        trained = files.Artifact(folder, reference.preparation, reference.code, found.meta)
    named = files_of(trained.preparation)
    whole = _sample(load_development(context.project), of_files if named else most, plan.project.seed)
    rows = rows_of(whole[list(trained.preparation.columns)], named)
    return HeldOut(folder, digest, trained, reference, rows, whole)


def _sample(frame: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    if len(frame) <= most:
        return frame
    return frame.iloc[np.sort(np.random.default_rng(seed).choice(len(frame), most, replace=False))]


def rows_of(frame: pd.DataFrame, files: Collection[str] = ()) -> list[dict[str, Any]]:
    """The rows of a frame as a request gives them: numbers, text, ISO moments, null for missing; the columns `files`
    by what their files hold.
    """
    columns = {str(name): [_plain(value) for value in _values(frame[name])] for name in frame.columns}
    columns |= {name: [value and as_base64(value) for value in columns[name]] for name in columns if name in files}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _values(column: pd.Series) -> list[Any]:
    values = column.to_numpy()
    if values.dtype.kind == "M":
        return [None if np.isnat(value) else value.astype("datetime64[us]").item() for value in values]
    return list(values.tolist())


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else value
    return value.isoformat() if isinstance(value, datetime) else value


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
