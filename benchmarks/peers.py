"""FLAML and AutoKeras on the rows of a table, each in an environment of its own: `make FOLDER` builds both.

`run NAME MINUTES FOLDER` is called by tables.py with the Python of such an environment: it reads train.parquet,
test.parquet and task.json in FOLDER and writes NAME.npy, probabilities or amounts for the rows of the test.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PEERS = ("flaml", "autokeras")
METRICS = {"roc_auc": "roc_auc", "accuracy": "accuracy", "log_loss": "log_loss", "rmse": "rmse", "mae": "mae"}
"""Success metrics that FLAML knows; for others it lowers the log loss or the squared error."""
SEARCHED = 0.75
"""Share of the time after which AutoKeras starts no trial and ends the one that runs; the rest is for its last fit."""


def python_of(folder: Path, peer: str) -> Path:
    return folder / peer / "bin" / "python"


def make(folder: Path) -> None:
    """An environment per peer with the pinned versions of requirements-NAME.txt."""
    for peer in PEERS:
        subprocess.run([sys.executable, "-m", "venv", str(folder / peer)], check=True)
        needed = HERE / f"requirements-{peer}.txt"
        subprocess.run([str(python_of(folder, peer)), "-m", "pip", "install", "-q", "-r", str(needed)], check=True)


def flaml(train: Any, y: Any, test: Any, task: dict[str, str], seconds: float) -> Any:
    """FLAML's AutoML with its own choice of learners, refitted on all rows by itself."""
    from flaml import AutoML

    found = AutoML()
    kind = "regression" if task["task"] == "regression" else "classification"
    metric = METRICS.get(task["metric"], "rmse" if kind == "regression" else "log_loss")
    if metric == "roc_auc" and len(set(y)) > 2:
        metric = "roc_auc_ovr"
    found.fit(train, y, task=kind, metric=metric, time_budget=seconds, seed=1, n_jobs=-1, verbose=0)
    if kind == "regression":
        return found.predict(test)
    shares = found.predict_proba(test)
    return shares[:, 1] if shares.shape[1] == 2 else shares


def autokeras(train: Any, y: Any, test: Any, task: dict[str, str], seconds: float) -> Any:
    """AutoKeras' task for tables with its own search, early stopping and last fit on all rows.

    It cannot take missing numbers, so they become the median of the training rows, missing words a word of their own.
    """
    repaired()
    import autokeras as ak
    import keras
    import numpy as np

    kinds = {name: "numerical" if train[name].dtype.kind == "f" else "categorical" for name in train.columns}
    x, x_test = (filled(frame, train, kinds) for frame in (train, test))
    until = time.monotonic() + SEARCHED * seconds

    class InTime(keras.callbacks.EarlyStopping):
        """Early stopping as AutoKeras would add it, and no epoch when the time is over."""

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            super().on_epoch_end(epoch, logs)
            if time.monotonic() > until:
                self.model.stop_training = True

    regression = task["task"] == "regression"
    kind = ak.StructuredDataRegressor if regression else ak.StructuredDataClassifier
    given = {"column_names": list(kinds), "column_types": kinds, "max_trials": 1000, "seed": 1, "overwrite": True}
    found = kind(**given, objective="val_loss", directory="autokeras_trials")
    center, scale = (y.mean(), y.std()) if regression else (0.0, 1.0)
    labels = ((y - center) / scale).reshape(-1, 1) if regression else one_hot(y)
    ended = threading.Timer(SEARCHED * seconds, lambda: setattr(found.tuner.oracle, "max_trials", 1))
    ended.daemon = True
    ended.start()
    found.fit(x, labels, callbacks=[InTime(patience=10, min_delta=1e-4)], verbose=0)
    # Its own `predict` turns probabilities into labels, and those cannot be scored by most metrics.
    rows = found.tuner.get_best_pipeline().transform_x(found._adapt(x_test, found.inputs))
    said = np.asarray(found.tuner.get_best_model().predict(rows, verbose=0), dtype=float)
    return said[:, 0] * scale + center if said.shape[1] == 1 else said


def repaired() -> None:
    """Mend what keeps AutoKeras 3.0.0 from running here, and nothing else.

    It hands numpy integers to Keras as `units`, and KerasTuner looks for TensorBoard, which is not installed.
    """
    import keras
    from keras_tuner.src.engine.tuner import Tuner

    plain = keras.layers.Dense.__init__

    def init(self: Any, units: Any, *rest: Any, **more: Any) -> None:
        plain(self, int(units), *rest, **more)

    keras.layers.Dense.__init__ = init
    Tuner._configure_tensorboard_dir = lambda *_, **__: None


def filled(frame: Any, train: Any, kinds: dict[str, str]) -> Any:
    """Rows (n, columns) of objects without a gap."""
    import numpy as np

    numbers = [name for name, kind in kinds.items() if kind == "numerical"]
    made = frame.copy()
    made[numbers] = made[numbers].fillna(train[numbers].median()).fillna(0.0)
    for name in set(kinds) - set(numbers):
        made[name] = made[name].astype(object).where(made[name].notna(), "missing").astype(str)
    return made.to_numpy(dtype=object) if len(numbers) < len(kinds) else made.to_numpy(dtype=np.float64)


def one_hot(y: Any) -> Any:
    """Codes (n, 1) for two classes, else (n, classes)."""
    import numpy as np

    codes = y.astype(int)
    return codes.reshape(-1, 1) if codes.max() < 2 else np.eye(codes.max() + 1, dtype=int)[codes]


def predict(peer: str, minutes: float, folder: Path) -> None:
    """Write what the peer says of the test rows, after it had so many minutes with the training rows."""
    import os

    import numpy as np
    import pandas as pd

    train, test = (pd.read_parquet(folder / f"{part}.parquet") for part in ("train", "test"))
    task = json.loads((folder / "task.json").read_text())
    y = train.pop("the target").to_numpy()
    room = folder / f"{peer}-files"
    room.mkdir(exist_ok=True)
    out = (folder / f"{peer}.npy").resolve()
    os.chdir(room)
    said = {"flaml": flaml, "autokeras": autokeras}[peer](train, y, test, task, minutes * 60)
    np.save(out, np.asarray(said, dtype=float), allow_pickle=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("make", help="build both environments").add_argument("folder", type=Path)
    one = acts.add_parser("run", help="predict with one of them")
    one.add_argument("peer", choices=PEERS)
    one.add_argument("minutes", type=float)
    one.add_argument("folder", type=Path)
    given = parser.parse_args()
    if given.act == "make":
        make(given.folder)
    else:
        predict(given.peer, given.minutes, given.folder)


if __name__ == "__main__":
    main()
