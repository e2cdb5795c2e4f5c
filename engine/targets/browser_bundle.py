"""Exports the final model as a page that computes everything itself, proven in Chromium before it is kept."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from engine.data.cells import MISSING
from engine.errors import UserError
from engine.jobs.context import Context
from engine.serving import artifact as files
from engine.serving import checksums, graph_model, process, schema
from engine.serving.artifact import classes_of
from engine.serving.expressible import beyond_script
from engine.serving.litert import QUIET, SECONDS
from engine.steps import Plan
from engine.steps.deployment import Artifact, Form
from engine.targets.browser_proof import Proof, prove, prove_node
from engine.targets.browser_readme import readme
from engine.targets.chromium import page
from engine.targets.folder import replace
from engine.targets.held_out import HeldOut, held_out
from engine.targets.refusals import of_network
from engine.targets.rest_proof import Expected
from engine.targets.runtimes import FILES, WEB, runtimes
from engine.training.apply import Matrix

FOLDER = "browser"
PROVED = 300
"""Development rows at most on which a page is compared with the trained model."""
RUNTIMES: dict[str, dict[str, str]] = {
    "tfjs-wasm": {"code": "tfjs", "backend": "wasm"},
    "tfjs-cpu": {"code": "tfjs", "backend": "cpu"},
    "litert": {"code": "litert"},
}
"""Ways to run the network, the one with the least to load first."""
NETWORKS = {"tfjs": "model.json", "litert": "model.tflite"}
PAGE = ("index.html", "style.css", "app.js", "form.js", "run_tfjs.js", "run_litert.js", "predict.mjs")
PREPARE = Path(files.__file__).parent / "js"


def export(plan: Plan, context: Context) -> Artifact:
    """Build `browser/` in the project; each runtime that answers as the trained model does is offered.

    An earlier folder is replaced only when a proof holds. Errors: UserError with what stands in the way.
    """
    assert plan.data.result is not None
    known = held_out(plan, context, PROVED)
    reason = beyond_script(known.trained.preparation)
    if reason:
        raise UserError(f"In the browser: {reason}; choose another place")
    context.phase("fetching the runtimes", 0, 4)
    vendored = runtimes(context.check)
    fresh = context.project / f".{FOLDER}.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        context.phase("converting the model", 1, 4)
        raw = convert(known, fresh, context.check)
        described = schema.describe(known.trained, plan.data.result.reading.columns, MISSING)
        write_page(fresh, known, described, vendored)
        context.phase("running it in Chromium", 2, 4)
        proofs, refused = prove_all(fresh, known, Expected(known.trained, raw), context.check)
        best = next(iter(proofs.values()))
        (fresh / "README.md").write_text(readme(context.project.name, proofs, refused), encoding="utf-8")
        listed = checksums.write(fresh)
        context.phase("keeping the page", 4, 4)
        size = sum(path.stat().st_size for path in fresh.rglob("*") if path.is_file())
        replace(fresh, context.project / FOLDER)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Artifact(
        target="browser",
        path=FOLDER,
        bytes=size,
        digest=listed,
        verified=best.verified,
        latency_ms=best.latency,
        forms=tuple(
            _form(name, proofs.get(name), refused.get(name, "")) for name in RUNTIMES if name in {*proofs, *refused}
        ),
        form=next(iter(proofs)),
    )


def _form(name: str, proof: Proof | None, refused: str) -> Form:
    """One way to run the network; its bytes are what the first load takes, as the page's own files are part of it."""
    if proof is None:
        return Form(name=name, refused=refused)
    told = proof.verified
    return Form(
        name=name,
        path=NETWORKS[RUNTIMES[name]["code"]],
        bytes=proof.bytes,
        packed=proof.packed,
        max_abs_diff=told.max_abs_diff,
        flips=1000 * told.decision_flips / told.rows,
        latency_ms=proof.latency,
    )


def convert(known: HeldOut, folder: Path, check: Callable[[], object] = lambda: None) -> Matrix:
    """Write both networks. Returns what the Keras model says of the rows (n, outputs).

    Errors: UserError when not even one of them could be written.
    """
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="modelwright-") as room:
        rows, predictions = Path(room, "rows.npy"), Path(room, "predictions.npy")
        np.save(rows, known.inputs, allow_pickle=False)
        command = [sys.executable, "-P", graph_model.__file__, str(known.folder / files.MODEL), str(folder)]
        try:
            process.run(
                [*command, str(rows), str(predictions)],
                "converting the model for browsers",
                SECONDS,
                environment=QUIET,
                check=check,
            )
        except UserError:
            if not predictions.exists() or not (folder / "weights.bin").exists():
                raise
        return np.asarray(np.load(predictions, allow_pickle=False), dtype=np.float32)


