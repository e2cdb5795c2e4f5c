"""The texts of a device folder: its README and the script that predicts a row."""

from __future__ import annotations

from collections.abc import Sequence

from engine.serving.schema import Schema
from engine.steps.deployment import Form
from engine.targets.device_forms import FORMS

PREDICT = '''"""Predicts the rows of a JSON file: python predict.py ROWS.json [MODEL]."""

import json
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(FOLDER))

from engine.serving import schema, validate
from engine.serving.artifact import load_artifact
from engine.serving.opened import open_model

artifact = load_artifact(FOLDER)
predictor = open_model(artifact, FOLDER / (sys.argv[2] if len(sys.argv) > 2 else "{form}"))
rows = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
columns, _ = validate.columns(schema.load(FOLDER), artifact.preparation, rows)
print(json.dumps(predictor.decide(predictor.outputs(columns)), ensure_ascii=False))
'''

TEXT = """# {name} on a device

Predicts {target}. `{chosen}.tflite` is the form that is advised: the smallest of those that no other one beats in size,
time and score at once. `preprocess.json` turns a row into the network's numbers, `target.json` its answer into words.

    pip install -r requirements.txt
    python predict.py rows.json

`rows.json` is a list of objects, one per row, with the columns of `schema.json`.

`predict.cc` (LiteRT's C API) and `Predictor.java` (Android) take the numbers that `preprocess.json` makes of a row, and
give what the network gives; `example.json` holds rows, their numbers and their answers. Both were compiled against
declarations of those libraries, not run.

| form | what | bytes | packed | ms per row (half, 99 %) | grows by, MB | decisions that differ, of 1000 | score |
|---|---|---|---|---|---|---|---|
{table}

Times and memory are those of the machine that made this folder, in one thread, in the quietest of three rounds; a
device has its own. The score is the change against the trained model with its 95 % interval (above 0 is better), on
rows that the model learned from: they tell what a form changes, not how good the model is. Of forms with zeros it is
the change against a network that went on learning as long without, and zeros make a file pack better, not run faster.
An amount differs when it is off by more than 0.01 (float16), 0.02 (dynamic) or 0.05 (others) of the target's scale.
{refused}
"""


def readme(name: str, described: Schema, forms: Sequence[Form], chosen: str) -> str:
    """What the folder holds, and what each form costs."""
    refused = [f"- `{form.name}` is not here: {form.refused}." for form in forms if form.refused]
    return (
        TEXT.format(
            name=name,
            target=described.target,
            chosen=chosen,
            table="\n".join(_line(form) for form in forms if not form.refused),
            refused="\n".join(["", *refused]) if refused else "",
        ).rstrip()
        + "\n"
    )


def _line(form: Form) -> str:
    assert form.latency_ms is not None
    change = (
        f"{form.change.difference:+.3g} ({form.change.low:+.3g} to {form.change.high:+.3g})" if form.change else "?"
    )
    time = f"{form.latency_ms.p50:.3g}, {form.latency_ms.p99:.3g}"
    cells = (form.name, FORMS[form.name].title, f"{form.bytes:,}", f"{form.packed:,}", time, f"{form.peak_mb:.3g}")
    return "| " + " | ".join((*cells, f"{form.flips:.3g}", change)) + " |"
