"""What each column holds: counts, range, quantiles and top values of a typed frame, one sort per column."""

import msgspec
import numpy as np
import pandas as pd

from engine.data.schema import FILE_KINDS, Column, ColumnKind, Reading, TargetColumn, TargetSummary, Top
from engine.data.separated import parts_of, separators_of

TOPS = 5
CLASSES = 50
REPEATED = 20
"""Numbers with up to so many different values are shown with their most common ones."""
CUT = 200
"""Characters of a value that a profile keeps."""
EXAMPLES = 3
TEXT_VALUES = 50
TEXT_SHARE = 0.5
TEXT_WORDS = 5
"""Text: more than TEXT_VALUES different values, one for every other row or of TEXT_WORDS words on average."""
LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)


def profile(frame: pd.DataFrame) -> tuple[Column, ...]:
    """Every column of a frame of float64, datetime64 and object (text or None) columns, over all its rows."""
    return tuple(_column(str(name), frame.iloc[:, place]) for place, name in enumerate(frame.columns))


def as_text(values: pd.Series) -> np.ndarray:
    """Values as the words that name classes (n,), None where missing; whole numbers without a decimal point."""
    array = values.to_numpy(copy=True)
    if array.dtype == object:
        array[pd.isna(array)] = None
        return np.asarray(array)
    found, inverse = np.unique(array[~pd.isna(array)], return_inverse=True)
    words = np.full(len(array), None, dtype=object)
    words[~pd.isna(array)] = np.array([word_of(value) for value in found], dtype=object)[inverse]
    return words


def target_summary(frame: pd.DataFrame, column: str, *others: str) -> TargetSummary:
    """The values of the target, looked at without any input: its column, and others that are predicted with it."""
    first, *more = (_target_column(frame[name], name) for name in (column, *others))
    return TargetSummary(**msgspec.structs.asdict(first), others=tuple(more))


def of_files(target: TargetSummary, reading: Reading) -> TargetSummary:
    """The summary of a target whose cells are paths of files, which say nothing themselves."""
    kind = next((column.kind for column in reading.columns if column.name == target.column), target.kind)
    if kind not in FILE_KINDS:
        return target
    return msgspec.structs.replace(target, kind=kind, counts=(), separators="", labels=0)


def _target_column(values: pd.Series, column: str) -> TargetColumn:
    said = _column(column, values)
    counts = _tops(values, CLASSES) if said.kind != "empty" else ()
    skew, lag1 = None, None
    if said.kind == "numeric" and said.std:
        numbers = values.to_numpy(dtype=float)
        known = numbers[~np.isnan(numbers)]
        central = (known - known.mean()) / known.std()
        skew, lag1 = float(np.mean(central**3)), _lag1(numbers)
    cells = [str(cell) for cell in values.dropna()] if said.kind in ("categorical", "text") else []
    separators = separators_of(cells)
    return TargetColumn(
        column=column,
        kind=said.kind,
        missing=said.missing,
        distinct=said.distinct,
        integer=said.integer,
        counts=counts,
        minimum=said.minimum,
        maximum=said.maximum,
        mean=said.mean,
        std=said.std,
        skew=skew,
        lag1=lag1,
        separators=separators,
        labels=len(parts_of(set(cells), separators)) if separators else 0,
    )


def _lag1(numbers: np.ndarray) -> float | None:
    """Correlation of neighbours in file order where both are known; None when there is no spread."""
    before, after = numbers[:-1], numbers[1:]
    both = ~np.isnan(before) & ~np.isnan(after)
    before, after = before[both], after[both]
    if len(before) < 3 or before.std() == 0 or after.std() == 0:
        return None
    return float(np.corrcoef(before, after)[0, 1])


def _column(name: str, values: pd.Series) -> Column:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return _dates(name, values)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return _numbers(name, values.to_numpy(dtype=float))
    return _texts(name, values)


