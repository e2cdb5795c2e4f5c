"""The texts of a bundle: its README and the script that starts it."""

from __future__ import annotations

from engine.serving.artifact import Artifact
from engine.serving.schema import Field, Schema

SERVE = '''"""Starts the server of this folder: python serve.py [--host HOST] [--port N]."""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(FOLDER))

from engine.serving.server import main

sys.exit(main(FOLDER))
'''

TEXT = """# {name}: predicts {target}

This folder is complete: {shipped}; what turns a row into its inputs (`preprocess.json`), the target
(`target.json`), threshold and origin (`meta.json`), the columns of a request (`schema.json`), and the code that serves
them. It needs Python 3.11 or later and the packages of `requirements.txt`; it does not need tensorflow.

    python -m venv env
    env/bin/pip install -r requirements.txt
    env/bin/python serve.py --port 8000

`sha256sum -c SHA256SUMS` tells whether the folder is whole; the server checks it when it starts.

## Ask it

    curl -H 'content-type: application/json' -d @example_request.json http://127.0.0.1:8000/predict
    curl -H 'content-type: text/csv' --data-binary @rows.csv http://127.0.0.1:8000/predict

```python
import json
import urllib.request

rows = json.load(open("example_request.json"))
request = urllib.request.Request(
    "http://127.0.0.1:8000/predict", json.dumps(rows).encode(), {{"content-type": "application/json"}}
)
print(json.load(urllib.request.urlopen(request)))
```

`POST /predict` takes `{{"rows": [{{…}}, …]}}`, a list of objects, one object, or CSV with a header line; the answer
(`example_response.json`) has one entry per row in the same order. {answer}
An unknown value is `null` (an empty cell in CSV). Columns that are not listed are ignored. A missing column or a
value that cannot be read is answered with status 422 and its row and column; a category the model never saw is
accepted and told under `warnings`. At most 10,000 rows and 16 MiB per request. `GET /schema` gives the table below as
JSON, `GET /openapi.json` the whole interface with examples, `GET /health` says that it is up, and `GET /metrics` counts
requests, rows, warnings and seconds for Prometheus. `client.mjs` asks from JavaScript.
{series}
## Run it for others

It listens on this machine only unless `--host` says otherwise. With a key in the environment variable
`MODELWRIGHT_KEY` every request but `GET /health` must send it as the header `x-api-key`; encryption is the matter of
the server in front. `--workers N` answers in N processes (a dead one is replaced, each counts its own metrics),
`--timeout SECONDS` bounds a request, `--log` writes a line of JSON per request: when, status, rows, warnings,
milliseconds, and nothing of what the rows hold. `docker compose up` builds and runs the container of `Dockerfile`; the
`.service` file is for systemd. `python load.py` tells how many requests per second it answers here.

## Columns

| column | kind | seen in training |
|---|---|---|
{columns}
"""

SERIES = """
What is known before a row does not have to be worked out: rows that hold {columns} instead are taken for the series as
it was recorded, in one request, and what came before each row is made of the others. A row to be predicted has `null`
for {target}; each row's prediction uses nothing that is later than it may look.
"""


def readme(name: str, schema: Schema, trained: Artifact, shipped: str) -> str:
    """The README of the bundle of a project; `shipped` says which model is in it."""
    answer = trained.code.meaning(trained.meta.line)
    lines = "\n".join(f"| {_cell(field.name)} | {field.kind} | {_cell(_seen(field))} |" for field in schema.columns)
    series = SERIES.format(columns=", ".join(schema.series), target=schema.target) if schema.series else ""
    return TEXT.format(name=name, target=schema.target, answer=answer, columns=lines, series=series, shipped=shipped)


def _seen(field: Field) -> str:
    if field.low is not None and field.high is not None:
        return f"{field.low:g} to {field.high:g}"
    if field.earliest:
        return f"{field.earliest} to {field.latest}"
    shown = field.values[:8] or field.examples[:3]
    return ", ".join(shown) + (" …" if len(field.values) > len(shown) else "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
