"""Exports the final model as a self-contained folder that answers over HTTP, and proves it before it is kept."""

from __future__ import annotations

import os
import shutil

import msgspec

from engine.data.cells import MISSING
from engine.jobs.context import Context
from engine.serving import checksums, litert, plain, schema
from engine.serving.model import NETWORK
from engine.steps import Plan, rivals
from engine.steps.deployment import Artifact
from engine.targets import rest_hosting
from engine.targets.folder import CODE, pretty, replace, write_files
from engine.targets.held_out import held_out
from engine.targets.rest_proof import Expected, prove
from engine.targets.rest_readme import SERVE, readme
from engine.training.apply import Matrix
from engine.training.parse import Floats

FOLDER = "bundle"
PROVED_FILES = 200
"""Rows with files on which the bundle is compared with the trained model: they are sent whole."""
EXAMPLES = 2
"""Rows of the example request."""
PACKAGES = ("numpy", "msgspec", "starlette", "uvicorn")
RUNTIME = "ai-edge-litert"
"""The package that runs a network; a reference needs none."""


def export(plan: Plan, context: Context) -> Artifact:
    """Build `bundle/` in the project and run it in a clean process against the trained model.

    An earlier bundle is replaced only when the proof holds. Errors: UserError with the first thing that does not.
    """
    assert plan.data.result is not None
    known = held_out(plan, context, of_files=PROVED_FILES)
    project, rows, trained, reference = context.project, known.rows, known.trained, known.reference
    packages = PACKAGES if reference else (*PACKAGES, RUNTIME)
    fresh = project / f".{FOLDER}.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir()
        context.phase("converting the model", 0, 3)
        raw: Matrix | Floats | None
        if reference is None:
            raw = litert.make(known.folder, fresh / NETWORK, known.inputs, context.check)
        else:
            (fresh / plain.FILE).write_bytes(msgspec.json.encode(reference.model))
            raw = reference.said(known.frame)
        assert raw is not None
        described = schema.describe(trained, plan.data.result.reading.columns, MISSING)
        write_files(fresh, trained, described, known.digest, CODE, packages)
        (fresh / "example_request.json").write_bytes(pretty({"rows": rows[:EXAMPLES]}))
        (fresh / "serve.py").write_text(SERVE, encoding="utf-8")
        (fresh / "README.md").write_text(readme(project.name, described, trained, _shipped(plan)), encoding="utf-8")
        for name, content in rest_hosting.files(project.name, described.target).items():
            (fresh / name).write_text(content, encoding="utf-8")
        checksums.write(fresh)
        context.phase("running it in a clean process", 1, 3)
        proof = prove(fresh, rows, Expected(trained, raw), context.check)
        (fresh / "example_response.json").write_bytes(pretty(proof.response))
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
