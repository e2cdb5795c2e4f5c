"""References written down as plain numbers say what the library that learned them says."""

from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
from workshop import table, targets

from engine.data.folds import Fold
from engine.data.read import read
from engine.errors import UserError
from engine.serving.artifact import Artifact, Meta
from engine.serving.plain import FILE, PlainPredictor
from engine.serving.plain import read as read_plain
from engine.tasks import TASKS
from engine.training.decide import Recipe, decide
from engine.training.kind import fit_target, kind_of
from engine.training.references import refer
from engine.training.written import Written, write


def learned(kind: str, name: str, folder: Path) -> tuple[Written, PlainPredictor, pd.DataFrame, np.ndarray, np.ndarray]:
    """A reference of 450 rows, what numpy makes of its file, the rows after those, and what `refer` says of them."""
    file = folder / "table.csv"
    table(kind).to_csv(file, index=False)
    frame, reading = read(file)
    names = targets(kind)
    code = fit_target(kind, {each: frame[each] for each in names}, "yes" if kind == "binary" else None)
    y = code.encode(frame)
    recipe = Recipe(decisions=decide(reading.columns, left_out=dict.fromkeys(names, "is the target")))
    fold = Fold(train=np.arange(450), test=np.arange(450, 600))
    said = refer(name, frame, y, [fold], recipe, code=code, learn=kind_of(TASKS[kind]).learn, seed=1).predictions
    found = write(name, frame.iloc[:450], y[:450], recipe, code, seed=1)
    (folder / FILE).write_bytes(msgspec.json.encode(found.model))
    artifact = Artifact(folder, found.preparation, found.code, Meta(task=kind, metric=""))
    later = frame.iloc[450:].copy()
    later.iloc[:5, later.columns.get_loc("city")] = "Atlantis"
    return found, PlainPredictor(artifact, read_plain(folder / FILE)), later, frame.iloc[450:], said


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("name", ["boosted_trees", "linear"])
def test_plain_numbers_say_what_the_library_says(kind: str, name: str, tmp_path: Path) -> None:
    found, predictor, strange, rows, said = learned(kind, name, tmp_path)
    # The linear model of the library answers 32-bit inputs in 32 bits.
    most = (1e-9 if name == "boosted_trees" else 1e-5) * max(found.code.unit)
    assert np.abs(predictor.outputs(rows) - said).max() < most
    assert np.abs(predictor.outputs(strange) - found.code.natural(found.said(strange))).max() < most


def test_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"form": "trees", "feature": [0]')
    with pytest.raises(UserError, match=r"model\.json: cannot be read"):
        read_plain(tmp_path / FILE)
