"""Draw the test set by a seeded hash of row identity: who is in it follows from the rows and not from their order."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from engine.data.identity import mixed, row_hashes
from engine.data.profile import as_text
from engine.errors import UserError

Kind = Literal["random", "stratified", "group", "time"]
WORDS_OF_KIND = ("random", "stratified", "group", "time")
FEW_GROUPS = 50
"""So few groups are taken in the order of their hashes until the share is met; more, each by its own hash."""
CLASSES = 50
BINS = 10
"""A target of more than CLASSES numbers is stratified by its deciles."""
COPIES = 5
"""With more rows than this per different content, on average, repeats are the nature of the data, not copies."""
TOP = float(2**64)


@dataclass(frozen=True)
class Drawn:
    """Which rows are sealed (n,) bool, how they were drawn, and why in words."""

    mask: np.ndarray
    kind: Kind
    why: str

    @property
    def rows(self) -> int:
        return int(self.mask.sum())


def draw(
    frame: pd.DataFrame,
    *,
    share: float,
    seed: int,
    kind: Kind,
    target: str | None = None,
    others: tuple[str, ...] = (),
    group: str | None = None,
    time: str | None = None,
    hashes: np.ndarray | None = None,
) -> Drawn:
    """Choose about `share` of the labelled rows for the test; rows without a target are never chosen.

    `target`, and `others` that are predicted with it.

    random: each row by the hash of its inputs, so equal rows land on one side and added rows change no other (unless
    a handful of contents makes up all rows: then each copy is drawn by itself).
    stratified: the lowest hashes of each class. group: whole groups by the hash of the group.
    time: the latest rows (`time` None: file order), equal times on one side; rows without a time are not chosen.
    `hashes` (n,) are those of the rows' content where `frame` holds only the columns that the test set is drawn by.
    Errors: UserError when no row, or no other row, would be left.
    """
    if not 0 < share < 1:
        raise UserError(f"data.test_share: {share:g} is not between 0 and 1")
    targets = [] if target is None else [target, *others]
    labelled = frame[targets].notna().all(axis=1).to_numpy()
    rows = frame[labelled]
    if len(rows) < 2:
        raise UserError(f"{len(rows)} rows with a known target: too few to seal a test set")
    if hashes is None and kind != "time":
        hashes = row_hashes(frame, [str(name) for name in frame.columns if name not in targets], seed)
    identity = np.empty(0) if hashes is None else _identity(hashes[labelled])
    if kind == "time":
        chosen, why = _latest(rows, share, time)
    elif kind == "group":
        chosen, why = _groups(rows, share, seed, _named(group, "group"), identity)
    elif kind == "stratified":
        chosen, why = _stratified(rows, share, _named(target, "stratified"), identity)
    else:
        chosen, why = _random(identity, share), "each row by a hash of its content"
    if not chosen.any() or chosen.all():
        raise UserError(
            f"no {share:.0%} of {len(rows):,} rows can be sealed ({kind}): all rows are alike or belong together; "
            "choose another way to divide them"
        )
    mask = np.zeros(len(frame), dtype=bool)
    mask[labelled] = chosen
    return Drawn(mask, kind, f"{why}: {int(chosen.sum()):,} of {len(rows):,} rows ({chosen.mean():.1%})")


def _named(column: str | None, kind: str) -> str:
    if column is None:
        raise UserError(f"a {kind} test set needs the column it is drawn by; name it in framing")
    return column


def _identity(hashes: np.ndarray) -> np.ndarray:
    """A hash of each row's content but the target (n,); where few contents repeat over and over, also of its turn."""
    if len(np.unique(hashes)) * COPIES >= len(hashes):
        return hashes
    turn = pd.Series(hashes).groupby(hashes).cumcount().to_numpy(dtype=np.uint64)
    return mixed(hashes + mixed(turn + np.uint64(1)))


