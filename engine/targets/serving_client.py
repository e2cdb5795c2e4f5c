"""Asks a model in TensorFlow Serving over REST; needs Python's standard library and `columns.json` beside it.

    python client.py rows.json --url http://localhost:8501

`rows.json` holds a list of objects, one per row: numbers, texts, true and false, dates as text, null for unknown.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

SECONDS = 30.0


def as_text(value: Any, kind: str) -> str:
    """A cell as a file has it; `kind` is that of its column in columns.json."""
    if isinstance(value, bool):
        return str(int(value)) if kind == "number" else str(value)
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def instances(rows: Sequence[Mapping[str, Any]], columns: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The rows as the signature `from_text` takes them. Errors: KeyError for a column that a row has not."""
    return [{column["input"]: as_text(row[column["name"]], column["kind"]) for column in columns} for row in rows]


def predict(rows: Sequence[Mapping[str, Any]], url: str, described: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One answer by name per row. Errors: RuntimeError with what the server said."""
    content = {"signature_name": "from_text", "instances": instances(rows, described["columns"])}
    request = Request(
        f"{url.rstrip('/')}/v1/models/{described['model']}:predict",
        json.dumps(content).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urlopen(request, timeout=SECONDS) as answer:
            found = json.load(answer)["predictions"]
    except HTTPError as error:
        raise RuntimeError(error.read().decode(errors="replace")) from None
    # With one output only, the server leaves its name out.
    return [each if isinstance(each, dict) else {"prediction": each} for each in found]


def main() -> None:
    """Print the answers to the rows of a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", help="a JSON file with a list of rows")
    parser.add_argument("--url", default="http://localhost:8501", help="where the server listens")
    given = parser.parse_args()
    described = json.loads(Path(__file__).with_name("columns.json").read_text(encoding="utf-8"))
    rows = json.loads(Path(given.rows).read_text(encoding="utf-8"))
    json.dump(predict(rows, given.url, described), sys.stdout, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    main()
