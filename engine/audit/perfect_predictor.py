"""A single column that tells the target almost perfectly: when is it known? Honest ones do it too, so it is asked."""

import re
from dataclasses import replace

import numpy as np

from engine.audit.effect import measure
from engine.audit.sample import places
from engine.detector import AuditData, Detector
from engine.stats.association import single_column_score
from engine.values import Effect, Finding

ASK = 0.98
"""AUC or R² of one column alone; honest columns have been seen up to .97."""

CERTAIN = 0.999
"""From here on a date, or a name that speaks of the outcome, is taken to be written after it."""

STRONG = {"binary": 0.9, "multiclass": 0.95, "regression": 0.8}
IRREPLACEABLE = 0.05
"""From which score a column is asked about that no other can stand in for: what is lost without it, for certain."""

TRIED = 2
"""Strong columns for which that is measured."""

AFTERWARDS = re.compile(
    r"(outcomes?|results?|final(ly)?|closed?|resol(ved|ution)|refund(ed)?|discharged?|death|died|deceased|churned|"
    r"cancel(l?ed|lation)?|terminat(ed|ion)|exit|ended|settle(d|ment)|recover(ed|y)|released|verdict|confirmed|"
    r"payout|complet(ed|ion)|after|followup)"
)
"""Words of a name that speak of what is known only when the outcome is."""

SHUFFLES = 20
SMALL = 2000
"""Rows up to which some column of noise might look perfect by chance, so that all columns are tried on each shuffle."""


def look(data: AuditData) -> tuple[Finding, ...]:
    assert data.codes is not None
    chosen = places(data)
    codes = data.codes[chosen]
    said = {name for finding in data.found if finding.severity != "note" for name in finding.drop}
    # What moves with time is told by its neighbours in any series, so a row's own time is judged by `time_trend`.
    judged = [name for name in data.names if name not in said and name != data.time]
    scores = {name: _score(name, chosen, codes, data) for name in judged}
    perfect = [name for name, score in scores.items() if score >= ASK]
    found = []
    if perfect:
        tried = list(scores) if len(codes) <= SMALL else perfect
        chance = _chance(tried, chosen, codes, data)
        found += [_finding(name, scores[name], chance, len(codes), data) for name in perfect if scores[name] > chance]
    strong = sorted((name for name in scores if name not in perfect), key=lambda name: -scores[name])[:TRIED]
    rest = replace(data, names=tuple(name for name in scores if name not in perfect))
    for name in strong:
        effect = measure(rest, (name,)) if scores[name] >= STRONG[data.task or ""] else None
        if effect is not None and effect.low >= IRREPLACEABLE:
            found.append(_irreplaceable(name, scores[name], effect, len(codes), data))
    return tuple(found)


def _score(name: str, chosen: np.ndarray, codes: np.ndarray, data: AuditData) -> float:
    return single_column_score(data.frame[name].iloc[chosen], codes, data.classes, data.seed)


def _chance(names: list[str], chosen: np.ndarray, codes: np.ndarray, data: AuditData) -> float:
    """The best score that any of these columns reaches on shuffled targets: many looks at few rows find something."""
    rng = np.random.default_rng(data.seed)
    shuffled = [rng.permutation(codes) for _ in range(SHUFFLES)]
    return max(_score(name, chosen, each, data) for name in names for each in shuffled)


def _afterwards(name: str) -> str:
    """The word of a name that speaks of the outcome, or none."""
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower()
    return next((word for word in re.findall(r"[^\W\d_]+", parted) if AFTERWARDS.fullmatch(word)), "")


def _measure(data: AuditData) -> str:
    return "AUC" if data.classes else "R²"


def _finding(name: str, score: float, chance: float, n: int, data: AuditData) -> Finding:
    word = _afterwards(name)
    late = data.columns[name].kind == "date" or bool(word)
    why = f"; {word!r} in its name speaks of what comes after" if word else ""
    return Finding(
        detector="perfect_predictor",
        columns=(name,),
        rows=n,
        sample=n,
        severity="block" if score >= CERTAIN and late else "ask",
        evidence=f"{name} alone reaches {_measure(data)} {score:.3f} on rows it was not fitted on (n = {n:,}, "
        f"shuffled targets reach {chance:.2f}){why}",
        proposal=f"leave out {name}, unless it is known at the moment of prediction",
        drop=(name,),
    )


def _irreplaceable(name: str, score: float, effect: Effect, n: int, data: AuditData) -> Finding:
    return Finding(
        detector="perfect_predictor",
        columns=(name,),
        rows=n,
        sample=n,
        severity="ask",
        evidence=f"{name} alone reaches {_measure(data)} {score:.3f} on rows it was not fitted on (n = {n:,}), and "
        f"all other columns together lose {effect.difference:.3f} without it",
        proposal=f"leave out {name}, unless it is known at the moment of prediction",
        drop=(name,),
        effect=effect,
    )


DETECTOR = Detector("perfect_predictor", "Single columns that predict perfectly", True, look)
