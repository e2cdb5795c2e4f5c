"""TensorFlow's operations that cut a text into tokens and terms, as `engine.text.tokens` does; worker processes only.

They have no normal form for a text, only for each of its characters: a text whose characters are to be put together
or reordered first is refused when it is met.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sized
from functools import cache
from itertools import groupby
from typing import Any, TypeAlias

import tensorflow as tf

from engine.text.tokens import BLANK, MARKS, UNSPACED, Unit

Tensor: TypeAlias = Any
Tables: TypeAlias = list[Any]
"""Lookup tables, which an exported module has to hold."""

SPACE = r"\t-\r\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
SHIFT = 1 << 21
REFUSED = "has characters that are to be composed first: send the text in its normal form NFKC"


def lookup(keys: Any, values: Any, default: Any, tables: Tables) -> Any:
    """A table from keys to values, kept in `tables`."""
    made = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, values), default)
    tables.append(made)
    return made


def trimmed(texts: Tensor) -> Tensor:
    """Without white space of any script at the ends."""
    return tf.strings.regex_replace(texts, f"^[{SPACE}]+|[{SPACE}]+$", "")


def lowered_words(texts: Tensor) -> Tensor:
    """The words of texts in lower case, ragged: runs of letters, digits and _."""
    plain = tf.strings.regex_replace(tf.strings.lower(texts, encoding="utf-8"), f"[^{_letters()}]+", " ")
    return tf.strings.split(plain)


Normal: TypeAlias = Callable[[Any, str], Any]
"""What makes of texts (n,) of the column named their normal form, case folded and trimmed."""


def tokenizer(unit: Unit, normalised: Normal) -> Callable[[Tensor, str], Tensor]:
    """What makes of texts (n,) of the column named their tokens, ragged (n, tokens)."""
    letters = _letters()
    marked = f"{letters}{MARKS}"
    apart = f"([{marked}]+|[^{letters}{SPACE}])"
    if unit == "character":
        apart = f"([{UNSPACED}]|[{_ranges(_spaced())}]+|[^{letters}{SPACE}])"

    def run(texts: Tensor, name: str) -> Tensor:
        plain = tf.strings.regex_replace(normalised(texts, name), f"[{SPACE}]+", BLANK if unit == "character" else " ")
        return tf.strings.split(tf.strings.regex_replace(plain, apart, r" \1 "))

    return run


def with_pairs(tokens: Tensor) -> Tensor:
    """Ragged tokens, then every pair of neighbours."""
    pairs = tf.ragged.map_flat_values(
        lambda one, other: tf.strings.join([one, other], " "), tokens[:, :-1], tokens[:, 1:]
    )
    return tf.concat([tokens, pairs], axis=1)


def normaliser(tables: Tables) -> Normal:
    """The normal form of texts; a call fails for one that must be composed first."""
    composed = _characters((code, unicodedata.normalize("NFKC", chr(code))) for code in _assigned())
    folded = _characters((code, chr(code).casefold()) for code in _assigned())
    to_form, to_case = (
        lookup(_codes(each), tf.constant(list(each.values())), "", tables) for each in (composed, folded)
    )
    changes = _changing(tables)

    def each_character(codes: Tensor, table: Any) -> Tensor:
        found = table.lookup(tf.cast(codes.flat_values, tf.int64))
        same = tf.strings.unicode_encode(codes.flat_values[:, None], "UTF-8")
        return tf.strings.reduce_join(codes.with_flat_values(tf.where(found == "", same, found)), axis=1)

    def run(texts: Tensor, name: str) -> Tensor:
        formed = tf.strings.unicode_decode(each_character(tf.strings.unicode_decode(texts, "UTF-8"), to_form), "UTF-8")
        wrong = changes(*(tf.cast(each.flat_values, tf.int64) for each in (formed[:, :-1], formed[:, 1:])))
        with tf.control_dependencies([tf.debugging.Assert(~wrong, [f"column {name!r} {REFUSED}"])]):
            return trimmed(each_character(formed, to_case))

    return run


def _changing(tables: Tables) -> Callable[[Tensor, Tensor], Tensor]:
    """Whether the normal form changes any of these neighbours: marks to compose, or marks out of order.

    A mark that composes with any letter counts as doing so after another mark, as the letter may be the one before.
    """
    classes = {code: found for code in _assigned() if (found := unicodedata.combining(chr(code)))}
    pairs = [
        tuple(int(part, 16) for part in parts)
        for code in _assigned()
        if len(parts := unicodedata.decomposition(chr(code)).split()) == 2
        and not parts[0].startswith("<")
        and unicodedata.normalize("NFC", chr(code)) == chr(code)
    ]
    seconds = sorted({second for _, second in pairs})
    order = lookup(_codes(classes), tf.constant(list(classes.values()), tf.int64), 0, tables)
    composing = lookup(_codes(first * SHIFT + second for first, second in pairs), _ones(pairs), 0, tables)
    second_of_any = lookup(_codes(seconds), _ones(seconds), 0, tables)

    def run(one: Tensor, other: Tensor) -> Tensor:
        before, after = order.lookup(one), order.lookup(other)
        found = (before > after) & (after > 0) | (composing.lookup(one * SHIFT + other) > 0)
        found |= (before > 0) & (second_of_any.lookup(other) > 0)
        found |= _between(one, 0x1100, 0x1112) & _between(other, 0x1161, 0x1175)
        return tf.reduce_any(found | (_between(one, 0xAC00, 0xD7A3) & _between(other, 0x11A8, 0x11C2)))

    return run


def _codes(found: Iterable[int]) -> Tensor:
    return tf.constant(list(found), tf.int64)


def _ones(found: Sized) -> Tensor:
    return tf.ones(len(found), tf.int64)


def _between(codes: Tensor, first: int, last: int) -> Tensor:
    return (codes >= first) & (codes <= last)


def _characters(pairs: Iterable[tuple[int, str]]) -> dict[int, str]:
    return {code: text for code, text in pairs if text != chr(code)}


@cache
def _assigned() -> tuple[int, ...]:
    return tuple(code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) not in ("Cn", "Cs"))


@cache
def _letters() -> str:
    return _ranges(code for code in _assigned() if chr(code) == "_" or chr(code).isalnum())


def _spaced() -> Iterator[int]:
    """Letters and marks of scripts with spaces between words."""
    wanted = re.compile(f"(?![{UNSPACED}])[\\w{MARKS}]")
    return (code for code in range(sys.maxunicode + 1) if wanted.match(chr(code)))


def _ranges(codes: Iterable[int]) -> str:
    """Code points as the inside of a class of a regular expression."""
    runs = (list(run) for _, run in groupby(enumerate(sorted(codes)), lambda pair: pair[1] - pair[0]))
    return "".join(f"\\x{{{run[0][1]:x}}}-\\x{{{run[-1][1]:x}}}" for run in runs)
