"""How much two columns say of each other: amounts, words, and one of each."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from engine.seeing.schema import Amount, Associations

Array = np.ndarray

ROWS = 20_000
"""Rows looked at, drawn at random: the error of a correlation is below 0.01 then."""
COLUMNS = 60
"""Columns that are compared with the target before the most telling of them are compared with each other."""
SHOWN = 12
FEWEST = 10
VALUES, EACH = 200, 5
"""Most different words of a column, and least rows of one on average: of rare words any column seems to say much."""


def of_columns(frame: pd.DataFrame, target: str | None, seed: int) -> Associations | None:
    """The target first, then what says most of it (without a target: the first columns); None for a lone column."""
    if len(frame) > ROWS:
        frame = frame.iloc[np.sort(np.random.default_rng(seed).choice(len(frame), ROWS, replace=False))]
    others = [str(name) for name in frame.columns if name != target and _comparable(frame[name])]
    asked = others[:COLUMNS]
    if target is not None and target in frame:
        strength = {name: abs(associated(frame[target], frame[name])[0] or 0.0) for name in asked}
        names = [target, *sorted(asked, key=lambda name: -strength[name])[: SHOWN - 1]]
    else:
        names = asked[:SHOWN]
    if len(names) < 2:
        return None
    values: list[list[Amount]] = [[None] * len(names) for _ in names]
    kinds = [[""] * len(names) for _ in names]
    for at, name in enumerate(names):
        for other in range(at):
            value, kind = associated(frame[name], frame[names[other]])
            values[at][other] = values[other][at] = value
            kinds[at][other] = kinds[other][at] = kind
    return Associations(
        columns=tuple(names),
        values=tuple(map(tuple, values)),
        kinds=tuple(map(tuple, kinds)),
        rows=len(frame),
        not_shown=len(others) + (target in frame) - len(names),
    )


def associated(one: pd.Series, other: pd.Series) -> tuple[Amount, str]:
    """The measure that fits the two columns, over the rows where both are known, and its name.

    Amounts and dates: Spearman's rank correlation (1904), -1 to 1. Words: Cramér's V (1946), 0 to 1. One of each: the
    correlation ratio eta (Pearson, 1905), 0 to 1. None where there are too few rows or only one value.
    """
    both = (one.notna() & other.notna()).to_numpy()
    if both.sum() < FEWEST:
        return None, ""
    one, other = one[both], other[both]
    amounts = [each for each in (one, other) if _amount(each)]
    if len(amounts) == 2:
        return _spearman(_numbers(one), _numbers(other)), "rho"
    if amounts:
        words = other if amounts[0] is one else one
        return _ratio(pd.factorize(words)[0], _numbers(amounts[0])), "eta"
    return _cramer(pd.factorize(one)[0], pd.factorize(other)[0]), "V"


def _spearman(one: Array, other: Array) -> Amount:
    a, b = rankdata(one), rankdata(other)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def _ratio(group: Array, values: Array) -> Amount:
    """Of the ranks of the amounts, so that one far value does not decide."""
    ranks = rankdata(values)
    total = float(((ranks - ranks.mean()) ** 2).sum())
    counts = np.bincount(group)
    if total == 0 or len(counts) < 2:
        return None
    means = np.bincount(group, ranks) / counts
    return float(np.sqrt((counts * (means - ranks.mean()) ** 2).sum() / total))


def _cramer(one: Array, other: Array) -> Amount:
    rows, columns = int(one.max()) + 1, int(other.max()) + 1
    if min(rows, columns) < 2:
        return None
    seen = np.bincount(one * columns + other, minlength=rows * columns).reshape(rows, columns)
    expected = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / len(one)
    chi2 = float(((seen - expected) ** 2 / expected).sum())
    return float(np.sqrt(chi2 / len(one) / (min(rows, columns) - 1)))


def _amount(column: pd.Series) -> bool:
    kinds = pd.api.types
    return kinds.is_datetime64_any_dtype(column) or (kinds.is_numeric_dtype(column) and not kinds.is_bool_dtype(column))


def _numbers(column: pd.Series) -> Array:
    whole = pd.api.types.is_datetime64_any_dtype(column)
    return np.asarray(column.astype("datetime64[ns]").astype("int64") if whole else column, dtype=float)


def _comparable(column: pd.Series) -> bool:
    return bool(column.notna().any()) and (
        _amount(column) or column.nunique() <= min(VALUES, max(2, int(column.notna().sum()) // EACH))
    )
