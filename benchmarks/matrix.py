"""Every place to ship to for every project: verified in its runtime, or refused, and whether that was told before.

Projects are those of the command line, run through evaluation; each is copied, so that nothing of it changes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
from common import announce, table

if TYPE_CHECKING:
    from engine.steps import Plan

SHOWN = 160
"""Characters of a sentence that are shown."""


def cell(project: Path, plan: Plan, target: str) -> dict[str, Any]:
    """What became of one place: `said` in words, seconds, and whether a refusal was known before the work."""
    import msgspec

    from engine.errors import UserError
    from engine.jobs.context import Context
    from engine.jobs.folder import JobFolder
    from engine.steps.deployment import Deployment
    from engine.targets.refusals import of_plan
    from engine.work.deployment import run

    folder = JobFolder(project / "jobs" / f"9{target}-deployment")
    folder.path.mkdir(parents=True, exist_ok=True)
    began, known = time.perf_counter(), of_plan(target, plan)
    try:
        result = run(msgspec.structs.replace(plan, deployment=Deployment(target=target)), Context(folder, 1, None, 1.0))
    except UserError as error:
        return {
            "said": f"refused{' before' if known else ''}: {error}"[:SHOWN],
            "before": bool(known),
            "verified": False,
        }
    made = result.artifacts[0]
    proof = made.verified
    refused = "; ".join(f"{form.name} refused: {form.refused}" for form in made.forms if form.refused)
    said = f"verified: {proof.runtime}, {proof.rows} rows, {proof.decision_flips} differ, {proof.max_abs_diff:.1e}"
    seconds = round(time.perf_counter() - began, 1)
    return {"said": f"{said}{f'; {refused}' if refused else ''}"[:SHOWN], "verified": True, "seconds": seconds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("projects", nargs="+", type=Path)
    parser.add_argument("--places", nargs="+", help="some of them only")
    parser.add_argument("-o", "--output", type=Path)
    given = parser.parse_args()
    announce("tensorflow", "keras", "ai-edge-litert", "onnxruntime")
    from engine import store
    from engine.targets import TARGETS

    found = {}
    for source in given.projects:
        with tempfile.TemporaryDirectory(prefix="modelwright-matrix-") as room:
            project = Path(
                shutil.copytree(source, Path(room, source.name), ignore=shutil.ignore_patterns("jobs", "supervisor"))
            )
            plan = store.load(project)
            for target in given.places or TARGETS:
                print(f"{source.name}: {target} …", flush=True)
                found[source.name, target] = cell(project, plan, target)
    rows = [(name, target, each["said"], str(each.get("seconds", ""))) for (name, target), each in found.items()]
    table(("project", "place", "what became of it", "seconds"), rows)
    late = [key for key, each in found.items() if not each["verified"] and not each["before"]]
    print(f"{sum(each['verified'] for each in found.values())} of {len(found)} verified, ", end="")
    print(f"refused after the work had begun: {', '.join('/'.join(key) for key in late) or 'none'}")
    if given.output:
        given.output.write_text(json.dumps({"/".join(key): each for key, each in found.items()}, indent=1))


if __name__ == "__main__":
    main()
