"""The cells of a column as text, held once per different word, and what those are taken for: missing, number, date …"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.amounts import endings, without_signs
from engine.data.dates import as_dates, is_compact, of_several_forms
from engine.data.numbers import DecimalMark, Mark, as_numbers, decimal_mark, is_code, mostly_numbers
from engine.data.schema import ColumnKind
from engine.data.truth import as_truth

MISSING = frozenset(("", "na", "n/a", "n.a.", "#n/a", "<na>", "?", "null", "(null)", "\\n", "nan", "nat", "."))
PERHAPS_MISSING = frozenset(("none", "-", "--"))
"""Missing among numbers and dates; in a column of words they may be a class."""
ERRORS = frozenset(("#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!"))
"""What a spreadsheet writes where a formula failed: missing among numbers and dates."""
FEW_WORDS = 50
"""Up to so many different words a column is one of classes, where "None" is an answer like the others."""
STRAY_WORDS = 3
STRAY_SHARE = 0.8
STRAY_NUMBERS = 10
"""Numeric is also a column with at least so many different numbers, in that share of its cells, and so few words."""
FEW_STRANGE = 12
"""So few words among that many numbers are worth a question."""
LONGEST = 20
AMOUNT = r"^[+-]?[\d.,]*\d[.,]?([eE][+-]?\d+)?$"


POINT = Mark()


@dataclass(frozen=True)
class Rules:
    """What holds for all columns of a file: the decimal mark, the order of day and month, more words for missing."""

    mark: Mark = POINT
    order: str = "auto"
    absent: frozenset[str] = frozenset()


PLAIN = Rules()


@dataclass(frozen=True)
class Words:
    """A column of text: `words` (u,) the different trimmed cells, `codes` (n,) which of them each row holds."""

    words: pa.Array
    codes: np.ndarray
    blanks: int = 0
    """Cells that hold blanks only."""
    trimmed: bool = False

    @cached_property
    def counts(self) -> np.ndarray:
        """Rows per word (u,)."""
        return np.bincount(self.codes, minlength=len(self.words))

    @cached_property
    def lower(self) -> pa.Array:
        return pc.utf8_lower(self.words)

    def kept(self, rows: np.ndarray) -> "Words":
        """The same for the rows of a boolean mask (n,)."""
        return replace(self, codes=self.codes[rows])


@dataclass(frozen=True)
class Typed:
    """A column with its type: float64, datetime64[ns], or object (text or None); which words were read as missing."""

    values: np.ndarray
    kind: ColumnKind
    missing: dict[str, int]
    notes: tuple[str, ...] = ()
    order: str = "auto"
    doubts: dict[str, str] = field(default_factory=dict)
    """What a person should look at: the name of a `Manner` field to the reason."""


def words_of(column: pa.ChunkedArray, delimiters: str) -> Words:
    """Trim the cells of a text column; a cell of nothing but delimiters is empty."""
    encoded = column.combine_chunks().dictionary_encode()
    raw = encoded.dictionary.cast(pa.large_string())
    text = pc.utf8_trim_whitespace(raw)
    text = pc.if_else(pc.match_substring_regex(text, f"^[{re.escape(delimiters)}]+$"), "", text)
    changed = pc.not_equal(raw, text)
    if not pc.any(changed).as_py():
        return Words(raw, encoded.indices.to_numpy())
    again = text.dictionary_encode()
    codes = again.indices.to_numpy()[encoded.indices.to_numpy()]
    hollow = np.asarray(pc.and_(changed, pc.equal(text, "")))
    blanks = int(np.bincount(encoded.indices.to_numpy(), minlength=len(raw))[hollow].sum())
    return Words(again.dictionary, codes, blanks, trimmed=True)


def column_mark(column: Words, absent: frozenset[str]) -> DecimalMark | None:
    """The decimal mark that the numbers of this column show, None where they show none."""
    return decimal_mark(_chosen(column, _sentinels(column.lower, MISSING | PERHAPS_MISSING | ERRORS | absent)))


def typed(column: Words, rules: Rules, kind: ColumnKind | None = None, loose: bool = False) -> Typed:
    """Give a column its type: the `kind` asked for, else what all its words are: numbers, dates, true/false, text.

    `loose`: a person asked for the kind, so that the number of "5more" is taken.
    """
    every = _sentinels(column.lower, MISSING | PERHAPS_MISSING | ERRORS | rules.absent)
    if every.all():
        return _as_text(column, every, "empty")
    words = _chosen(column, every)
    if kind in (None, "numeric") and not (kind is None and is_compact(words)):
        found = _numeric(column, every, rules, forced=kind == "numeric", loose=loose)
        if found is not None:
            return found
    if kind in (None, "date"):
        dated = as_dates(words, rules.order, forced=kind == "date")
        if dated is not None:
            values = np.full(len(column.words), np.datetime64("NaT", "ns"))
            values[~every] = dated.values
            lost = every | np.isnat(values) if kind else every
            doubts = {"dates": dated.doubt} if dated.doubt else {}
            return Typed(values[column.codes], "date", _said(column, lost), dated.notes, dated.order, doubts)
    if kind in (None, "boolean"):
        truth = as_truth(column.lower, every, several=len(words) > 2, forced=kind == "boolean")
        if truth is not None:
            notes = (truth.note,) if truth.note else ()
            lost = np.asarray(pc.is_null(truth.words))
            return replace(
                _as_text(replace(column, words=truth.words), lost, "boolean"), missing=_said(column, lost), notes=notes
            )
    text = _as_text(column, _absent_words(column, words, rules.absent), "text")
    return text if kind else replace(text, doubts=_mixed(column, words))


def _numeric(column: Words, every: np.ndarray, rules: Rules, forced: bool, loose: bool) -> Typed | None:
    words = _chosen(column, every)
    if not forced and (why := is_code(words)):
        return replace(_as_text(column, every, "categorical"), notes=(why,))
    numbers = None
    if forced or mostly_numbers(words):
        numbers = as_numbers(words, rules.mark, forced=forced, loose=loose)
    if numbers is None and not forced:
        return None
    values = np.full(len(column.words), np.nan)
    values[~every] = np.nan if numbers is None else numbers.values
    known = np.isfinite(values)
    stray = ~every & np.isnan(values)
    if stray.any() and not forced:
        rows, cells = column.counts[known].sum(), column.counts[~every].sum()
        strange = _chosen(column, ~stray)
        worded = len(strange) <= STRAY_WORDS and not pc.any(pc.match_substring_regex(strange, r"\d")).as_py()
        if not worded or known.sum() < STRAY_NUMBERS or rows < STRAY_SHARE * cells:
            return None
    notes = list(numbers.notes) if numbers else []
    if np.isinf(values).any():
        notes.insert(0, f"{int(column.counts[np.isinf(values)].sum())} infinite values were read as missing")
        values[np.isinf(values)] = np.nan
    doubts = {"decimal": numbers.doubt} if numbers and numbers.doubt else {}
    return Typed(values[column.codes], "numeric", _said(column, every | stray), tuple(notes), doubts=doubts)


def _mixed(column: Words, words: pa.Array) -> dict[str, str]:
    """Why a column of words may hold amounts after all: numbers with words behind them, or with words among them."""
    if of_several_forms(words):
        return {"kinds": "its dates are not all of one form, so it is read as text"}
    if not mostly_numbers(words):
        return {}
    if why := without_signs(words, forced=False).doubt:
        return {"kinds": f"{why}, so it is read as text"}
    if found := endings(words):
        return {"kinds": f"its numbers have {' or '.join(map(repr, found))} around them, so it is read as text"}
    known = np.asarray(pc.match_substring_regex(words, AMOUNT))
    if known.sum() < STRAY_NUMBERS or known.mean() < STRAY_SHARE or (~known).sum() > FEW_STRANGE:
        return {}
    strange = ", ".join(repr(word[:LONGEST]) for word in words.filter(pa.array(~known)).to_pylist()[:STRAY_WORDS])
    return {"kinds": f"nearly all of its values are numbers, but not {strange}, so it is read as text"}


def _absent_words(column: Words, real: pa.Array, more: frozenset[str]) -> np.ndarray:
    """Which words of a text column stand for a missing value; `real`: those that never do."""
    absent = set(MISSING)
    if not pc.any(pc.equal(real, "+")).as_py():
        absent |= {"-", "--"}
    if len(real) > FEW_WORDS:
        absent = absent - {"."} | {"none"}
    if len(real) >= 3 and pc.all(pc.match_substring_regex(real, "^[A-Z]{2}$")).as_py():
        absent.discard("na")
    return _sentinels(column.lower, absent | more)


def _as_text(column: Words, out: np.ndarray, kind: ColumnKind) -> Typed:
    texts = np.array([*column.words.to_pylist(), None], dtype=object)[:-1]
    texts[out] = None
    return Typed(texts[column.codes], kind, _said(column, out))


def _said(column: Words, out: np.ndarray) -> dict[str, int]:
    """The words read as missing with their rows; an empty cell needs no mention."""
    texts = column.words.take(pa.array(np.flatnonzero(out))).to_pylist()
    return {word: int(count) for word, count in zip(texts, column.counts[out], strict=True) if word and count}


def _sentinels(lower: pa.Array, absent: Iterable[str]) -> np.ndarray:
    """Which words are among those (u,)."""
    return np.asarray(pc.is_in(lower, value_set=pa.array(sorted(absent), lower.type)))


def _chosen(column: Words, out: np.ndarray) -> pa.Array:
    return column.words.filter(pa.array(~out))
