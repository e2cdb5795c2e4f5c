"""Sounds that were recorded too loud, so that their tops are cut off, and clipping that tells a class."""

from __future__ import annotations

from engine.audio.loudness import CLIPPED
from engine.audit import sounds
from engine.audit.sample import ids
from engine.detector import AuditData, Detector
from engine.values import Finding

SOME = 0.001
"""Share of its samples from which a sound is clipped."""
TELLS = 0.9
"""AUC of the clipping alone from which it is worth knowing."""


def look(data: AuditData) -> tuple[Finding, ...]:
    return tuple(finding for name in sounds.columns(data) for finding in _look_at(name, data))


def _look_at(name: str, data: AuditData) -> list[Finding]:
    rows = sounds.known(data, name)
    if not len(rows):
        return []
    share = sounds.measured(data, name, rows, CLIPPED)
    where = share >= SOME
    if not where.any():
        return []
    best = sounds.tells(data, rows, share)
    also = f"; clipping alone tells a class with AUC {best:.2f}" if best >= TELLS else ""
    return [
        Finding(
            detector="sound_clipping",
            columns=(name,),
            rows=int(where.sum()),
            sample=len(rows),
            severity="note",
            evidence=f"{int(where.sum()):,} of {len(rows):,} sounds in {name} are clipped: {SOME:.1%} or more of their "
            f"samples lie on flat tops, at most {share.max():.1%}{also}",
            proposal="record them again less loud, or check that sounds in use are clipped as often",
            row_ids=ids(data, sounds.spread(rows, where, data)),
        )
    ]


DETECTOR = Detector("sound_clipping", "Sounds clipped", False, look)
