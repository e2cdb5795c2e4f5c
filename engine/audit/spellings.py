"""One thing written in several ways: classes and categories that differ by case, blanks or a slip of one letter."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict

import numpy as np

from engine.audit.sample import ids
from engine.detector import AuditData, Detector
from engine.values import Finding

MOST = 300
"""Different values up to which a column is one of categories."""

OFTEN = 5
"""Rows from which a spelling is a category of its own right."""

RARER = 0.02
"""Rows of a slip of one letter, as a share of those of the word it is a slip of."""

LONG = 5
"""Letters below which a word one letter away is another word."""

MANY = 3
"""Different slips from which it is asked about: an island is no slip of the inland."""

SHOWN = 6


def look(data: AuditData) -> tuple[Finding, ...]:
    named = [*data.names, *((data.target,) if data.target and data.classes else ())]
    found = []
    for name in named:
        if data.columns[name].kind in ("categorical", "text") and data.columns[name].distinct <= MOST:
            finding = _look_at(name, data)
            found += [finding] if finding else []
    return tuple(found)


def _look_at(name: str, data: AuditData) -> Finding | None:
    column = data.frame[name]
    counts = Counter({str(word): int(count) for word, count in column.value_counts().items()})
    forms, slips = _forms(counts), _slips(counts)
    same = {word: forms.get(near, near) for word, near in {**slips, **forms}.items()}
    if not same:
        return None
    where = np.asarray(column.isin(list(same)))
    said = ", ".join(
        f"{word!r} ({counts[word]:,}) beside {same[word]!r} ({counts[same[word]]:,})" for word in list(same)[:SHOWN]
    )
    of_target = name == data.target
    return Finding(
        detector="spellings",
        columns=(name,),
        rows=int(where.sum()),
        sample=len(where),
        severity="ask" if forms or len(slips) >= MANY else "note",
        evidence=f"{name} has {len(same)} values that may be others in another writing: {said}",
        proposal=f"write each value of {name} in one way in the file; until then these rows are classes of their own"
        if of_target
        else f"read each value of {name} as its most common writing",
        merged={} if of_target else same,
        row_ids=ids(data, where),
    )


def _forms(counts: Counter[str]) -> dict[str, str]:
    """Values that are a more common one but for case, blanks, accents' encoding and full stops."""
    groups: dict[str, list[str]] = defaultdict(list)
    for word, _ in counts.most_common():
        groups[_plain(word)].append(word)
    return {other: words[0] for plain, words in groups.items() if plain for other in words[1:]}


def _plain(word: str) -> str:
    return " ".join(
        unicodedata.normalize("NFKC", word).casefold().replace("_", " ").replace("-", " ").strip(" .").split()
    )


def _slips(counts: Counter[str]) -> dict[str, str]:
    """Rare long words without a digit that are one letter away from a common one."""
    common = [word for word, count in counts.most_common() if count >= OFTEN / RARER and len(word) >= LONG]
    rare = [word for word, count in counts.items() if len(word) >= LONG and not any(sign.isdigit() for sign in word)]
    return {
        word: near
        for word in rare
        if (
            near := next((other for other in common if counts[word] <= RARER * counts[other] and _one(word, other)), "")
        )
    }


def _one(word: str, other: str) -> bool:
    """Whether one letter left out, put in, changed, or two neighbours changed about make one word the other."""
    short, long = sorted((word, other), key=len)
    if len(long) - len(short) > 1 or short == long:
        return False
    start = next((place for place, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    turned = short[start : start + 2][::-1] == long[start : start + 2] and short[start + 2 :] == long[start + 2 :]
    return turned or short[start + 1 :] == long[start + 1 :]


DETECTOR = Detector("spellings", "One thing written in several ways", False, look)
