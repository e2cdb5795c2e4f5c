"""Cuts a text into tokens and terms with the standard library only: it is shipped with every model that reads text."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Literal, TypeAlias

Unit: TypeAlias = Literal["word", "character"]
"""What a token is: a word, or for writing without blanks (and Korean, whose words inflect) one character."""

UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003134f"
)
"""Thai, Lao, Tibetan, Burmese, Khmer, Japanese, Chinese, and Korean."""
MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff"
"""Signs that belong to the letter before them, and the scripts of India, where such signs are vowels."""
ALONE = re.compile(f"[{UNSPACED}]")
BLANK = "\u2581"
"""Stands for the space between words where characters are the tokens."""

WORDS = re.compile(rf"[\w{MARKS}]+|[^\w\s]")
CHARACTERS = re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}])[\w{MARKS}])+|\s+|[^\w\s]")


def normalised(text: str) -> str:
    """The text in one of the ways it may be written: compatibility forms composed (NFKC), case folded, trimmed."""
    return (text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()).strip()


def tokens(text: str, unit: Unit) -> list[str]:
    """The tokens of a text in their order: words or characters, numbers, and each sign of punctuation.

    With "character", a run of letters of another script is still one token, and a space is the token BLANK.
    """
    plain = normalised(text)
    if unit == "word":
        return WORDS.findall(plain)
    return [BLANK if token.isspace() else token for token in CHARACTERS.findall(plain)]


def terms(text: str, unit: Unit) -> list[str]:
    """The tokens, then every pair of neighbours, written with a space between them."""
    single = tokens(text, unit)
    return single + [f"{first} {second}" for first, second in pairwise(single)]
