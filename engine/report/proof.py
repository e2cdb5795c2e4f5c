"""The proof of an artefact as JSON and as one page beside it: what ran where, on what, with which differences."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine import __version__
from engine.files import write_atomic
from engine.report.blocks import Block, Heading, Paragraph, Picture, Table
from engine.report.front_svg import front
from engine.report.html import html
from engine.report.words import number, score
from engine.steps.deployment import Artifact
from engine.steps.rivals import NETWORK, REFERENCES, score_of
from engine.targets import TARGETS
from engine.values import Score, Value

if TYPE_CHECKING:
    from engine.steps import Plan
    from engine.steps.deployment import Form

JSON, PAGE = "PROOF.json", "PROOF.html"
PACKAGES = ("ai-edge-litert", "numpy", "tensorflow")
ROWS = (
    "The rows are development rows, which the model learned from: differences tell what writing the model down in this "
    "form changes, and nothing of how good it is. That is told by the score on the sealed rows."
)


class Proof(Value, frozen=True, kw_only=True):
    """All that is known of an artefact.

    `model` is what was shipped, `score` its own on the sealed rows, `trained` the digest of the final network.
    """

    project: str
    engine: str
    python: str
    machine: str
    packages: dict[str, str]
    model: str
    trained: str
    score: Score | None
    rows_are: str
    artifact: Artifact


def proof_of(plan: Plan, project: str, artifact: Artifact) -> Proof:
    """What ran just now, on this machine."""
    tested = plan.evaluation.result
    return Proof(
        project=project,
        engine=__version__,
        python=platform.python_version(),
        machine=f"{platform.system()} {platform.machine()}",
        packages=_versions(),
        trained=tested.digest if tested else "",
        model=plan.deployment.model or NETWORK,
        score=score_of(plan),
        rows_are=ROWS,
        artifact=artifact,
    )


def write(folder: Path, proof: Proof) -> None:
    """Put both beside the artefact, over those of an earlier export."""
    write_atomic(folder / JSON, msgspec.json.format(msgspec.json.encode(proof)))
    write_atomic(folder / PAGE, html(blocks(proof)).encode())


def blocks(proof: Proof) -> list[Block]:
    """The page."""
    made, seen = proof.artifact, proof.artifact.verified
    facts = [
        ("model", REFERENCES.get(proof.model, f"the {proof.model}")),
        ("ran in", seen.runtime),
        ("with", ", ".join(f"{name} {found}" for name, found in proof.packages.items())),
        ("on", f"{proof.machine}, Python {proof.python}"),
        ("rows compared", number(seen.rows)),
        ("largest difference", f"{seen.max_abs_diff:.3g}"),
        ("decisions that differ", number(seen.decision_flips)),
        ("its score on the sealed rows", f"{proof.score.metric} {score(proof.score)}" if proof.score else "not known"),
        ("one row", f"half within {number(made.latency_ms.p50)} ms, 99 % within {number(made.latency_ms.p99)} ms"),
        ("size", f"{made.bytes:,} bytes"),
        ("digest of the artefact", made.digest),
        ("digest of the trained network", proof.trained),
        ("written by", f"Modelwright {proof.engine}"),
    ]
    title = TARGETS[made.target].title if made.target in TARGETS else made.target
    found: list[Block] = [Heading(1, f"{proof.project}: {title}, proven"), Table(("what", "as it ran"), tuple(facts))]
    if made.forms:
        head = ("form", "bytes", "packed", "ms", "MB", "differ, of 1000", "change of the score (95 %)", "may be used")
        found += [Heading(2, "Forms of the network"), Table(head, tuple(map(_form, made.forms)))]
        found.append(Paragraph(f"{made.form} is advised: the smallest that no other beats in size, time and score."))
        found.append(Picture(front(made.forms)))
    return [*found, Paragraph(proof.rows_are)]


def _form(form: Form) -> tuple[str, ...]:
    time, change = form.latency_ms, form.change
    return (
        form.name,
        f"{form.bytes:,}",
        f"{form.packed:,}",
        number(time.p50) if time else "",
        "" if form.peak_mb is None else number(form.peak_mb),
        "" if form.flips is None else number(form.flips),
        f"{change.difference:+.3g} ({change.low:+.3g} to {change.high:+.3g})" if change else "cannot tell",
        f"no: {form.refused}" if form.refused else "yes",
    )


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
