"""Exports the final model as an ONNX file with what prepares its rows, proven in ONNX Runtime before it is kept."""

from __future__ import annotations

import os
import shutil
from importlib.metadata import version
from pathlib import Path

import numpy as np

from engine.data.cells import MISSING
from engine.jobs.context import Context
from engine.serving import checksums, litert, schema
from engine.serving.onnx_model import FILE
from engine.serving.plain import Trees
from engine.steps import Plan, rivals
from engine.steps.deployment import Artifact, Latency
from engine.targets.device_bundle import SERVER
from engine.targets.device_readme import PREDICT
from engine.targets.device_run import ran
from engine.targets.folder import CODE, replace, write_files
from engine.targets.held_out import HeldOut, compared, held_out
from engine.targets.onnx_graph import graph
from engine.targets.onnx_readme import readme
from engine.targets.rest_proof import Expected
from engine.training.apply import Matrix, transform
from engine.training.parse import Floats
from engine.training.tree_inputs import codes

FOLDER = "onnx"
PACKAGES = ("numpy", "onnxruntime", "msgspec")
MODEL = "serving/onnx_model.py"


def export(plan: Plan, context: Context) -> Artifact:
    """Build `onnx/` in the project and run it in a clean process against the trained model.

    An earlier folder is replaced only when the proof holds. Errors: UserError with the first thing that does not.
    """
    assert plan.data.result is not None
    known = held_out(plan, context)
    fresh = context.project / f".{FOLDER}.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir()
        context.phase("writing the ONNX file", 0, 2)
        expected = Expected(known.trained, write(known, fresh, context))
        described = schema.describe(known.trained, plan.data.result.reading.columns, MISSING)
        code = [MODEL, *(path for path in CODE if path not in SERVER)]
        write_files(fresh, known.trained, described, known.digest, code, PACKAGES)
        context.phase("running it in a clean process", 1, 2)
        found, taken, _ = ran(fresh, FILE, known.rows, context.check)
        proof = compared(expected, found, expected.decide(found), f"ONNX Runtime {version('onnxruntime')}")
        name, model = context.project.name, plan.deployment.model or rivals.NETWORK
        (fresh / "README.md").write_text(readme(name, described, model, proof, _shape(known)), encoding="utf-8")
        (fresh / "predict.py").write_text(PREDICT.format(form=FILE), encoding="utf-8")
        listed = checksums.write(fresh)
        size = sum(path.stat().st_size for path in fresh.rglob("*") if path.is_file())
        replace(fresh, context.project / FOLDER)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Artifact(
        target="onnx",
        path=FOLDER,
        bytes=size,
        digest=listed,
        verified=proof,
        latency_ms=Latency(p50=float(np.quantile(taken, 0.5)), p99=float(np.quantile(taken, 0.99))),
    )


def write(known: HeldOut, folder: Path, context: Context) -> Matrix | Floats:
    """Put the file there; returns what the trained model itself says of the rows (n, outputs)."""
    file = folder / FILE
    if known.reference is not None:
        file.write_bytes(graph(known.reference.model).SerializeToString())
        return known.reference.said(known.frame)
    raw = litert.make(known.folder, file, known.inputs, context.check, form=litert.ONNX)
    assert raw is not None
    return raw


def _shape(known: HeldOut) -> tuple[int, int]:
    """How many numbers the file takes of a row, and how many it gives."""
    of_trees = known.reference is not None and isinstance(known.reference.model, Trees)
    row = (codes if of_trees else transform)(known.trained.preparation, known.frame[:1])
    return row.shape[1], known.trained.code.outputs
