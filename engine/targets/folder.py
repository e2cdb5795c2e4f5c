"""What every shipped folder holds beside its model, and how a new folder takes the place of the old one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

import engine
from engine.serving import artifact as files
from engine.serving import schema

NEEDS = {"image": ("pillow",), "audio": ("soundfile",)}
"""Packages that a kind of column needs beside them."""
CODE = (
    "__init__.py",
    "errors.py",
    "values.py",
    "training/__init__.py",
    "text/__init__.py",
    "text/tokens.py",
    "training/apply.py",
    "training/apply_picture.py",
    "training/apply_sound.py",
    "training/apply_text.py",
    "training/decoded.py",
    "audio/__init__.py",
    "audio/decode.py",
    "audio/spectrum.py",
    "image/__init__.py",
    "image/decode.py",
    "training/derive.py",
    "training/parse.py",
    "training/parts.py",
    "training/tree_inputs.py",
    "training/spec.py",
    "training/spec_picture.py",
    "training/spec_sound.py",
    "training/spec_text.py",
    "stats/__init__.py",
    "stats/quantiles.py",
    "stats/void.py",
    "training/target_amounts.py",
    "training/target_cells.py",
    "training/target_classes.py",
    "training/past.py",
    "training/spec_past.py",
    "training/target_forecast.py",
    "training/target_lists.py",
    "training/target_masks.py",
    "training/target_code.py",
    "serving/__init__.py",
    "serving/app.py",
    "serving/artifact.py",
    "serving/body.py",
    "serving/checksums.py",
    "serving/guard.py",
    "serving/looking_back.py",
    "serving/measured.py",
    "serving/openapi.py",
    "serving/workers.py",
    "serving/contents.py",
    "serving/model.py",
    "serving/opened.py",
    "serving/plain.py",
    "serving/schema.py",
    "serving/server.py",
    "serving/validate.py",
)
"""What the bundle needs of this package; it is copied as it is."""


def write_files(
    folder: Path,
    trained: files.Artifact,
    described: schema.Schema,
    digest: str,
    code: Sequence[str],
    packages: Sequence[str],
) -> None:
    """What every shipped folder holds beside its network: preparation, target, schema, and the code for them."""
    (folder / files.PREPARATION).write_bytes(trained.preparation.to_json())
    (folder / files.TARGET).write_bytes(msgspec.json.encode(trained.code))
    (folder / files.META).write_bytes(msgspec.json.encode(msgspec.structs.replace(trained.meta, model=digest)))
    (folder / schema.FILE).write_bytes(pretty(described))
    needed = (*packages, *(need for field in described.columns for need in NEEDS.get(field.kind, ())))
    (folder / "requirements.txt").write_text("".join(f"{package}=={version(package)}\n" for package in needed))
    source = Path(engine.__file__).parent
    for path in code:
        (folder / "engine" / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, folder / "engine" / path)


def pretty(content: Mapping[str, Any] | schema.Schema) -> bytes:
    """JSON as people read it."""
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def replace(fresh: Path, folder: Path) -> None:
    """Put the new folder in the place of the old one; the old one is away for an instant only."""
    old = folder.with_name(f".{folder.name}.old.{os.getpid()}")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.replace(folder, old)
    os.replace(fresh, folder)
    shutil.rmtree(old, ignore_errors=True)
