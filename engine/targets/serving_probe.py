"""A script for a clean process: loads a SavedModel with TensorFlow alone, and answers rows as a server would.

Run as `serving_probe.py CLIENT DESCRIBED MODEL ROWS OUT`; the client is the one that is shipped.
"""

import importlib.util
import io
import json
import math
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

TIMED = 100
"""Rows that are asked one by one."""
SIGNATURES = ("serving_default", "from_text", "prepared")


def main(client: str, described: str, model: str, given: str, out: str) -> None:
    """Write what the signatures say of the rows, how long one row takes, and which modules were loaded."""
    import tensorflow as tf

    spec = importlib.util.spec_from_file_location("client", client)
    assert spec is not None and spec.loader is not None
    shipped = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(shipped)
    columns = json.loads(Path(described).read_text(encoding="utf-8"))["columns"]
    rows = json.loads(Path(given).read_text(encoding="utf-8"))
    loaded = tf.saved_model.load(model)

    def typed(some: list[dict[str, Any]]) -> dict[str, Any]:
        found = {}
        for column in columns:
            cells = [row[column["name"]] for row in some]
            if column["kind"] == "number":
                found[column["input"]] = tf.constant([math.nan if c is None else c for c in cells], tf.float64)
            else:
                found[column["input"]] = tf.constant(["" if c is None else str(c) for c in cells])
        return found

    def text(some: list[dict[str, Any]]) -> dict[str, Any]:
        told = shipped.instances(some, columns)
        return {column["input"]: tf.constant([row[column["input"]] for row in told]) for column in columns}

    said = {}
    for name, make in (("serving_default", typed), ("from_text", text)):
        answer = loaded.signatures[name](**make(rows))
        said[name] = {key: _plain(value.numpy()) for key, value in answer.items()}
    taken = []
    for place in range(TIMED):
        row = typed([rows[place % len(rows)]])
        began = time.perf_counter()
        loaded.signatures["serving_default"](**row)
        taken.append(1000 * (time.perf_counter() - began))
    shown = _shown(model)
    content = {"said": said, "ms": taken, "shown": shown, "loaded": sorted(sys.modules), "version": tf.__version__}
    Path(out).write_text(json.dumps(content), encoding="utf-8")


def _shown(model: str) -> list[str]:
    """The signatures that `saved_model_cli` finds."""
    from absl import flags
    from tensorflow.python.tools import saved_model_cli

    told = io.StringIO()
    flags.FLAGS(["saved_model_cli", f"--dir={model}", "--tag_set=serve"])
    with redirect_stdout(told):
        saved_model_cli.show()
    return [name for name in SIGNATURES if f'"{name}"' in told.getvalue()]


def _plain(values: Any) -> Any:
    return json.loads(json.dumps(values.tolist(), default=lambda value: value.decode()))


if __name__ == "__main__":
    main(*sys.argv[1:])
