"""A score that hardly any honest problem allows: something among the inputs tells the answer, whichever it is."""

from __future__ import annotations

from dataclasses import replace

from engine.audit.effect import METRICS, MOST, TITLES, score
from engine.audit.sample import places
from engine.detector import AuditData, Detector
from engine.stats.association import single_column_score
from engine.values import Finding

PERFECT = 0.999
"""AUC, accuracy or R² from which a score blocks until it is explained."""

FEWEST = 200
"""Rows below which every fold may be right by luck."""

NAMED = 3


def look(data: AuditData) -> tuple[Finding, ...]:
    asked = [finding for finding in data.found if finding.severity != "note"]
    said = {name for finding in asked for name in finding.drop}
    groups = [finding.answers["framing.group"] for finding in asked if "framing.group" in finding.answers]
    inputs = tuple(name for name in data.names if name not in said and name not in groups)
    reached = score(replace(data, group=groups[0] if groups else data.group), inputs)
    if reached is None or reached[1] < FEWEST or reached[0] < PERFECT:
        return ()
    return (_finding(*reached, inputs, data),)


def _finding(value: float, n: int, inputs: tuple[str, ...], data: AuditData) -> Finding:
    assert data.codes is not None
    rows = places(data, MOST)
    alone = {
        name: single_column_score(data.frame[name].iloc[rows], data.codes[rows], data.classes, data.seed)
        for name in inputs
    }
    best = sorted(alone, key=lambda name: -alone[name])[:NAMED]
    strongest = ", ".join(f"{name} {alone[name]:.2f}" for name in best)
    metric = TITLES[METRICS[data.task or ""]]
    return Finding(
        detector="too_good",
        rows=n,
        sample=n,
        severity="block",
        evidence=f"a simple model reaches {metric} {value:.4f} on rows it was not fitted on (n = {n:,}); alone "
        f"the strongest columns reach {'AUC' if data.classes else 'R²'} {strongest}",
        proposal="look for what is known only afterwards and name it (framing.late); where the task is this "
        "easy, override with the reason",
    )


DETECTOR = Detector("too_good", "Scores too good to be true", True, look)
