"""A script for a process of its own: a model folder becomes a SavedModel that takes raw rows and answers in words.

Run as `saved_model.py MODEL OUT [INPUTS PREDICTIONS]`. Signatures: `serving_default` takes columns of numbers as
float64 (nan where missing) and others as strings (blank where missing); `from_text` takes strings only, as a CSV file
has them; `prepared` takes what a client prepared by `preprocess.json` itself.
"""

from __future__ import annotations

import re
import sys
from itertools import count
from pathlib import Path
from typing import Any, Literal

import numpy as np

from engine.errors import UserError
from engine.serving.artifact import MODEL, Artifact, load_artifact
from engine.training.spec import Category, Derived, Encoder, Numeric, OneHot, Preparation
from engine.values import Value

DEFAULT, TEXT, PREPARED = "serving_default", "from_text", "prepared"
REFUSED = 3
"""Exit code when the model cannot be expressed; the reason is the last line of standard error."""
Kind = Literal["number", "text"]


def main(model: str, out: str, inputs: str = "", predictions: str = "") -> None:
    """Write `out`; with `inputs` (a .npy of (n, width) float32) also `predictions` (n, outputs) of the Keras model."""
    import keras

    folder = Path(model)
    artifact = load_artifact(folder)
    network = keras.saving.load_model(folder / MODEL, compile=False, safe_mode=True)
    export(artifact, network, Path(out))
    if inputs:
        rows = np.load(inputs, allow_pickle=False)
        np.save(predictions, network.predict(rows, verbose=0, batch_size=4096), allow_pickle=False)


def export(artifact: Artifact, network: Any, out: Path) -> None:
    """Write network, preparation and target of one model. Errors: UserError for what the operations cannot do."""
    import keras
    import tensorflow as tf

    from engine.serving.ops import executor
    from engine.serving.ops_answer import answerer

    prepare, tables = executor(artifact.preparation)
    answer = answerer(artifact.code, artifact.meta.line)
    archive = keras.export.ExportArchive()
    archive.track(network)
    # A table that the exported object does not hold cannot be written.
    for table in tables:
        archive.track(table)

    def prepared(row: Any) -> Any:
        return answer(network(row, training=False))

    known = columns_of(artifact.preparation)
    for signature, typed in ((DEFAULT, True), (TEXT, False)):

        def rows(given: Any) -> Any:
            return prepared(prepare({column.name: given[column.input] for column in known}))

        taken = {
            column.input: tf.TensorSpec(
                (None,), tf.float64 if typed and column.kind == "number" else tf.string, name=column.input
            )
            for column in known
        }
        archive.add_endpoint(name=signature, fn=rows, input_signature=[taken])
    row = tf.TensorSpec((None, artifact.preparation.width), tf.float32, name="row")
    archive.add_endpoint(name=PREPARED, fn=prepared, input_signature=[row])
    archive.write_out(str(out), verbose=False)


class Input(Value, frozen=True):
    """A raw column: its name, the name of its input in a signature, and whether it is given as a number or as text."""

    name: str
    input: str
    kind: Kind


def columns_of(preparation: Preparation) -> tuple[Input, ...]:
    """Every raw column; inputs have names of letters, digits and _ only, each once whatever their case."""
    found: dict[str, Input] = {}
    for name, reader in preparation.readers.items():
        plain = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_") or "column"
        free = (
            made for number in count(1) if (made := plain if number == 1 else f"{plain}_{number}").lower() not in found
        )
        made = next(free)
        found[made.lower()] = Input(name, made, _kind(name, reader))
    return tuple(found.values())


def _kind(name: str, reader: Encoder | Derived) -> Kind:
    match reader:
        case Numeric() | Derived(takes="number") | OneHot(reading="number") | Category(reading="number"):
            return "number"
        case Derived(kind="joined") if reader.readings:
            return "number" if reader.readings[reader.sources.index(name)] == "number" else "text"
        case _:
            return "text"


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(REFUSED)
