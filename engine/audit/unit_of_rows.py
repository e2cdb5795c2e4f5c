"""Rows that are not what framing says one row is: a "customer" that has many rows makes them visits, not customers."""

from __future__ import annotations

import re

import numpy as np

from engine.audit.sample import ids
from engine.detector import AuditData, Detector
from engine.values import Finding

NAMING = frozenset(("id", "no", "nr", "number", "num", "key", "code", "name", "uuid", "index"))
"""Words of a column's name that say that it names things."""

SINGLE = 0.95
"""Different values for each row from which a row is one such thing, but for a few that occur twice."""

FEWEST = 10
SHORTEST = 3
"""Letters of a word of the unit that can name a thing; "a", "an" and "of" do not."""


def look(data: AuditData) -> tuple[Finding, ...]:
    if not data.unit or data.group or any("framing.group" in finding.answers for finding in data.found):
        return ()
    said = {word for word in _words(data.unit) if len(word) >= SHORTEST}
    found = []
    for name in data.names:
        words, column = _words(name), data.columns[name]
        thing = said & set(words)
        # A bare "age" may be what a row is about and is still an amount.
        names_it = not set(words) - said - NAMING and (bool(set(words) & NAMING) or column.kind != "numeric")
        known = column.rows - column.missing
        if thing and names_it and FEWEST <= column.distinct <= SINGLE * known and column.kind != "date":
            found.append(_finding(name, min(thing), known, data))
    return tuple(found[:1])


def _words(text: str) -> list[str]:
    """The words of a name or a sentence, in lower case, one of many being one of one."""
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", text.replace("#", " number "))
    return [word.removesuffix("s") for word in re.findall(r"[^\W\d_]+", parted.lower())]


def _finding(name: str, thing: str, known: int, data: AuditData) -> Finding:
    counts = data.frame[name].value_counts()
    repeated = data.frame[name].duplicated(keep=False) & data.frame[name].notna()
    return Finding(
        detector="unit_of_rows",
        columns=(name,),
        rows=int(repeated.sum()),
        sample=known,
        severity="ask",
        evidence=f"one row is said to be {data.unit!r}, but {known:,} rows have {len(counts):,} different {name}: "
        f"{counts.median():g} rows each in the middle, {int(counts.iloc[0]):,} at most",
        proposal=f"keep the rows of one {thing} on one side of every split (framing.group = {name}), or predict once "
        f"for each {thing}",
        row_ids=ids(data, np.asarray(repeated)),
        answers={"framing.group": name},
    )


DETECTOR = Detector("unit_of_rows", "Several rows of what one row should be", False, look)