def _random(hashes: np.ndarray, share: float) -> np.ndarray:
    """Those whose hash is in the lowest share of all hashes; never none and never all while hashes differ."""
    chosen: np.ndarray = hashes < np.uint64(share * TOP)
    if not chosen.any():
        chosen = hashes == hashes.min()
    if chosen.all():
        chosen = hashes != hashes.max()
    return chosen


def _stratified(rows: pd.DataFrame, share: float, target: str, hashes: np.ndarray) -> tuple[np.ndarray, str]:
    classes = _classes(rows[target])
    chosen = np.zeros(len(rows), dtype=bool)
    alone = 0
    for number in range(classes.max() + 1):
        members = np.flatnonzero(classes == number)
        chosen[members] = _lowest(hashes[members], share, least=1)
        alone += len(np.unique(hashes[members])) < 2
    why = "the same share of every class, by a hash of each row's content"
    return chosen, why + (f" ({alone} classes of one kind of row stay for learning)" if alone else "")


def _lowest(hashes: np.ndarray, share: float, least: int) -> np.ndarray:
    """The rows with the lowest hashes that come nearest to the share; equal hashes stay together, one stays out."""
    ordered = np.sort(hashes)
    ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]) + 1, len(ordered))[:-1]
    if not len(ends):
        return np.zeros(len(hashes), dtype=bool)
    wanted = max(share * len(hashes), least)
    chosen: np.ndarray = hashes < ordered[ends[np.argmin(np.abs(ends - wanted))]]
    return chosen


def _classes(target: pd.Series) -> np.ndarray:
    """Class numbers (n,): the values, or for an amount the tenths of its distribution."""
    if target.dtype.kind == "f" and target.nunique() > CLASSES:
        edges = np.unique(np.quantile(target, np.linspace(0, 1, BINS + 1)[1:-1]))
        return np.asarray(np.searchsorted(edges, target.to_numpy(), side="right"))
    return np.asarray(pd.factorize(as_text(target), sort=True)[0])


def _groups(rows: pd.DataFrame, share: float, seed: int, group: str, identity: np.ndarray) -> tuple[np.ndarray, str]:
    names, hashes = rows[group], row_hashes(rows, [group], seed)
    missing = names.isna().to_numpy()
    hashes[missing] = identity[missing]
    count = names.nunique()
    if count < 2 and not missing.any():
        raise UserError(f"column {group!r} holds one group only, so rows cannot be divided by it; choose another")
    if len(np.unique(hashes)) >= FEW_GROUPS:
        return _random(hashes, share), f"whole groups of {group} by the hash of the group ({count:,} groups)"
    return _lowest(hashes, share, least=1), f"whole groups of {group} in the order of their hashes ({count} groups)"


def _latest(rows: pd.DataFrame, share: float, time: str | None) -> tuple[np.ndarray, str]:
    times = rows.index.to_series() if time is None else rows[time]
    if times.dtype == object:
        raise UserError(f"column {time!r} holds no dates or numbers, so rows cannot be put in time order by it")
    known = times.notna().to_numpy()
    values = times.to_numpy()
    ordered = np.sort(values[known])
    starts = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    if not len(starts):
        raise UserError(f"column {time!r} holds one time only, so rows cannot be put in time order by it")
    start = ordered[starts[np.argmin(np.abs(starts - (1 - share) * len(ordered)))]]
    chosen = known & (values >= start)
    said = "the latest rows of the file" if time is None else f"the rows from {pd.Series([start])[0]} on, by {time}"
    left = int((~known).sum())
    return chosen, said + (f" ({left:,} rows without a time stay for learning)" if left else "")


def twins(frame: pd.DataFrame, mask: np.ndarray, columns: list[str]) -> tuple[int, ...]:
    """Ids of rows outside the mask whose values in `columns` equal those of a row inside it."""
    return tuple(int(row) for row in frame.index[alike(row_hashes(frame, columns, seed=0), mask)])


def alike(hashes: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Rows outside the mask with the hash of one inside it (n,) bool."""
    found: np.ndarray = ~mask & np.isin(hashes, np.unique(hashes[mask]))
    return found
