"""Rows of one thing on both sides of a random split: they are remembered, and the score holds for no new thing."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from engine.audit.effect import FOLDS, TITLES, measure
from engine.audit.sample import ids, prose
from engine.detector import AuditData, Detector
from engine.stats.association import intraclass
from engine.values import Effect, Finding

NAMING = re.compile(
    r"(id|key|nr|number|uuid|code|subject|patient|person|participant|respondent|user|customer|client|account|member|"
    r"household|family|student|employee|driver|player|author|device|sensor|machine|unit|serial|vehicle|station|batch|"
    r"session|visit|group|cluster|site|email|mail|phone|ip|address|ticket|order|invoice|company|store|shop)"
)
"""Words of the name of a column that names things of which one may have several rows."""

FEWEST = 10
"""Different things below which a column is a category."""

PER_THING = 1.2
"""Rows for each thing on average, from which there is something to remember."""

FIXED = 2
"""Other columns that are the same in all rows of a thing, from which a column names things whatever its own name is."""

VARIES = 10
"""Different values such a column has to have, so that it describes the thing."""

AGREE = 0.99
LOOKED_AT = 4000
"""Share of the things, among those of so many rows, for which it has to be the same."""

LARGEST = 0.25
"""Share of the rows that one thing may have: a word for "unknown" has more."""

TRIED = 3
"""Columns for which the effect of the split is measured, those that tell most of the target first."""

LIKENESS = 0.1
"""Share of the target's variance that lies between things (intraclass correlation) from which it is measured."""

GAP = 0.01
SURE = 0.05
"""How much better a random split looks, for certain: from the first it is asked about, from the second blocked."""


def look(data: AuditData) -> tuple[Finding, ...]:
    if data.group is not None or any("framing.group" in finding.answers for finding in data.found):
        return ()
    said = {name for finding in data.found if finding.severity != "note" for name in finding.drop}
    things = {name: of for name in _repeated(data) if _is_thing(name, of := pd.factorize(data.frame[name])[0], data)}
    alike = {name: _alike(of, data) for name, of in things.items()}
    found: list[tuple[str, Effect]] = []
    for name in sorted((name for name in things if alike[name] >= LIKENESS), key=lambda name: -alike[name])[:TRIED]:
        # The column itself tells nothing of a new thing, so it is no input of either side.
        inputs = tuple(other for other in data.names if other not in said and other != name)
        effect = measure(replace(data, names=inputs), groups=_alone(things[name])) if inputs else None
        if effect is not None and effect.low >= GAP:
            found.append((name, effect))
    if not found:
        return ()
    name, effect = max(found, key=lambda pair: pair[1].low)
    return (_finding(name, things[name], alike[name], effect, data),)


def _repeated(data: AuditData) -> list[str]:
    """Columns of names or whole numbers that most rows have, and several rows share."""
    texts, found = prose(data), []
    for name in data.names:
        column = data.columns[name]
        whole = column.kind in ("categorical", "text") or (column.kind == "numeric" and column.integer)
        known = column.rows - column.missing
        enough = known >= column.rows / 2 and FEWEST <= column.distinct <= known / PER_THING
        if whole and enough and name not in texts:
            found.append(name)
    return found


def _is_thing(name: str, of: np.ndarray, data: AuditData) -> bool:
    """Whether a column names things, by its own name or because other columns are fixed for each."""
    sizes = np.bincount(of[of >= 0])
    if len(sizes) < FEWEST or sizes.max() > LARGEST * len(of):
        return False
    return _names(name) or len(_fixed(name, of, sizes, data)) >= FIXED


def _names(name: str) -> bool:
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", name.replace("#", " id ")).lower()
    return any(NAMING.fullmatch(word.removesuffix("s")) for word in re.findall(r"[^\W\d_]+", parted))


def _fixed(name: str, of: np.ndarray, sizes: np.ndarray, data: AuditData) -> list[str]:
    """Columns of many values that are the same in all rows of a thing, though they differ between things."""
    several = np.random.default_rng(data.seed).permutation(np.flatnonzero(sizes > 1))
    # Whole things, so that a few rows show whether a thing is always the same.
    chosen = several[np.cumsum(sizes[several]) <= LOOKED_AT]
    rows = np.flatnonzero(np.isin(of, chosen))
    if len(chosen) < FEWEST or sizes[several].sum() < len(of) / 4:
        return []
    found = []
    for other in data.names:
        column = data.columns[other]
        if other == name or column.kind == "empty" or not VARIES <= column.distinct <= data.columns[name].distinct:
            continue
        values = pd.factorize(data.frame[other].iloc[rows], use_na_sentinel=False)[0]
        if np.unique(of[rows] * (values.max() + 1) + values).size <= (2 - AGREE) * len(chosen):
            found.append(other)
    return found


def _alone(of: np.ndarray) -> np.ndarray:
    """The things as numbers (n,), a row that names none being one of its own."""
    return np.where(of >= 0, of, of.max(initial=0) + 1 + np.arange(len(of)))


def _alike(of: np.ndarray, data: AuditData) -> float:
    """Share of the target's variance between things; of classes one against the rest, the most alike taken."""
    assert data.codes is not None
    of, codes = of[of >= 0], data.codes[of >= 0]
    if not data.classes:
        return intraclass(of, codes)
    return max((intraclass(of, (codes == label).astype(float)) for label in np.unique(codes)), default=0.0)


def _finding(name: str, of: np.ndarray, alike: float, effect: Effect, data: AuditData) -> Finding:
    sizes = np.bincount(of[of >= 0])
    repeated = (of >= 0) & (sizes[of] > 1)
    return Finding(
        detector="group_overlap",
        columns=(name,),
        rows=int(repeated.sum()),
        sample=effect.n,
        severity="block" if effect.low >= SURE else "ask",
        evidence=f"{int(repeated.sum()):,} of {len(of):,} rows share their {name} with another row; {alike:.0%} of the "
        f"target's variance lies between the {len(sizes):,} of them, and a random split reads {TITLES[effect.metric]} "
        f"{effect.with_it:.3f} where one by {name} reads {effect.without_it:.3f} (difference {effect.low:.3f} to "
        f"{effect.high:.3f}, {FOLDS} folds, n = {effect.n:,})",
        proposal=f"keep all rows of one {name} on one side of every split (framing.group = {name})",
        row_ids=ids(data, repeated),
        answers={"framing.group": name},
        effect=effect,
    )


DETECTOR = Detector("group_overlap", "Rows of one thing on both sides", True, look)
