"""The audit on real files, as the data step runs it, and detectors on small frames made on the spot."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.audit import DETECTORS
from engine.data.profile import profile
from engine.detector import AuditData
from engine.jobs.context import Context
from engine.jobs.folder import JobFolder
from engine.steps import Plan
from engine.steps.data import DataResult
from engine.steps.framing import Framing
from engine.training.kind import fit_target
from engine.values import Finding
from engine.work.data import run


def audited(file: Path, folder: Path, target: str, task: str, **framing: Any) -> DataResult:
    """What the data step says of a file."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, folder / file.name)
    context = Context(JobFolder(folder / "jobs" / "0001-data"), 1, None, 1.0)
    return run(Plan(framing=Framing(data=file.name, target=(target,), task=task, **framing)), context)


def made(columns: dict[str, Any], target: str, task: str, twins: tuple[int, ...] = ()) -> AuditData:
    """Development rows under audit, out of columns."""
    frame = pd.DataFrame(columns)
    code = fit_target(task, {target: frame[target].to_numpy()})
    return AuditData(
        frame=frame,
        columns={column.name: column for column in profile(frame)},
        names=tuple(name for name in frame.columns if name != target),
        target=target,
        task=task,
        codes=code.encode({target: frame[target].to_numpy()}),
        twins=twins,
        group=None,
        time=None,
        seed=1,
        rows=len(frame),
    )


def look(detector: str, data: AuditData) -> dict[tuple[str, ...], Finding]:
    """The findings of one detector by their columns."""
    return {finding.columns: finding for finding in DETECTORS[detector].look(data)}


def words(values: np.ndarray) -> pd.Series:
    """Text as the reader gives it."""
    return pd.Series([None if value is None else str(value) for value in values], dtype=object)
