"""Exports the final model for a device: every form of the network, proven in its runtime, and what prepares rows."""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import msgspec
import numpy as np

from engine.data.cells import MISSING
from engine.errors import UserError
from engine.jobs.context import Context
from engine.serving import checksums, litert, schema
from engine.serving.artifact import classes_of
from engine.stats.paired import compare
from engine.steps import Plan
from engine.steps.deployment import Artifact, Form, Latency, Verified
from engine.targets.device_code import write_code
from engine.targets.device_forms import FORMS, advised, beyond_limits, failed_gate, front
from engine.targets.device_readme import PREDICT, readme
from engine.targets.device_run import ran
from engine.targets.folder import CODE, replace, write_files
from engine.targets.held_out import HeldOut, held_out
from engine.targets.refusals import of_network
from engine.targets.rest_proof import Expected
from engine.work.pruning import Pruned, pruned

FOLDER = "device"
SAMPLE = 200
"""Rows that show a converter the range of every number; they are training rows, as all of development are."""
PACKAGES = ("numpy", "ai-edge-litert", "msgspec")
SERVER = tuple(f"serving/{name}.py" for name in ("app", "body", "guard", "measured", "openapi", "server", "workers"))


def export(plan: Plan, context: Context) -> Artifact:
    """Build `device/` in the project; a form counts only after it ran in a clean process.

    An earlier folder is replaced only when a form holds. Errors: UserError with the reasons when none does.
    """
    known = held_out(plan, context)
    assert plan.data.result is not None
    fresh = context.project / f".{FOLDER}.{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir()
        described = schema.describe(known.trained, plan.data.result.reading.columns, MISSING)
        code = [path for path in CODE if path not in SERVER]
        write_files(fresh, known.trained, described, known.digest, code, PACKAGES)
        context.phase("writing the network in several forms", 0, len(FORMS) + 1)
        sample = known.inputs[np.random.default_rng(plan.project.seed).permutation(len(known.inputs))[:SAMPLE]]
        failed = of_network("device", classes_of(known.folder))
        zeros = {name: kind.zeros for name, kind in FORMS.items() if kind.zeros and plan.deployment.prune}
        names = [name for name in FORMS if name in zeros or not FORMS[name].zeros]
        left = [name for name in names if name not in failed and name not in zeros]
        failed |= litert.make_forms(known.folder, fresh, left, sample, context.check)
        with tempfile.TemporaryDirectory(prefix="modelwright-") as room:
            others = pruned(plan, context, known.trained, zeros, Path(room)) if zeros else {}
            for name, made in others.items():
                if isinstance(made, Pruned):
                    litert.make(made.folder, fresh / f"{name}.tflite", check=context.check)
                else:
                    failed[name] = made
        expected = Expected(known.trained, _trained(known, context.check))
        forms = []
        for number, name in enumerate(names, start=1):
            context.phase(f"running {name} in a clean process", number, len(names) + 1)
            reason, other = failed.get(name, ""), others.get(name)
            forms.append(
                Form(name=name, refused=reason)
                if reason
                else _form(plan, fresh, name, known, expected, context, other if isinstance(other, Pruned) else None)
            )
        best = front(forms)
        forms = [msgspec.structs.replace(form, front=form.name in best) for form in forms]
        chosen = advised(forms)
        if not chosen:
            raise UserError(
                "no form of the network may be used on a device: "
                + "; ".join(f"{form.name}: {form.refused}" for form in forms)
            )
        for form in forms:
            if form.refused:
                (fresh / f"{form.name}.tflite").unlink(missing_ok=True)
        (fresh / "predict.py").write_text(PREDICT.format(form=f"{chosen}.tflite"), encoding="utf-8")
        write_code(fresh, f"{chosen}.tflite", known)
        (fresh / "README.md").write_text(readme(context.project.name, described, forms, chosen), encoding="utf-8")
        listed = checksums.write(fresh)
        size = sum(path.stat().st_size for path in fresh.rglob("*") if path.is_file())
        replace(fresh, context.project / FOLDER)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    best_form = next(form for form in forms if form.name == chosen)
    assert best_form.latency_ms is not None
    return Artifact(
        target="device",
        path=FOLDER,
        bytes=size,
        digest=listed,
        verified=Verified(
            runtime=f"LiteRT {version('ai-edge-litert')}, {chosen}",
            max_abs_diff=best_form.max_abs_diff or 0.0,
            decision_flips=round((best_form.flips or 0.0) * len(known.rows) / 1000),
            rows=len(known.rows),
        ),
        latency_ms=best_form.latency_ms,
        forms=tuple(forms),
        form=chosen,
    )


def _trained(known: HeldOut, check: Callable[[], object]) -> np.ndarray:
    """What the Keras model itself says of the rows (n, outputs)."""
    with tempfile.TemporaryDirectory(prefix="modelwright-") as room:
        raw = litert.make(known.folder, Path(room, "again.tflite"), known.inputs, check)
    assert raw is not None
    return raw


def _form(
    plan: Plan, folder: Path, name: str, known: HeldOut, expected: Expected, context: Context, other: Pruned | None
) -> Form:
    """One form as it ran. What it costs in score is told by the same rows, paired; of `other` weights it is known."""
    file = folder / f"{name}.tflite"
    content = file.read_bytes()
    form = Form(name=name, path=file.name, bytes=len(content), packed=len(gzip.compress(content, mtime=0)))
    try:
        found, taken, grown = ran(folder, file.name, known.rows, context.check)
    except UserError as error:
        return msgspec.structs.replace(form, refused=str(error))
    wanted = expected.outputs
    if found.shape != wanted.shape or not np.isfinite(found).all():
        return msgspec.structs.replace(form, refused="it gives numbers that are none (NaN or infinite)")
    pairs = zip(expected.decide(found), expected.decide(wanted), strict=True)
    flips = sum(expected.apart(one, other, FORMS[name].off) for one, other in pairs)
    gain = plan.metric.gain
    try:
        change = (
            other.change
            if other
            else compare(plan.metric.primary or "", known.y, found, wanted, delta=gain or 0.0, seed=plan.project.seed)
        )
    except UserError:
        change = None
    form = msgspec.structs.replace(
        form,
        max_abs_diff=float(np.abs(found - wanted).max(initial=0.0)),
        flips=1000 * flips / len(known.rows),
        change=change,
        zeros=other.share if other else 0.0,
        latency_ms=Latency(p50=float(np.quantile(taken, 0.5)), p99=float(np.quantile(taken, 0.99))),
        peak_mb=grown,
    )
    limits = plan.framing.size_mb, plan.framing.memory_mb, plan.framing.latency_ms
    return msgspec.structs.replace(form, refused=failed_gate(form, gain) or beyond_limits(form, *limits))
