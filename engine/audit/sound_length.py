"""Sounds far longer or shorter than most, and lengths that tell a class."""

from __future__ import annotations

import numpy as np

from engine.audio.loudness import SECONDS
from engine.audit import sounds
from engine.audit.sample import ids
from engine.detector import AuditData, Detector
from engine.values import Finding

FAR = 3.0
"""Times that a sound is longer or shorter than usual where it may be something else."""
TELLS = 0.9
"""AUC of the length alone from which it is worth knowing: files that were cut by other people, class by class."""


def look(data: AuditData) -> tuple[Finding, ...]:
    return tuple(finding for name in sounds.columns(data) for finding in _look_at(name, data))


def _look_at(name: str, data: AuditData) -> list[Finding]:
    rows = sounds.known(data, name)
    if not len(rows):
        return []
    seconds = sounds.measured(data, name, rows, SECONDS)
    usual, said = float(np.median(seconds)), []
    far = (seconds > FAR * usual) | (seconds < usual / FAR)
    if far.any():
        said.append(f"{int(far.sum()):,} are more than {FAR:g} times longer or shorter")
    best = sounds.tells(data, rows, seconds)
    if best >= TELLS:
        said.append(f"the length alone tells a class with AUC {best:.2f}")
    if not said:
        return []
    return [
        Finding(
            detector="sound_length",
            columns=(name,),
            rows=int(far.sum()),
            sample=len(rows),
            severity="note",
            evidence=f"{name} ({len(rows):,} sounds, usually {usual:.2f} s): {'; '.join(said)}",
            proposal="check that sounds in use are cut as these are, in every class alike",
            row_ids=ids(data, sounds.spread(rows, far, data)),
        )
    ]


DETECTOR = Detector("sound_length", "Sounds far longer or shorter", False, look)
