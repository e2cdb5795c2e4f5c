"""Exports the final model for TensorFlow Serving: a versioned SavedModel, the server's settings, and clients."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

import engine
from engine.errors import UserError
from engine.jobs.context import Context
from engine.serving import checksums, process, saved_model
from engine.serving.expressible import beyond_operations
from engine.serving.litert import QUIET, SECONDS
from engine.steps import Plan
from engine.steps.deployment import Artifact, Latency, Verified
from engine.targets import serving_probe
from engine.targets.folder import replace
from engine.targets.held_out import HeldOut, compared, decisions_in, held_out, predictions_in
from engine.targets.rest_proof import Expected
from engine.targets.serving_files import write_settings
from engine.targets.serving_server import LAYOUT_ONLY, served
from engine.training.apply import Matrix

FOLDER = "tfserving"
CLIENTS = {"serving_client.py": "client.py", "serving_grpc.py": "client_grpc.py"}
PROVED = 1000
"""Development rows at most on which the SavedModel is compared with the trained model."""


def export(plan: Plan, context: Context) -> Artifact:
    """Build `tfserving/` in the project, and prove the SavedModel in a clean process and, where there is one, a server.

    An earlier folder is replaced only when the proof holds; the version is one more than its last.
    Errors: UserError with the first thing that does not hold.
    """
    known = held_out(plan, context, PROVED)
    reason = beyond_operations(known.trained.preparation)
    if reason:
        raise UserError(f"TensorFlow Serving: {reason}; choose another place")
    name = re.sub(r"[^A-Za-z0-9_]+", "_", context.project.name).strip("_") or "model"
    fresh = context.project / f".{FOLDER}.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        version = fresh / "models" / name / str(_version(context.project / FOLDER / "models" / name))
        version.parent.mkdir(parents=True)
        context.phase("writing the SavedModel", 0, 3)
        raw = make(known, version, context.check)
        write_settings(fresh, name, known.trained.preparation)
        for source, file in CLIENTS.items():
            shutil.copyfile(Path(__file__).with_name(source), fresh / file)
        context.phase("running it in a clean process", 1, 3)
        expected = Expected(known.trained, raw)
        verified, latency = prove(fresh, version, known, expected, context.check)
        context.phase("asking a server", 2, 3)
        runtime = served(fresh, name, known.rows, expected, context.check)
        verified = msgspec.structs.replace(verified, runtime=f"{verified.runtime}; {runtime or LAYOUT_ONLY}")
        listed = checksums.write(fresh)
        size = sum(path.stat().st_size for path in fresh.rglob("*") if path.is_file())
        replace(fresh, context.project / FOLDER)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Artifact(target="tfserving", path=FOLDER, bytes=size, digest=listed, verified=verified, latency_ms=latency)


def make(known: HeldOut, out: Path, check: Callable[[], object] = lambda: None) -> Matrix:
    """Write the SavedModel. Returns what the Keras model says of the rows (n, outputs). Errors: UserError."""
    with tempfile.TemporaryDirectory(prefix="modelwright-") as room:
        rows, predictions = Path(room, "rows.npy"), Path(room, "predictions.npy")
        np.save(rows, known.inputs, allow_pickle=False)
        command = [sys.executable, "-m", saved_model.__name__, str(known.folder.resolve()), str(out.resolve())]
        process.run(
            [*command, str(rows), str(predictions)],
            "writing the SavedModel",
            SECONDS,
            cwd=Path(room),
            environment=QUIET | {"PYTHONPATH": str(Path(engine.__file__).parents[1])},
            check=check,
        )
        return np.asarray(np.load(predictions, allow_pickle=False), dtype=np.float32)


def prove(
    folder: Path, version: Path, known: HeldOut, expected: Expected, check: Callable[[], object] = lambda: None
) -> tuple[Verified, Latency]:
    """Both signatures of raw rows against the trained model, where nothing of this program is. Errors: UserError."""
    with tempfile.TemporaryDirectory(prefix="modelwright-") as room:
        given, out = Path(room, "rows.json"), Path(room, "out.json")
        given.write_bytes(msgspec.json.encode(known.rows))
        command = [sys.executable, "-I", "-B", serving_probe.__file__, str(folder / "client.py")]
        command += [str(folder / "columns.json"), str(version), str(given), str(out)]
        process.run(
            command,
            "running the SavedModel in a clean process",
            SECONDS,
            cwd=Path(room),
            environment=QUIET,
            check=check,
        )
        seen = msgspec.json.decode(out.read_bytes())
    missing = sorted({*serving_probe.SIGNATURES} - {*seen["shown"]})
    if missing:
        raise UserError(f"the SavedModel has no signature {missing[0]}, says saved_model_cli; nothing is kept")
    if "engine" in seen["loaded"]:
        raise UserError("the SavedModel needed this program to be loaded; nothing is kept")
    runtime = f"TensorFlow {seen['version']}"
    proofs = []
    for said in seen["said"].values():
        answers = [dict(zip(said, row, strict=True)) for row in zip(*said.values(), strict=True)]
        proofs.append(compared(expected, predictions_in(answers, expected), decisions_in(answers, expected), runtime))
    worst = max(proofs, key=lambda proof: proof.max_abs_diff)
    return worst, Latency(p50=float(np.quantile(seen["ms"], 0.5)), p99=float(np.quantile(seen["ms"], 0.99)))


def _version(folder: Path) -> int:
    known = [int(path.name) for path in folder.glob("*") if path.name.isdecimal()] if folder.is_dir() else []
    return max(known, default=0) + 1
