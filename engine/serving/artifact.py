"""The final model as files: network, preparation, target and threshold; written in one piece, no pickle anywhere."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import UserError
from engine.training.spec import Preparation, from_json
from engine.training.spec_past import Past
from engine.training.target_code import TargetCode
from engine.values import Value

MODEL = "model.keras"
PREPARATION = "preprocess.json"
TARGET = "target.json"
META = "meta.json"
SCRIPT = "train.py"


class Meta(Value, frozen=True):
    """What a server needs beside model and preparation; `threshold` is for two classes only.

    `model` is set in what is shipped: the digest of the trained model it was made from. `past`: what of a series is
    an input of each of its rows.
    """

    task: str
    metric: str
    threshold: float | None = None
    seed: int = 1
    engine: str = ""
    rows: int = 0
    model: str = ""
    past: Past | None = None

    @property
    def line(self) -> float:
        """The probability from which a yes is said."""
        return 0.5 if self.threshold is None else self.threshold


@dataclass(frozen=True)
class Artifact:
    """A loaded artefact; `folder` holds the network."""

    folder: Path
    preparation: Preparation
    code: TargetCode
    meta: Meta


def save_artifact(
    folder: Path, model: Any, preparation: Preparation, code: TargetCode, meta: Meta, script: str = ""
) -> str:
    """Write all files beside `folder`, then put them in its place. Returns the SHA-256 over them, hexadecimal.

    `script` makes the model again; without one there is none in the folder.
    """
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    model.save(fresh / MODEL)
    (fresh / PREPARATION).write_bytes(preparation.to_json())
    (fresh / TARGET).write_bytes(msgspec.json.encode(code))
    (fresh / META).write_bytes(msgspec.json.encode(meta))
    if script:
        (fresh / SCRIPT).write_text(script, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(fresh, folder)
    return digest_of(folder)


def load_artifact(folder: Path) -> Artifact:
    """Errors: UserError naming the file that is missing or damaged."""
    return Artifact(
        folder=folder,
        preparation=from_json(_read(folder / PREPARATION), str(folder / PREPARATION)),
        code=_target(folder / TARGET),
        meta=_decode(folder / META, Meta),
    )


def classes_of(folder: Path) -> frozenset[str]:
    """Names of the classes of all layers of a saved network, nested ones too, read without building it."""
    with zipfile.ZipFile(folder / MODEL) as archive:
        waiting, found = [json.loads(archive.read("config.json"))], set()
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            found.add(str(here.get("class_name", "")))
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here
    return frozenset(found)


def digest_of(folder: Path) -> str:
    """SHA-256 over names and contents of the files of a folder, in the order of their names."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(f"{path.relative_to(folder)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: not there; run evaluation to make the model") from None


def _target(path: Path) -> TargetCode:
    """The target; one that was written before targets had forms is of classes or of one amount."""
    known = _decode(path, dict[str, Any])
    if "form" not in known:
        column, task = known.pop("column", ""), known["task"]
        center, scale = known.pop("center", 0.0), known.pop("scale", 1.0)
        amount = {"form": "amounts", "task": task, "columns": [column], "centers": [center], "scales": [scale]}
        known = {"form": "classes", "column": column, **known} if "classes" in known else amount
    try:
        found: TargetCode = msgspec.convert(known, TargetCode)
        return found
    except msgspec.ValidationError as error:
        raise UserError(f"{path}: damaged ({error}); run evaluation again") from None


def _decode(path: Path, kind: Any) -> Any:
    try:
        return msgspec.json.decode(_read(path), type=kind)
    except msgspec.DecodeError as error:
        raise UserError(f"{path}: damaged ({error}); run evaluation again") from None