def write_page(folder: Path, known: HeldOut, described: schema.Schema, vendored: Path) -> None:
    """Everything of the folder but the networks and what only a run can tell."""
    trained = known.trained
    meta = msgspec.structs.replace(trained.meta, model=known.digest)
    (folder / files.PREPARATION).write_bytes(trained.preparation.to_json())
    (folder / files.TARGET).write_bytes(msgspec.json.encode(trained.code))
    (folder / files.META).write_bytes(msgspec.json.encode(meta))
    (folder / schema.FILE).write_bytes(msgspec.json.encode(described))
    for name in PAGE:
        shutil.copyfile(WEB / name, folder / name)
    shutil.copytree(PREPARE, folder / "prepare")
    shutil.copytree(vendored, folder / "runtime")


def prove_all(
    folder: Path, known: HeldOut, expected: Expected, check: Callable[[], object] = lambda: None
) -> tuple[dict[str, Proof], dict[str, str]]:
    """The proof of each way to run the network that holds, and why each other one does not.

    Errors: UserError when none holds.
    """
    proofs: dict[str, Proof] = {}
    refused = of_network("browser", classes_of(known.folder))
    for name, runtime in RUNTIMES.items():
        if name == "tfjs-cpu" and "tfjs-wasm" in proofs:
            continue
        if runtime["code"] == "litert" and not (folder / "model.tflite").exists():
            refused[name] = "the LiteRT converter cannot take this network"
        if name in refused:
            continue
        offer(folder, (name,))
        try:
            with page(check) as seen:
                proofs[name] = prove(seen, folder, name, known.rows, expected)
        except UserError as error:
            refused[name] = str(error)
    if not proofs:
        raise UserError(f"In the browser: {'; '.join(dict.fromkeys(refused.values()))}")
    needed = {"runtime/NOTICE", *(path for name in proofs for path in needs(RUNTIMES[name]))}
    for path in (folder / "runtime").iterdir():
        if f"runtime/{path.name}" not in needed:
            path.unlink()
    offer(folder, tuple(proofs))
    if any(RUNTIMES[name]["code"] == "tfjs" for name in proofs):
        prove_node(folder, known.rows, expected, check)
    else:
        (folder / "predict.mjs").unlink()
    return proofs, refused


def offer(folder: Path, names: tuple[str, ...]) -> None:
    """Let the page use these runtimes, the first one if nothing is said, and keep what that one needs."""
    content: dict[str, Any] = {"first": names[0], "runtimes": {name: RUNTIMES[name] for name in names}}
    (folder / "runtime.json").write_bytes(msgspec.json.encode(content))
    kept = ["./", *PAGE[1:-1], *(f"prepare/{path.name}" for path in sorted((folder / "prepare").iterdir()))]
    kept += [files.PREPARATION, files.TARGET, files.META, schema.FILE, "runtime.json"]
    kept += [path for path in needs(RUNTIMES[names[0]]) if "compat" not in path]
    kept = [path for path in kept if path == "./" or (folder / path).is_file()]
    digest = hashlib.sha256(b"".join((folder / path).read_bytes() for path in kept if path != "./")).hexdigest()
    worker = (WEB / "worker.js").read_text(encoding="utf-8")
    told = json.dumps({"name": digest[:16], "files": kept})
    (folder / "worker.js").write_text(re.sub(r"(?m)^const KEPT = .*;$", f"const KEPT = {told};", worker))


def needs(runtime: dict[str, str]) -> list[str]:
    """The files that a runtime may load, with the network; those called compat are for older browsers."""
    if runtime["code"] == "litert":
        return ["model.tflite", *(f"runtime/{name}" for name in FILES if name.startswith(("litert", "wasm-utils")))]
    names = ["tf-core.min.js", "tf-converter.min.js", f"tf-backend-{runtime['backend']}.min.js"]
    wasm = [name for name in FILES if name.startswith("tfjs-backend-wasm")] if runtime["backend"] == "wasm" else []
    # node takes the plain backend.
    return ["model.json", "weights.bin", *(f"runtime/{name}" for name in (*names, *wasm, "tf-backend-cpu.min.js"))]
