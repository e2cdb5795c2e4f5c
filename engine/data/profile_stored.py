"""What each column of a table too large for memory holds: exact counts, column after column, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec
import numpy as np
from pandas.util import hash_array

from engine.data.profile import CUT, EXAMPLES, LEVELS, REPEATED, TEXT_SHARE, TEXT_VALUES, TEXT_WORDS, TOPS, word_of
from engine.data.schema import Column, ColumnKind, Top
from engine.data.stored import Coded, Stored
from engine.data.tally import Run, runs, summed

T = TypeVar("T")
BYTES = 1 << 28
PER_VALUE = 48
"""Bytes that counting a value takes: itself, its sorted copy, where it begins, its count."""
LOOKED_AT = 1000


def profile_stored(
    stored: Stored,
    limit: int = BYTES,
    tell: Callable[[str, int, int], None] = lambda name, done, total: None,
    columns: Sequence[str] | None = None,
) -> tuple[Column, ...]:
    """The same as `profile` of a frame, in about `limit` bytes; `tell` is told each column and may raise to stop."""
    names = list(stored.kinds) if columns is None else list(columns)
    found = []
    for number, name in enumerate(names):
        tell(name, number, len(names))
        words = stored.kinds[name] not in ("numeric", "date")
        found.append((_words if words else _amounts)(name, stored, max(limit // PER_VALUE, 1 << 12)))
    return tuple(found)


def _amounts(name: str, stored: Stored, most: int) -> Column:
    dates = stored.kinds[name] == "date"
    rows = known = 0
    mean = squares = 0.0
    whole = rising = falling = True
    last: object = None
    first: list[np.ndarray] = []
    column = _once(lambda: stored.column(name), stored.rows <= most)
    for piece in column():
        rows += len(piece)
        values = piece[~np.isnat(piece)] if dates else piece[~np.isnan(piece)]
        if not len(values):
            continue
        if known < 100:
            first.append(values[:100])
        if rising or falling:
            joined = values if last is None else np.concatenate([np.asarray([last], values.dtype), values])
            rising = rising and bool((joined[1:] >= joined[:-1]).all())
            falling = falling and bool((joined[1:] <= joined[:-1]).all())
        last = values[-1]
        if not dates:
            # Chan, Golub and LeVeque (1983): means and squares of two parts give those of both.
            own, count = float(values.mean()), len(values)
            squares += float(np.square(values - own).sum()) + (own - mean) ** 2 * known * count / (known + count)
            mean += (own - mean) * count / (known + count)
            whole = whole and bool(np.all(np.floor(values) == values))
        known += len(values)
    if not known:
        return Column(name=name, kind="empty", rows=rows, missing=rows)
    ranks = np.array(LEVELS) * (known - 1)
    wanted = np.unique(np.concatenate([np.floor(ranks), np.ceil(ranks)]).astype(np.int64))
    at: dict[int, float] = {}
    distinct = before = 0
    tops: list[tuple[int, object]] = []

    def present() -> Iterator[np.ndarray]:
        for piece in column():
            yield piece[~np.isnat(piece)].view(np.int64) if dates else piece[~np.isnan(piece)] + 0.0

    for values, counts in runs(present, most):
        ends = before + np.cumsum(counts)
        for rank in wanted[(wanted >= before) & (wanted < ends[-1])]:
            at[int(rank)] = values[np.searchsorted(ends, rank, side="right")]
        distinct, before = distinct + len(values), int(ends[-1])
        if distinct <= REPEATED:
            tops += [(-int(count), value) for count, value in zip(counts, values, strict=True)]
    lowest, highest = at[0], at[known - 1]
    early = np.concatenate(first)[:100]
    examples = tuple(word_of(value) for value in early[np.sort(np.unique(early, return_index=True)[1])[:EXAMPLES]])
    said = Column(
        name=name,
        kind=stored.kinds[name],
        rows=rows,
        missing=rows - known,
        distinct=distinct,
        monotone=distinct > 1 and (rising or falling),
        examples=examples,
    )
    if dates:
        ends_of = [word_of(np.datetime64(int(value), "ns")) for value in (lowest, highest)]
        return msgspec.structs.replace(said, earliest=ends_of[0], latest=ends_of[1])
    levels = [at[int(np.floor(r))] + (at[int(np.ceil(r))] - at[int(np.floor(r))]) * (r % 1) for r in ranks]
    ordered = sorted((count, word_of(value)) for count, value in tops) if distinct <= REPEATED else []
    return msgspec.structs.replace(
        said,
        minimum=float(lowest),
        maximum=float(highest),
        mean=mean,
        std=float(np.sqrt(squares / (known - 1))) if known > 1 else None,
        quantiles=tuple(float(level) for level in levels),
        top=tuple(Top(value=word[:CUT], count=-count) for count, word in ordered[:TOPS]),
        integer=whole,
    )


def _words(name: str, stored: Stored, most: int) -> Column:
    rows = known = 0
    early: dict[str, None] = {}
    column = _once(lambda: stored.coded(name), stored.rows <= most)
    for codes, words in column():
        rows += len(codes)
        known += int(np.count_nonzero(codes >= 0))
        if len(early) < LOOKED_AT:
            early |= dict.fromkeys(words[: LOOKED_AT - len(early)])
    if not known:
        return Column(name=name, kind="empty", rows=rows, missing=rows)
    distinct, often = 0, np.zeros((0, 2), dtype=np.uint64)
    for values, counts in _counted(column, most):
        distinct += len(values)
        chosen = np.argsort(counts, kind="stable")[-10_000 if len(counts) <= 10_000 else -1000 :]
        often = np.concatenate([often, np.stack([values[chosen], counts[chosen].astype(np.uint64)], axis=1)])
    least = np.sort(often[:, 1])[-min(TOPS, len(often))]
    often = often[often[:, 1] >= least]
    often = often[np.argsort(often[:, 1], kind="stable")[::-1][:10_000]]
    counted = {int(value): int(count) for value, count in often}
    spelled: dict[int, str] = {}
    for _, words in column():
        for place in np.flatnonzero(np.isin(hash_array(words, categorize=False), often[:, 0])):
            spelled[int(hash_array(words[place : place + 1], categorize=False)[0])] = str(words[place])
        if len(spelled) == len(counted):
            break
    pairs = sorted((-counted[value], word) for value, word in spelled.items())[:TOPS]
    kind = _kind(list(early), distinct, known)
    return Column(
        name=name,
        kind=kind,
        rows=rows,
        missing=rows - known,
        distinct=distinct,
        top=tuple(Top(value=word[:CUT], count=-count) for count, word in pairs)
        if kind != "text" or -pairs[0][0] > 1
        else (),
        examples=tuple(word[:CUT] for word in list(early)[:EXAMPLES]),
    )


def _counted(column: Callable[[], Iterable[Coded]], most: int) -> Iterator[Run]:
    """Hashes of the words with their counts, in ascending runs of at most about `most`."""
    parts, size = [], 0
    for codes, words in column():
        counts = np.bincount(codes[codes >= 0], minlength=len(words))
        parts.append((hash_array(words[counts > 0], categorize=False), counts[counts > 0]))
        size += len(parts[-1][0])
        if size > most:
            break
    else:
        yield summed(parts)
        return

    def hashed() -> Iterator[np.ndarray]:
        for codes, words in column():
            yield hash_array(words, categorize=False)[codes[codes >= 0]]

    yield from runs(hashed, most)


def _once(read: Callable[[], Iterator[T]], fits: bool) -> Callable[[], Iterable[T]]:
    """What is read over and over, kept where it fits into memory."""
    if not fits:
        return read
    held = list(read())
    return lambda: held


def _kind(early: list[str], distinct: int, known: int) -> ColumnKind:
    if distinct <= 2 and set(early) <= {"true", "false"}:
        return "boolean"
    if distinct <= TEXT_VALUES:
        return "categorical"
    length = sum(word.count(" ") + 1 for word in early) / len(early)
    return "text" if distinct >= TEXT_SHARE * known or length >= TEXT_WORDS else "categorical"
