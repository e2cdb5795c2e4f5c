"""Exports the final model as a self-contained folder that answers over HTTP, and proves it before it is kept."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd

import engine
from engine.data.cells import MISSING
from engine.data.seal import load_development
from engine.errors import UserError
from engine.jobs.context import Context
from engine.serving import artifact as files
from engine.serving import checksums, litert, plain, schema
from engine.serving.contents import as_base64
from engine.serving.model import NETWORK
from engine.steps import Plan, rivals
from engine.steps.deployment import Artifact
from engine.targets import rest_hosting
from engine.targets.rest_proof import Expected, prove
from engine.targets.rest_readme import SERVE, readme
from engine.training.apply import Matrix, transform
from engine.training.parse import Floats
from engine.training.spec import files_of
from engine.work.shipped import shipped

FOLDER = "bundle"
PROVED = 2000
"""Development rows at most on which the bundle is compared with the trained model."""
PROVED_FILES = 200
"""The same of rows that hold files, which are sent whole."""
EXAMPLES = 2
"""Rows of the example request."""
PACKAGES = ("numpy", "msgspec", "starlette", "uvicorn")
RUNTIME = "ai-edge-litert"
"""The package that runs a network; a reference needs none."""
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


def export(plan: Plan, context: Context) -> Artifact:
    """Build `bundle/` in the project and run it in a clean process against the trained model.

    An earlier bundle is replaced only when the proof holds. Errors: UserError with the first thing that does not.
    """
    assert plan.evaluation.result is not None
    assert plan.data.result is not None
    project = context.project
    model = project / plan.evaluation.result.model
    digest = files.digest_of(model) if model.is_dir() else ""
    if digest != plan.evaluation.result.digest:
        raise UserError(f"{model}: not the model that was tested; run evaluation again")
    trained, reference = files.load_artifact(model), None
    name = plan.deployment.model or rivals.NETWORK
    if name != rivals.NETWORK:
        reference = shipped(plan, context, name)
        trained = files.Artifact(model, reference.written.preparation, reference.written.code, reference.meta)
    packages = PACKAGES if reference else (*PACKAGES, RUNTIME)
    named = files_of(trained.preparation)
    most = PROVED_FILES if named else PROVED
    frame = _sample(load_development(project), plan.project.seed, most)[list(trained.preparation.columns)]
    fresh = project / f".{FOLDER}.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir()
        context.phase("converting the model", 0, 3)
        raw: Matrix | Floats | None
        if reference is None:
            raw = litert.make(model, fresh / NETWORK, transform(trained.preparation, frame), context.check)
        else:
            (fresh / plain.FILE).write_bytes(msgspec.json.encode(reference.written.model))
            raw = reference.written.said({column: frame[column] for column in frame})
        assert raw is not None
        described = schema.describe(trained, plan.data.result.reading.columns, MISSING)
        rows = rows_of(frame, named)
        write_files(fresh, trained, described, digest, CODE, packages)
        (fresh / "example_request.json").write_bytes(_pretty({"rows": rows[:EXAMPLES]}))
        (fresh / "serve.py").write_text(SERVE, encoding="utf-8")
        (fresh / "README.md").write_text(readme(project.name, described, trained, _shipped(plan)), encoding="utf-8")
        for name, content in rest_hosting.files(project.name, described.target).items():
            (fresh / name).write_text(content, encoding="utf-8")
        checksums.write(fresh)
        context.phase("running it in a clean process", 1, 3)
        proof = prove(fresh, rows, Expected(trained, raw), context.check)
        (fresh / "example_response.json").write_bytes(_pretty(proof.response))
        listed = checksums.write(fresh)
        context.phase("keeping the bundle", 3, 3)
        size = sum(path.stat().st_size for path in fresh.rglob("*") if path.is_file())
        replace(fresh, project / FOLDER)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Artifact(
        target="rest",
        path=FOLDER,
        bytes=size,
        digest=listed,
        verified=proof.verified,
        latency_ms=proof.latency,
    )


def _shipped(plan: Plan) -> str:
    """Which model is in the folder, and its own score."""
    name, score = plan.deployment.model or rivals.NETWORK, rivals.score_of(plan)
    which = f"{rivals.REFERENCES[name]} (`{plain.FILE}`)" if name in rivals.REFERENCES else f"the network (`{NETWORK}`)"
    return which + (f", {score.metric} {score.value:.4g} on the sealed rows" if score else "")


def rows_of(frame: pd.DataFrame, files: Collection[str] = ()) -> list[dict[str, Any]]:
    """The rows of a frame as a request gives them: numbers, text, ISO moments, null for missing; the columns `files`
    by what their files hold.
    """
    columns = {str(name): [_plain(value) for value in _values(frame[name])] for name in frame.columns}
    columns |= {name: [value and as_base64(value) for value in columns[name]] for name in columns if name in files}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _values(column: pd.Series) -> list[Any]:
    values = column.to_numpy()
    if values.dtype.kind == "M":
        return [None if np.isnat(value) else value.astype("datetime64[us]").item() for value in values]
    return list(values.tolist())


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else value
    return value.isoformat() if isinstance(value, datetime) else value


def _sample(frame: pd.DataFrame, seed: int, most: int) -> pd.DataFrame:
    if len(frame) <= most:
        return frame
    chosen = np.random.default_rng(seed).choice(len(frame), most, replace=False)
    return frame.iloc[np.sort(chosen)]


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
    (folder / schema.FILE).write_bytes(_pretty(described))
    needed = (*packages, *(need for field in described.columns for need in NEEDS.get(field.kind, ())))
    (folder / "requirements.txt").write_text("".join(f"{package}=={version(package)}\n" for package in needed))
    source = Path(engine.__file__).parent
    for path in code:
        (folder / "engine" / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, folder / "engine" / path)


def _pretty(content: Mapping[str, Any] | schema.Schema) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def replace(fresh: Path, folder: Path) -> None:
    """Put the new folder in the place of the old one; the old one is away for an instant only."""
    old = folder.with_name(f".{folder.name}.old.{os.getpid()}")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.replace(folder, old)
    os.replace(fresh, folder)
    shutil.rmtree(old, ignore_errors=True)
