"""Divide development rows into training and validation: hold-out, k-fold, iterated; stratified, grouped, in time."""

from dataclasses import dataclass

import numpy as np

from engine.data.identity import numbered_hashes
from engine.errors import UserError

KINDS = ("holdout", "kfold", "iterated")


@dataclass(frozen=True)
class Fold:
    """Places (not row ids) of the rows to train on and to validate on, ascending."""

    train: np.ndarray
    test: np.ndarray


def make(
    kind: str,
    *,
    n: int,
    k: int = 5,
    repeats: int = 1,
    seed: int = 1,
    stratify: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    order: np.ndarray | None = None,
    gap: int = 0,
    share: float = 0.2,
    least: int = 0,
) -> tuple[Fold, ...]:
    """Folds over n rows, the same for the same seed: one for holdout, k for kfold, repeats * k for iterated.

    `stratify` (n,): class of a row; every fold has the same share of each class, within one row. `groups` (n,): no
    group is on both sides. `order` (n,): rank in time; a fold trains on what comes before its validation rows, less
    the last `gap` rows of that; no fold trains on less than what comes before row `least`. With order, classes are not
    balanced, groups under validation are not trained on, and rows whose rank is NaN are in no fold.
    Errors: UserError for fewer rows, groups or times than folds, and for iterated folds in time order.
    """
    if kind not in KINDS:
        raise UserError(f"protocol.kind: {kind!r} is not one of {', '.join(KINDS)}")
    if kind != "holdout" and not 2 <= k <= n:
        raise UserError(f"{n} rows cannot be divided into {k} folds: choose 2 to {n}")
    if order is not None:
        return _in_time(kind, k, order, groups, gap, share, least)
    classes = np.zeros(n, dtype=int) if stratify is None else np.unique(stratify, return_inverse=True)[1].reshape(-1)
    members = None if groups is None else np.unique(groups, return_inverse=True)[1].reshape(-1)
    if members is not None and members.max(initial=-1) + 1 < (2 if kind == "holdout" else k):
        raise UserError(f"{members.max(initial=-1) + 1} groups cannot be divided into {k} folds: choose fewer folds")
    found: list[Fold] = []
    for repeat in range(repeats if kind == "iterated" else 1):
        if kind == "holdout":
            test = _held_out(classes, members, share, seed)
            found.append(_fold(test))
            continue
        assign = _assigned(classes, members, k, seed, repeat)
        found += [_fold(assign == part) for part in range(k)]
    return tuple(found)


def _fold(test: np.ndarray) -> Fold:
    if not test.any() or test.all():
        raise UserError("one side of a fold would be empty: choose another share or fewer folds")
    return Fold(np.flatnonzero(~test), np.flatnonzero(test))


def _assigned(classes: np.ndarray, groups: np.ndarray | None, k: int, seed: int, repeat: int) -> np.ndarray:
    """The fold of each row (n,). Rows are dealt out class by class in the order of their hashes."""
    if groups is not None:
        return _grouped(classes, groups, np.full(k, 1 / k), seed, repeat)
    dealt = np.lexsort((numbered_hashes(len(classes), seed, repeat), classes))
    assign = np.empty(len(classes), dtype=int)
    assign[dealt] = np.arange(len(classes)) % k
    return assign


def _held_out(classes: np.ndarray, groups: np.ndarray | None, share: float, seed: int) -> np.ndarray:
    """Which rows are held out (n,): the lowest hashes of each class, one row of a class always staying for training."""
    if groups is not None:
        held: np.ndarray = _grouped(classes, groups, np.array([1 - share, share]), seed, 0) == 1
        return held
    hashes = numbered_hashes(len(classes), seed, "holdout")
    test = np.zeros(len(classes), dtype=bool)
    for number in range(classes.max(initial=-1) + 1):
        rows = np.flatnonzero(classes == number)
        wanted = min(max(round(share * len(rows)), 1), len(rows) - 1)
        test[rows[np.argsort(hashes[rows])[:wanted]]] = True
    return test


def _grouped(classes: np.ndarray, groups: np.ndarray, shares: np.ndarray, seed: int, repeat: int) -> np.ndarray:
    """The part of each row (n,), whole groups at a time: large ones first, each where it is missed most.

    A group goes where the squared distance of all classes from their shares grows least; sizes count by their power
    of two, and hashes order groups of like size, so that another repeat gives another partition.
    """
    table = np.zeros((groups.max() + 1, classes.max() + 1))
    np.add.at(table, (groups, classes), 1)
    sizes = table.sum(axis=1)
    turns = np.lexsort((numbered_hashes(len(table), seed, "group", repeat), -np.floor(np.log2(sizes))))
    weights = 1 / table.sum(axis=0) ** 2
    filled = np.zeros((len(shares), table.shape[1]))
    part = np.empty(len(table), dtype=int)
    for done, group in enumerate(turns):
        cost = ((filled / shares[:, None]) * table[group] * weights).sum(axis=1)
        cost += ((table[group] ** 2) * weights).sum() / (2 * shares)
        empty = np.flatnonzero(filled.sum(axis=1) == 0)
        choice = empty if len(empty) >= len(turns) - done else np.arange(len(shares))
        part[group] = choice[np.argmin(cost[choice])]
        filled[part[group]] += table[group]
    return np.asarray(part[groups])


def _in_time(
    kind: str, k: int, order: np.ndarray, groups: np.ndarray | None, gap: int, share: float, least: int
) -> tuple[Fold, ...]:
    """Forward chaining: each part of the later rows is validated by what came before it; equal times stay together.

    Rows without a time are in no fold.
    """
    if kind == "iterated":
        raise UserError("iterated folds shuffle the rows, which a time order forbids: choose kfold or holdout")
    ranks = np.asarray(order, dtype=float)
    places = np.argsort(ranks, kind="stable")[: np.count_nonzero(~np.isnan(ranks))]
    times, n = ranks[places], len(places)
    starts = np.flatnonzero(times[1:] != times[:-1]) + 1
    first = max(n / (k + 1), least)
    ideal = [(1 - share) * n] if kind == "holdout" else [first + (n - first) * part / k for part in range(k)]
    if len(starts) < len(ideal):
        raise UserError(f"{len(starts) + 1} different times cannot be divided into {len(ideal)} folds in time order")
    cuts = sorted({int(starts[np.argmin(np.abs(starts - cut))]) for cut in ideal})
    if len(cuts) < len(ideal):
        raise UserError(f"too many rows share a time for {len(ideal)} folds in time order: choose fewer folds")
    found = []
    for start, end in zip(cuts, [*cuts[1:], n], strict=True):
        train, test = places[: max(start - gap, 0)], places[start:end]
        if groups is not None:
            train = train[~np.isin(groups[train], groups[test])]
        if not len(train):
            why = f"a gap of {gap} rows" if start <= gap else "leaving out the validated groups"
            raise UserError(f"{why} leaves nothing to train on before the first validation rows: choose fewer folds")
        found.append(Fold(np.sort(train), np.sort(test)))
    return tuple(found)
