"""What an interpreter of preparations other than numpy's cannot express: told before anything is built."""

from __future__ import annotations

from math import isfinite

from engine.training import parse
from engine.training.spec import Category, OneHot, Preparation

EVERYWHERE = frozenset(("numeric", "onehot", "category", "date", "words", "bigrams", "tokens", "drop"))
"""Encoders that JavaScript and TensorFlow's operations execute."""


def beyond_script(preparation: Preparation) -> str:
    """Why JavaScript cannot prepare rows; empty where it can."""
    found = _unknown(preparation)
    return f"JavaScript has no way to prepare {found} here" if found else ""


def beyond_operations(preparation: Preparation) -> str:
    """Why TensorFlow's operations cannot prepare rows; empty where they can."""
    found = _unknown(preparation)
    if found:
        return f"TensorFlow's operations have no way to prepare {found} here"
    joined = {made.name for made in preparation.derived if made.kind == "joined"}
    for encoder in preparation.encoders:
        if isinstance(encoder, OneHot | Category) and encoder.name in joined:
            for word in (*encoder.vocabulary, *(word for word, _ in encoder.merged)):
                for part in word.split(" & "):
                    amount = amount_of(part)
                    if amount is not None and amount != round(amount):
                        return (
                            f"column {encoder.name!r} joins the number {part}, "
                            "which TensorFlow's operations cannot write as text"
                        )
    return ""


def _unknown(preparation: Preparation) -> str:
    kinds = {encoder.name: str(encoder.__struct_config__.tag) for encoder in preparation.encoders}
    return next((f"column {name!r} ({kind})" for name, kind in kinds.items() if kind not in EVERYWHERE), "")


def amount_of(word: str) -> float | None:
    """The number that a word of a vocabulary stands for, None where it is no number."""
    try:
        found = float(word)
    except ValueError:
        return None
    return found + 0.0 if isfinite(found) and parse.word(found, "number") == word else None
