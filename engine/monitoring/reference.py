"""What new files are compared with: a summary of the development rows and a sample of them, stored in the project."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine.data.seal import load_development
from engine.errors import UserError
from engine.files import write_atomic
from engine.monitoring.signals import Signal, Watched, signal, signals, watched, watched_column, watched_columns
from engine.serving.final import final_model
from engine.serving.opened import Answers
from engine.steps import Plan
from engine.steps.monitoring import Reference
from engine.training.parse import Floats
from engine.training.target_classes import ClassTarget, GradeTarget
from engine.values import Value

FOLDER = "monitoring"
ROWS = "reference.parquet"
SUMMARY = "reference.json"
SAMPLE = 5000
"""Development rows at most that are kept for comparison."""
SAID = "prediction"
TRUTH = "target"


class Summary(Value, frozen=True):
    """What is known of all development rows: ranges of numbers, rows per word, the file's columns."""

    rows: int
    file: str
    """SHA-256 of the sample."""
    columns: tuple[Watched, ...]
    names: tuple[str, ...]
    targets: tuple[Watched, ...] = ()
    low: dict[str, float] = {}
    high: dict[str, float] = {}
    known: dict[str, int] = {}
    """Values of each number that are not missing."""
    words: dict[str, dict[str, int]] = {}
    model: str = ""
    """Digest of the model whose predictions are in the sample; empty while there is none."""


@dataclass(frozen=True)
class Known:
    """The stored reference: columns of the sample; what the model `said` and the `truth`, by target column."""

    summary: Summary
    columns: dict[str, Signal]
    said: dict[str, Signal]
    truth: dict[str, Signal]


def store_reference(project: Path, plan: Plan) -> Reference:
    """Write the reference of the model, or of the data alone while there is no model. Errors: UserError."""
    assert plan.data.result is not None
    frame = load_development(project)
    profile = plan.data.result.reading.columns
    names = plan.data.result.target.columns if plan.data.result.target else ()
    predictor = final_model(project, plan) if plan.evaluation.result is not None else None
    columns = watched(predictor.artifact.preparation) if predictor else watched_columns(profile, names)
    targets = tuple(watched_column(column) for column in profile if column.name in names)
    code = predictor.artifact.code if predictor else None
    if targets and isinstance(code, ClassTarget | GradeTarget):
        targets = (Watched(code.column, "words", code.reading),)
    every = signals(columns, frame)
    chosen = np.sort(np.random.default_rng(plan.project.seed).permutation(len(frame))[:SAMPLE])
    part = frame.iloc[chosen]
    table: dict[str, Any] = {f"x:{name}": found for name, found in signals(columns, part).items()}
    table |= {f"{TRUTH}:{each.name}": signal(each, part[each.name]) for each in targets}
    if predictor is not None:
        outputs = predictor.outputs({name: part[name] for name in predictor.artifact.preparation.columns})
        table |= {f"{SAID}:{name}": values for name, values in said_of(predictor, outputs).items()}
    content = _parquet(table)
    digest = hashlib.sha256(content).hexdigest()
    ranges = {
        name: found for name, found in every.items() if isinstance(found, np.ndarray) and np.isfinite(found).any()
    }
    summary = Summary(
        rows=len(frame),
        file=digest,
        columns=columns,
        names=tuple(column.name for column in profile),
        targets=targets,
        low={name: float(np.nanmin(found)) for name, found in ranges.items()},
        high={name: float(np.nanmax(found)) for name, found in ranges.items()},
        known={name: int(np.isfinite(found).sum()) for name, found in ranges.items()},
        words={
            name: dict(Counter(word for word in found if word is not None))
            for name, found in every.items()
            if isinstance(found, list)
        },
        model=plan.evaluation.result.digest if plan.evaluation.result else "",
    )
    folder = project / FOLDER
    folder.mkdir(exist_ok=True)
    write_atomic(folder / ROWS, content)
    write_atomic(folder / SUMMARY, msgspec.json.encode(summary))
    return Reference(path=FOLDER, rows=len(part), digest=digest)


def load_reference(project: Path) -> Known:
    """Errors: UserError when monitoring has not run, or a file is damaged."""
    folder = project / FOLDER
    try:
        summary = msgspec.json.decode((folder / SUMMARY).read_bytes(), type=Summary)
        content = (folder / ROWS).read_bytes()
    except FileNotFoundError:
        raise UserError(f"{project.name} has nothing to compare with yet: run it through monitoring first") from None
    except msgspec.DecodeError as error:
        raise UserError(f"{folder / SUMMARY}: damaged ({error}); run monitoring again") from None
    if hashlib.sha256(content).hexdigest() != summary.file:
        raise UserError(f"{folder / ROWS}: not the rows that were stored; run monitoring again")
    table = pq.read_table(pa.BufferReader(content))
    found = {name: _signal(table.column(name)) for name in table.column_names}

    def under(head: str) -> dict[str, Signal]:
        return {name.removeprefix(head): values for name, values in found.items() if name.startswith(head)}

    return Known(summary, under("x:"), under(f"{SAID}:"), under(f"{TRUTH}:"))


def said_of(predictor: Answers, outputs: Floats) -> dict[str, Signal]:
    """What a model says of rows, by target column; labels that belong to a row as one word."""
    decided = predictor.decide(outputs)
    code = predictor.artifact.code
    if decided and isinstance(decided[0], dict):
        return {name: np.array([row[name] for row in decided], dtype=np.float64) for name in code.columns}
    words = not decided or isinstance(decided[0], str)
    return {", ".join(code.columns): decided if words else np.array(decided, dtype=np.float64)}


def _parquet(columns: dict[str, Any]) -> bytes:
    sink = pa.BufferOutputStream()
    arrays = {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
    texts = {name: array.cast(pa.string()) if pa.types.is_null(array.type) else array for name, array in arrays.items()}
    pq.write_table(pa.table(texts), sink, compression="zstd")
    return bytes(sink.getvalue())


def _signal(column: pa.ChunkedArray) -> Signal:
    if pa.types.is_floating(column.type):
        return np.asarray(column.combine_chunks().to_numpy(zero_copy_only=False), dtype=np.float64)
    found: list[str | None] = column.to_pylist()
    return found
