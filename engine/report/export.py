"""The whole plan as one JSON text: where it stands, and where every number comes from."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import TYPE_CHECKING

from engine import __version__, ledger, store
from engine.report.status import plain, status
from engine.session import Session
from engine.steps import STEPS

if TYPE_CHECKING:
    from engine.steps import Plan

PACKAGES = ("tensorflow", "keras", "keras-tuner", "scikit-learn", "numpy", "pandas")
PHASES = {
    "Define the task": ("framing", "data", "labels", "metric"),
    "Develop a model": ("preparation", "protocol", "baseline", "overfit", "tuning", "evaluation"),
    "Ship and maintain": ("deployment", "monitoring"),
}
HOUR = 3600


def as_json(session: Session) -> str:
    """The status tree with records, ledger, time, fingerprints and versions. Errors: UserError on an edited ledger."""
    plan = session.plan
    whole = {
        **status(session),
        "header": plain(plan.project),
        "records": {name: plain(getattr(plan, name).record) for name in STEPS},
        "acts": [plain(entry) for entry in ledger.entries(session.project)],
        "seconds": seconds(plan),
        "fingerprints": fingerprints(session),
        "versions": versions(),
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def seconds(plan: Plan) -> dict[str, dict[str, float]]:
    """Seconds and hours of computing by phase of the workflow, and in all."""
    spent = {
        phase: sum(record.seconds for name in names if (record := getattr(plan, name).record))
        for phase, names in PHASES.items()
    }
    spent["In all"] = sum(spent.values())
    return {phase: {"seconds": round(total, 2), "hours": round(total / HOUR, 3)} for phase, total in spent.items()}


def fingerprints(session: Session) -> dict[str, str]:
    """Digests of what the results rest on."""
    plan = session.plan
    found = {"project.toml": hashlib.sha256((session.project / store.FILE).read_bytes()).hexdigest()}
    if plan.data.result:
        found["data file"] = plan.data.result.reading.digest
        if plan.data.result.sealed:
            found["sealed rows"] = plan.data.result.sealed.digest
    if plan.protocol.result and plan.protocol.result.digest:
        found["division of rows"] = plan.protocol.result.digest
    if plan.evaluation.result and plan.evaluation.result.digest:
        found["final model"] = plan.evaluation.result.digest
    if plan.deployment.result:
        found |= {artifact.path: artifact.digest for artifact in plan.deployment.result.artifacts}
    return found


def versions() -> dict[str, str]:
    """Versions of this program, of Python and of the packages that compute."""
    found = {"modelwright": __version__, "python": python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
