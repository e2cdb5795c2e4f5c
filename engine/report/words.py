"""How values of the plan are written for people: numbers to four digits, names without underscores."""

import unicodedata
from typing import Any

from engine.values import Score


def clean(text: str) -> str:
    """Text in one line that cannot steer a terminal or turn the direction of writing: such characters as escapes."""
    return "".join(
        character if unicodedata.category(character) not in ("Cc", "Cf", "Cs") else ascii(character)[1:-1]
        for character in " ".join(text.split())
    )


def number(value: float) -> str:
    """Four significant digits; from 10,000 on, whole."""
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    return f"{value:,.0f}" if 10_000 <= abs(value) < 1e15 else f"{value:.4g}"


def score(value: Score) -> str:
    """The metric's value with its interval, rows and origin."""
    text = number(value.value)
    if value.low is not None and value.high is not None:
        text += f" ({number(value.low)} to {number(value.high)})"
    rows = f"{number(value.n)} rows" if value.n else ""
    said = ", ".join(filter(None, (rows, value.how)))
    return f"{value.metric} {text}" + (f", {said}" if said else "")


def words(value: Any) -> str:
    """Any simple value; empty for what is unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, Score):
        return score(value)
    if isinstance(value, tuple | list):
        return ", ".join(words(part) for part in value)
    if isinstance(value, dict):
        return "; ".join(f"{key} = {words(part)}" for key, part in value.items())
    return str(value)


def label(name: str) -> str:
    """The name of a field as words."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]
