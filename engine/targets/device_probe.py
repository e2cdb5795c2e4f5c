"""A script for a clean process: predicts rows with one file of a model and the code of its folder alone.

Run as `device_probe.py FOLDER FORM ROWS.json OUT.npy`; prints milliseconds per row, by how many megabytes the process
grew, and which packages are loaded.
"""

import json
import sys
import time
from pathlib import Path

ROUNDS, ASKED, WARM_UP = 3, 100, 10


def main(folder: str, form: str, rows: str, out: str) -> None:
    """Write the predictions (n,) or (n, classes) of the rows."""
    sys.path.insert(0, folder)
    import msgspec
    import numpy as np

    import engine
    from engine.serving import schema, validate
    from engine.serving.artifact import load_artifact
    from engine.serving.opened import open_model

    given = msgspec.json.decode(Path(rows).read_bytes())
    artifact = load_artifact(Path(folder))
    described = schema.load(Path(folder))
    before = peak()
    predictor = open_model(artifact, Path(folder, form))
    rounds = []
    for _ in range(ROUNDS):
        taken = []
        for number in range(-WARM_UP, ASKED):
            columns, _ = validate.columns(described, artifact.preparation, [given[number % len(given)]])
            began = time.perf_counter()
            predictor.outputs(columns)
            if number >= 0:
                taken.append(1000 * (time.perf_counter() - began))
        rounds.append(sorted(taken))
    # Whatever else the machine does makes a round slower, never faster.
    taken = min(rounds, key=lambda taken: taken[ASKED // 2])
    grown = peak() - before
    columns, _ = validate.columns(described, artifact.preparation, given)
    np.save(out, predictor.outputs(columns), allow_pickle=False)
    loaded = sorted({name.partition(".")[0] for name in sys.modules})
    print(json.dumps({"ms": taken, "grown": grown, "engine": engine.__file__, "loaded": loaded}))


def peak() -> float:
    """Megabytes of memory that the process had at most."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


if __name__ == "__main__":
    main(*sys.argv[1:])
