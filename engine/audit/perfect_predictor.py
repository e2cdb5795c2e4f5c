"""A single column that tells the target almost perfectly: when is it known? Honest ones do it too, so it is asked."""

import numpy as np

from engine.detector import AuditData, Detector
from engine.stats.association import single_column_score
from engine.values import Finding

ASK = 0.98
"""AUC or R² of one column alone; honest columns have been seen up to .97."""

CERTAIN = 0.999
"""From here on a date is taken to be written after the outcome; any other column may still be honest."""

SHUFFLES = 20
MOST_ROWS = 50_000
"""A sample this large tells an AUC to half a point."""


def look(data: AuditData) -> tuple[Finding, ...]:
    assert data.codes is not None
    rng = np.random.default_rng(data.seed)
    chosen = np.arange(len(data.frame))
    if len(chosen) > MOST_ROWS:
        chosen = np.sort(rng.choice(chosen, MOST_ROWS, replace=False))
    codes = data.codes[chosen]
    found = []
    for name in data.names:
        column = data.frame[name].iloc[chosen]
        score = single_column_score(column, codes, data.classes, data.seed)
        if score < ASK:
            continue
        # With few rows some column looks perfect by chance: what shuffled targets reach is not evidence.
        chance = max(
            single_column_score(column, rng.permutation(codes), data.classes, data.seed) for _ in range(SHUFFLES)
        )
        if score > chance:
            found.append(_finding(name, score, chance, len(chosen), data))
    return tuple(found)


def _finding(name: str, score: float, chance: float, n: int, data: AuditData) -> Finding:
    measure = "AUC" if data.classes else "R²"
    return Finding(
        detector="perfect_predictor",
        columns=(name,),
        rows=n,
        severity="block" if score >= CERTAIN and data.columns[name].kind == "date" else "ask",
        evidence=f"{name} alone reaches {measure} {score:.3f} on rows it was not fitted on (n = {n:,}, "
        f"shuffled targets reach {chance:.2f})",
        proposal=f"leave out {name}, unless it is known at the moment of prediction",
        drop=(name,),
    )


DETECTOR = Detector("perfect_predictor", "Single columns that predict perfectly", True, look)
