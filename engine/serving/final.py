"""The final model of a project, ready to predict without tensorflow: the bundle's network, else one made once."""

from __future__ import annotations

from pathlib import Path

from engine.errors import UserError
from engine.serving import checksums, litert
from engine.serving.artifact import digest_of, load_artifact
from engine.serving.model import NETWORK, Predictor
from engine.serving.opened import Answers, open_bundle
from engine.steps import Plan, rivals
from engine.steps.deployment import DeploymentResult

BUNDLE = "bundle"


def final_model(project: Path, plan: Plan) -> Answers:
    """What was shipped: the network, or the reference in its place.

    Errors: UserError when evaluation has not run, or its model is not the one that was tested.
    """
    result = plan.evaluation.result
    if result is None or not result.model:
        raise UserError(f"{project.name} has no final model yet: run it through evaluation first")
    folder = project / result.model
    if not folder.is_dir() or digest_of(folder) != result.digest:
        raise UserError(f"{folder}: not the model that was tested; run evaluation again")
    done = plan.deployment.result
    if done is not None and done.model != rivals.NETWORK:
        return _reference(project, done)
    network = _exported(project / BUNDLE, result.digest) or _made_once(folder, result.digest)
    return Predictor(load_artifact(folder), network)


def _reference(project: Path, done: DeploymentResult) -> Answers:
    """The reference as it was shipped, from the folder that its export left."""
    for made in done.artifacts:
        if checksums.digest(project / made.path) == made.digest:
            return open_bundle(project / made.path)
    raise UserError(
        f"{project}: what was shipped in the network's place is not there as it was written; run deployment again"
    )


def _exported(bundle: Path, digest: str) -> Path | None:
    """The network of the bundle, where it was made from this model and is whole."""
    try:
        checksums.check(bundle)
        made_from = load_artifact(bundle).meta.model
    except UserError:
        return None
    return bundle / NETWORK if made_from == digest and (bundle / NETWORK).exists() else None


def _made_once(folder: Path, digest: str) -> Path:
    """The network beside the model folder; those of earlier models are taken away."""
    wanted = folder.with_name(f"{folder.name}-{digest[:16]}.tflite")
    if not wanted.exists():
        for old in folder.parent.glob(f"{folder.name}-*.tflite"):
            old.unlink(missing_ok=True)
        litert.make(folder, wanted)
    return wanted
