"""References learned from small tables and written down, for the tests of what is shipped in the network's place."""

from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
from workshop import table, targets

from engine.data.folds import Fold
from engine.data.read import read
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
