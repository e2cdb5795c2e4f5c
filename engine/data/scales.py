"""Grades and ends of scales: in which order words come, and between which ends an amount lies."""

from __future__ import annotations

import re
from collections.abc import Collection

SCALES = (
    ("very low", "low", "medium", "high", "very high"),
    ("very low", "low", "moderate", "high", "very high"),
    ("none", "mild", "moderate", "severe", "very severe"),
    ("terrible", "poor", "fair", "average", "good", "very good", "excellent"),
    ("very bad", "bad", "ok", "good", "very good"),
    ("never", "rarely", "sometimes", "often", "always"),
    ("small", "medium", "large", "extra large"),
    ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
    ("very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"),
    ("f", "e", "d", "c", "b", "a"),
)
LEADING = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\b")
ENDS = ((0.0, 1.0), (-1.0, 1.0), (0.0, 5.0), (0.0, 10.0), (0.0, 100.0), (-100.0, 100.0), (0.0, 1000.0))
"""Usual ends of shares and scores, the nearest first."""


def in_order(words: Collection[str]) -> tuple[str, ...] | None:
    """The words from the lowest grade to the highest: numbers, words that begin with one, or a scale that is known."""
    leading = {word: LEADING.match(word) for word in words}
    if all(leading.values()):
        numbers = {word: float(found[1]) for word, found in leading.items() if found}
        return (
            tuple(sorted(words, key=lambda word: numbers[word])) if len(set(numbers.values())) == len(words) else None
        )
    plain = {word.strip().lower().replace("_", " ").replace("-", " "): word for word in words}
    for scale in SCALES:
        if len(plain) == len(words) and set(plain) <= set(scale):
            return tuple(plain[word] for word in scale if word in plain)
    return None


def are_names(kind: str, words: Collection[str]) -> bool:
    """Whether words are bare numbers that are no amounts: names of folders, or because somebody said so."""
    return kind == "categorical" and all(re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", word) for word in words)


def ends_of(low: float | None, high: float | None) -> tuple[float, float] | tuple[None, None]:
    """The nearest usual ends around an amount that goes from `low` to `high`; None where there are none."""
    if low is None or high is None:
        return None, None
    return next(((a, b) for a, b in ENDS if a <= low and high <= b), (None, None))
