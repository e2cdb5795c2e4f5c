"""What a column of texts is like, and which encoder that asks for; it looks at training texts and at no target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import quantiles

from engine.text.language import main_language
from engine.text.tokens import ALONE, Unit, tokens
from engine.values import Count, NonNegative, Value

RULE = 1500
"""Texts per mean number of words from which order tells more than counts do (Chollet, 2021, chapter 11)."""
CHEAP = 20.0
"""Tokens per text below which a text beside other columns is a remark: presence of its words does."""
FOREIGN = 0.3
"""Share of letters in scripts without spaces from which characters are the tokens."""
SOME, MANY = 2000, 20_000
"""Texts that are looked at for language and script, and for how long they are."""
SHORTEST, LONGEST = 8, 256
"""Tokens that a sequence is cut or filled up to."""
MOST_TERMS = 20_000
"""Words and pairs of words beyond which more of them do not help (Google's guide to text classification, 2018)."""
BESIDE = 3000
"""The same for texts beside other columns, which they must not drown."""
FEW_TERMS = 4000
USUAL_CELLS, MOST_CELLS = 1 << 24, 1 << 28
"""Numbers that terms times rows should make, with more than FEW_TERMS, and that they may make with fewer: 64 MiB and 1
GiB of float32. They are the same on every machine, so that results are."""


class TextShape(Value, frozen=True):
    """What a token is, how many a text has on average, how many are kept in a sequence, and the language if told."""

    unit: Unit = "word"
    mean: NonNegative = 0.0
    length: Count = SHORTEST
    language: str = ""
    terms: Count = MOST_TERMS
    """Words and pairs that are counted at most."""


def measured(texts: Sequence[str]) -> TextShape:
    """The shape of known texts; `length` holds all tokens of 19 texts of 20, as far as LONGEST allows."""
    some = texts[:: max(1, len(texts) // SOME)]
    unit = unit_of(some)
    counts = [len(tokens(text, unit)) for text in texts[:: max(1, len(texts) // MANY)]]
    if len(counts) < 2:
        return TextShape(unit=unit, mean=float(sum(counts)))
    nearly_all = quantiles(counts, n=20, method="inclusive")[-1]
    return TextShape(
        unit=unit,
        mean=sum(counts) / len(counts),
        length=int(min(max(SHORTEST, -(-nearly_all // 8) * 8), LONGEST)),
        language=main_language(some) or "",
    )


def unit_of(texts: Iterable[str]) -> Unit:
    """Characters where many letters are of scripts that set no spaces between words, or of Korean; else words."""
    letters = foreign = 0
    for text in texts:
        letters += sum(sign.isalpha() for sign in text)
        foreign += len(ALONE.findall(text))
    return "character" if foreign > FOREIGN * max(letters, 1) else "word"


def advised(shape: TextShape, rows: int, alone: bool) -> tuple[str, str]:
    """The action for a column of so many texts, and why; `alone`: no other column is an input."""
    tongue = f"text in {shape.language}" if shape.language else "text in a language that cannot be told"
    said = f"{tongue}, {rows:,} texts of {shape.mean:.0f} {shape.unit}s"
    if not alone and shape.mean < CHEAP:
        return "words", f"{said} beside other columns: presence of the most frequent words"
    ratio = rows / max(shape.mean, 1.0)
    if ratio < RULE:
        return "bigrams", f"{said}: a ratio of {ratio:,.0f}, below {RULE}, so counts of {shape.unit}s and pairs of them"
    return "tokens", f"{said}: a ratio of {ratio:,.0f}, not below {RULE}, so their order is worth learning"


def most_terms(rows: int) -> int:
    """How many terms of so many training rows are kept."""
    rows = max(rows, 1)
    return max(1, min(MOST_TERMS, max(FEW_TERMS, USUAL_CELLS // rows), MOST_CELLS // rows))
