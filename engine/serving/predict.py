"""Predicts the rows of a file with the final model, as CSV in the order of the file; no tensorflow in this process."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import numpy as np

from engine import store
from engine.errors import UserError
from engine.files import write_atomic
from engine.serving.final import final_model
from engine.serving.opened import Answers
from engine.serving.table import read_like
from engine.training.parse import Floats
from engine.training.target_code import columns_of_answer

TOLD = (" was read as missing in ", " left out")
"""What the reader assumed that changes what a row says, or which line is a row."""


def predict_file(project: Path, file: Path, out: Path | None) -> None:
    """Write `prediction`, and for classes `p:CLASS` (see `columns_of_answer`), one line per row of `file`.

    It goes to `out` or standard output. Extra columns are ignored.
    Errors: UserError naming a missing column, or what stands in the way.
    """
    plan = store.load(project)
    predictor = final_model(project, plan)
    wanted = predictor.artifact.preparation.columns
    frame, reading = read_like(plan, file, wanted)
    for note in reading.assumptions:
        if any(words in note for words in TOLD):
            print(f"{file}: {note}", file=sys.stderr)
    try:
        outputs = predictor.outputs({name: frame[name] for name in wanted})
    except UserError as error:
        raise UserError(f"{file}: {error}") from None
    text = as_csv(predictor, outputs)
    if out is None:
        sys.stdout.write(text)
    else:
        write_atomic(out, text.encode())


def as_csv(predictor: Answers, outputs: Floats) -> str:
    """The answers as CSV with a header line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    artifact = predictor.artifact
    columns = columns_of_answer(artifact.code, outputs, artifact.meta.line)
    writer.writerow(columns)
    writer.writerows(zip(*(np.asarray(each, dtype=object).tolist() for each in columns.values()), strict=True))
    return text.getvalue()
