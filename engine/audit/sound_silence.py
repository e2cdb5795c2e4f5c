"""Sounds in which nothing is heard, or hardly anything, and loudness that tells a class."""

from __future__ import annotations

import numpy as np

from engine.audio.loudness import LEVEL
from engine.audit import sounds
from engine.audit.sample import TAKEN_OUT, ids
from engine.detector import AuditData, Detector
from engine.values import Finding

SILENT = -75.0
"""Decibels of the loudest below which a sound is the noise of the last bit."""
QUIET = 30.0
"""Decibels below the usual level from which a sound is quiet."""
TELLS = 0.95
"""AUC of the loudness alone from which it is worth knowing: another microphone for each class is easily learned."""


def look(data: AuditData) -> tuple[Finding, ...]:
    return tuple(finding for name in sounds.columns(data) for finding in _look_at(name, data))


def _look_at(name: str, data: AuditData) -> list[Finding]:
    rows = sounds.known(data, name)
    if not len(rows):
        return []
    level = sounds.measured(data, name, rows, LEVEL)
    silent, said = level < SILENT, []
    quiet = (level < float(np.median(level)) - QUIET) & ~silent
    if quiet.any():
        said.append(f"{int(quiet.sum()):,} are more than {QUIET:g} decibels below the usual loudness")
    best = sounds.tells(data, rows, level)
    if best >= TELLS:
        said.append(f"loudness alone tells a class with AUC {best:.2f}")
    found = [_silent(name, data, rows, silent)] if silent.any() else []
    if said:
        found.append(
            Finding(
                detector="sound_silence",
                columns=(name,),
                rows=int(quiet.sum()),
                sample=len(rows),
                severity="note",
                evidence=f"{name} ({len(rows):,} sounds): {'; '.join(said)}",
                proposal="listen to them, and check that all classes are recorded alike",
                row_ids=ids(data, sounds.spread(rows, quiet, data)),
            )
        )
    return found


def _silent(name: str, data: AuditData, rows: np.ndarray, silent: np.ndarray) -> Finding:
    count, where = int(silent.sum()), sounds.spread(rows, silent, data)
    whole = len(rows) == int(data.frame[name].notna().sum()) and not data.sampled and count <= TAKEN_OUT
    return Finding(
        detector="silent_sounds",
        columns=(name,),
        rows=count,
        sample=len(rows),
        severity="ask",
        evidence=f"{count:,} of {len(rows):,} sounds in {name} are silent (below {SILENT:g} decibels of the loudest)",
        proposal="leave them out of training: there is nothing to hear" if whole else "take them out of the file",
        row_ids=ids(data, where, TAKEN_OUT) if whole else ids(data, where),
        rows_out=whole,
    )


DETECTOR = Detector("sound_silence", "Sounds silent or quiet", False, look)
