"""Training on a file that is read anew for every epoch, against the same rows in memory: rows a second, and memory.

Each run is a process of its own. Memory is the peak beyond what the process takes once tensorflow is imported.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
from common import announce, child, table

COLUMNS = 120
ROWS = 80_000
EPOCHS = 2
BATCH = 1024


def written(folder: Path, rows: int) -> Path:
    """A file of so many rows of COLUMNS numbers, made row group by row group; two classes follow from three columns."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from engine.data.names import ROW
    from engine.data.row_groups import group_rows

    path = folder / f"{rows}.parquet"
    if path.exists():
        return path
    size = group_rows(COLUMNS + 2)
    names = [f"x{number}" for number in range(COLUMNS)]
    fields = [(ROW, pa.int64()), *((name, pa.float64()) for name in [*names, "y"])]
    with pq.ParquetWriter(path, pa.schema(fields), compression="zstd") as writer:
        for start in range(0, rows, size):
            count = min(size, rows - start)
            x = np.random.default_rng((7, start)).integers(-64, 65, size=(count, COLUMNS)) / 32
            y = x[:, 0] - x[:, 1] * x[:, 2] > 0
            columns = [np.arange(start, start + count), *x.T, y.astype(float)]
            writer.write_table(pa.table(columns, names=[field[0] for field in fields]), row_group_size=size)
    return path


def peak() -> int:
    """Most bytes that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def run(path: Path, streamed: bool, epochs: int) -> dict[str, Any]:
    """Train on four fifths of a file and predict the rest. `peak`: of the process until then, in bytes."""
    import keras
    import numpy as np
    import pyarrow.parquet as pq

    from engine.data.folds import make
    from engine.data.row_groups import row_groups, values_of
    from engine.training.cross_validate import cross_validate
    from engine.training.decide import Decision, Recipe
    from engine.training.hyper import Hyper
    from engine.training.target_classes import ClassTarget

    before = peak()
    source = row_groups(path)
    groups = range(len(source.starts))
    y = np.concatenate([source.read(group, ["y"]).frame["y"] for group in groups]).astype(np.int8)
    names = [name for name in source.columns if name != "y"]
    recipe = Recipe(decisions=tuple(Decision(column=name, action="standard", why="benchmark") for name in names))
    folds = make("holdout", n=len(y))
    seconds: list[float] = []
    options: dict[str, Any] = {
        "code": ClassTarget(task="binary", column="y", classes=("no", "yes")),
        "head": "sigmoid",
        "loss": "binary_crossentropy",
        "metric": "roc_auc",
        "epochs": epochs,
        "seed": 1,
        "progress": lambda _, end: seconds.append(end.seconds),
    }
    hyper = Hyper(units=64, layers=2, batch=BATCH, learning_rate=3e-3)
    if streamed:
        frame: Any = source
    else:
        read = pq.read_table(path)
        frame = {name: values_of(read.column(name)) for name in names}
        del read
    found = cross_validate(frame, y, folds, recipe, hyper, **options)
    keras.backend.clear_session()
    return {
        "rows": len(y),
        "peak": peak(),
        "beyond": peak() - before,
        "matrix": 4 * COLUMNS * len(y),
        "score": found.parts[0].history.score[-1],
        "speed": len(folds[0].train) / seconds[-1],
    }


def compared(folder: Path, rows: int) -> list[list[str]]:
    """Lines of the table for one size."""
    written(folder, rows)
    lines = []
    for how in ("file", "memory"):
        began = time.perf_counter()
        found = json.loads(child(__file__, "--run", how, "--rows", str(rows), "--folder", str(folder)))
        took = time.perf_counter() - began
        size = [f"{found[key] / 2**20:,.0f}" for key in ("matrix", "beyond")]
        lines.append([f"{rows:,} in {how}", f"{found['speed']:,.0f}", *size, f"{found['score']:.4f}", f"{took:.0f}"])
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the smaller file; the larger has four times")
    parser.add_argument("--folder", type=Path, help="where the files go (and stay)")
    parser.add_argument("--run", choices=("file", "memory"), help="one run in this process, printed as JSON")
    parser.add_argument("--probe", type=int, nargs="+", help="files of so many rows, one epoch each, as JSON")
    given = parser.parse_args()
    if given.run:
        print(json.dumps(run(written(given.folder, given.rows), given.run == "file", EPOCHS)))
        return
    if given.probe:
        print(json.dumps([run(written(given.folder, rows), True, 1) for rows in given.probe]))
        return
    announce("tensorflow", "keras", "numpy", "pyarrow")
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        lines = [line for rows in (given.rows, 4 * given.rows) for line in compared(folder, rows)]
    print(f"{COLUMNS} columns, 2 layers of 64, batch {BATCH}; rows a second in epoch {EPOCHS}, validation included")
    table(["rows", "rows/s", "matrix, MB", "peak beyond tensorflow, MB", "ROC AUC", "whole process, s"], lines)


if __name__ == "__main__":
    main()