def _numbers(name: str, values: np.ndarray) -> Column:
    known = values[~np.isnan(values)]
    if not len(known):
        return Column(name=name, kind="empty", rows=len(values), missing=len(values))
    ordered = np.sort(known)
    distinct = 1 + int(np.count_nonzero(ordered[1:] != ordered[:-1]))
    return Column(
        name=name,
        kind="numeric",
        rows=len(values),
        missing=len(values) - len(known),
        distinct=distinct,
        minimum=float(ordered[0]),
        maximum=float(ordered[-1]),
        mean=float(known.mean()),
        std=float(known.std(ddof=1)) if len(known) > 1 else None,
        quantiles=tuple(float(level) for level in _quantiles(ordered)),
        top=_tops(pd.Series(known), TOPS) if distinct <= REPEATED else (),
        integer=bool(np.all(np.floor(known) == known)),
        monotone=distinct > 1 and _monotone(known),
        examples=tuple(word_of(value) for value in _first_different(known)),
    )


def _quantiles(ordered: np.ndarray) -> np.ndarray:
    """Quantiles at LEVELS of sorted values, by linear interpolation (Hyndman & Fan 1996, type 7)."""
    found: np.ndarray = np.interp(np.array(LEVELS) * (len(ordered) - 1), np.arange(len(ordered)), ordered)
    return found


def _dates(name: str, values: pd.Series) -> Column:
    known = values.dropna().to_numpy()
    if not len(known):
        return Column(name=name, kind="empty", rows=len(values), missing=len(values))
    ordered = np.sort(known)
    distinct = 1 + int(np.count_nonzero(ordered[1:] != ordered[:-1]))
    return Column(
        name=name,
        kind="date",
        rows=len(values),
        missing=len(values) - len(known),
        distinct=distinct,
        earliest=word_of(ordered[0]),
        latest=word_of(ordered[-1]),
        monotone=distinct > 1 and _monotone(known),
        examples=tuple(word_of(value) for value in _first_different(known)),
    )


def _texts(name: str, values: pd.Series) -> Column:
    codes, words = pd.factorize(values.to_numpy(dtype=object))
    counts = np.bincount(codes[codes >= 0], minlength=len(words))
    missing = int(np.count_nonzero(codes < 0))
    if not len(words):
        return Column(name=name, kind="empty", rows=len(values), missing=missing)
    kind = _kind(words, counts)
    return Column(
        name=name,
        kind=kind,
        rows=len(values),
        missing=missing,
        distinct=len(words),
        top=_most_common(words, counts, TOPS) if kind != "text" or counts.max() > 1 else (),
        examples=tuple(str(word)[:CUT] for word in words[:EXAMPLES]),
    )


def _kind(words: np.ndarray, counts: np.ndarray) -> ColumnKind:
    if len(words) <= 2 and set(words) <= {"true", "false"}:
        return "boolean"
    if len(words) <= TEXT_VALUES:
        return "categorical"
    length = sum(str(word).count(" ") + 1 for word in words[:1000]) / min(len(words), 1000)
    return "text" if len(words) >= TEXT_SHARE * counts.sum() or length >= TEXT_WORDS else "categorical"


def _tops(values: pd.Series, most: int) -> tuple[Top, ...]:
    codes, found = pd.factorize(values.to_numpy())
    words = np.array([word_of(value) for value in found], dtype=object) if len(found) <= 10_000 else np.asarray(found)
    return _most_common(words, np.bincount(codes[codes >= 0], minlength=len(found)), most)


def _most_common(words: np.ndarray, counts: np.ndarray, most: int) -> tuple[Top, ...]:
    """The most common values, ties in alphabetical order."""
    if len(counts) > most:
        least = np.partition(counts, -most)[-most]
        chosen = np.flatnonzero(counts >= least)[:10_000]
    else:
        chosen = np.arange(len(counts))
    pairs = sorted((-int(counts[place]), word_of(words[place])) for place in chosen)
    return tuple(Top(value=word[:CUT], count=-count) for count, word in pairs[:most])


def _monotone(known: np.ndarray) -> bool:
    steps = known[1:] >= known[:-1]
    return bool(steps.all() or (known[1:] <= known[:-1]).all())


def _first_different(known: np.ndarray) -> np.ndarray:
    _, places = np.unique(known[:100], return_index=True)
    found: np.ndarray = known[np.sort(places)[:EXAMPLES]]
    return found


def word_of(value: object) -> str:
    """A value as text: whole numbers without a decimal point, dates in ISO form."""
    if isinstance(value, np.datetime64 | pd.Timestamp):
        text = str(pd.Timestamp(value).isoformat())
        return text.removesuffix("T00:00:00")
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
    return str(value)
