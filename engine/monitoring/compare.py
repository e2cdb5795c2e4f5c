"""Every comparison of one column, or of the predictions, with the reference, as a test with a p value and an effect.

All tests of a file are judged together, so that a file of the same distribution raises any alarm in at most 5 %.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from engine.monitoring.signals import Signal
from engine.stats import drift
from engine.stats.drift import Psi
from engine.training.parse import Floats

MISSING_EFFECT = 0.02
"""Smallest change of a share of missing values that is called one."""
OUTSIDE_EFFECT = 0.005
"""Smallest share of rows beyond the reference that is called one."""
EXPECTED = 5
"""Words of which fewer rows are expected in the new file are counted together (Cochran, 1954)."""
MEAN_EFFECT = 0.2
"""Smallest shift of a mean, in standard deviations, that is called one (Cohen, 1988: small)."""


@dataclass(frozen=True)
class Tested:
    """One comparison: an alarm when its p survives all others, `effect` reaches `gate` and `psi`, if any, agrees."""

    kind: str
    column: str
    p: float
    effect: float
    gate: float
    said: str
    test: str = ""
    psi: Psi | None = None


def judged(tests: Sequence[Tested]) -> tuple[Floats, list[bool]]:
    """Adjusted p values (Benjamini and Hochberg, 1995), and which tests are alarms."""
    if not tests:
        return np.empty(0), []
    adjusted = drift.benjamini_hochberg(np.array([test.p for test in tests]))
    return adjusted, [
        bool(p <= drift.FALSE_DISCOVERY and test.effect >= test.gate and (test.psi is None or test.psi.alarm))
        for test, p in zip(tests, adjusted, strict=True)
    ]


def shape(kind: str, column: str, before: Signal, after: Signal) -> Tested | None:
    """Whether values are distributed as before; None where a side has none."""
    if isinstance(before, list) or isinstance(after, list):
        old, new = counts(_words(before), _words(after))
        if not old.sum() or not new.sum():
            return None
        psi = drift.psi_of_counts(old, new)
        found = drift.chi2(old, new)
        effect = balanced_v(old, new)
        return _told(kind, column, found.test, found.p, effect, drift.V_EFFECT, f"Cramér's V {effect:.2f}", psi)
    if not np.isfinite(before).any() or not np.isfinite(after).any():
        return None
    shift, psi = drift.ks(before, after), drift.psi(before, after)
    said = f"{shift.test} distance {shift.effect:.2f}"
    return _told(kind, column, shift.test, shift.p, shift.effect, drift.KS_EFFECT, said, psi)


def _told(kind: str, column: str, test: str, p: float, effect: float, gate: float, said: str, psi: Psi) -> Tested:
    text = f"PSI {psi.value:.2f} (limit {psi.limit:.2f} for {psi.rows_current:,} rows), {said}"
    return Tested(kind, column, p, effect, gate, text, test, psi)


def counts(before: Sequence[str], after: Sequence[str]) -> tuple[Floats, Floats]:
    """Rows per word on both sides; words with few expected rows are one, those of the new side alone among them."""
    old, new = Counter(before), Counter(after)
    least = EXPECTED * max(1.0, len(before) / max(len(after), 1))
    kept = sorted(word for word, count in old.items() if count >= least)
    sides = []
    for side in (old, new):
        own = [side[word] for word in kept]
        sides.append(np.array([*own, sum(side.values()) - sum(own)], dtype=np.float64))
    return sides[0], sides[1]


def balanced_v(before: Floats, after: Floats) -> float:
    """Cramér's V of the shares, as if both sides had as many rows: few new rows do not make it small."""
    p, q = before / before.sum(), after / after.sum()
    used = p + q > 0
    return float(np.sqrt(0.5 * ((p[used] - q[used]) ** 2 / (p[used] + q[used])).sum()))


def gaps(column: str, before: Signal, after: Signal) -> Tested:
    """Whether as many values are missing as before (Fisher's exact test)."""
    old, new = _missing(before), _missing(after)
    table = [[int(old.sum()), int((~old).sum())], [int(new.sum()), int((~new).sum())]]
    p = float(stats.fisher_exact(table).pvalue)
    said = f"{new.mean():.1%} missing, {old.mean():.1%} in the reference"
    return Tested("missing values", column, p, abs(float(new.mean() - old.mean())), MISSING_EFFECT, said)


def outside(column: str, low: float, high: float, rows: int, after: Floats) -> Tested | None:
    """Whether more values lie beyond the `rows` known ones of the reference than the order of drawing explains.

    Of n + N rows in random order the k largest are all among the n new ones with probability
    n(n-1)…(n-k+1) / ((n+N)…(n+N-k+1)), whatever the distribution (Wilks, 1942).
    """
    known = after[np.isfinite(after)]
    n, below, above = len(known), int((known < low).sum()), int((known > high).sum())
    if not below + above:
        return None
    p = min(1.0, 2 * min(_all_new(n, rows, below), _all_new(n, rows, above)))
    farthest = known.min() if below > above else known.max()
    said = f"{below + above:,} of {n:,} values beyond {low:g} to {high:g}, as far as {farthest:g}"
    return Tested("range", column, p, (below + above) / n, OUTSIDE_EFFECT, said)


def _all_new(n: int, rows: int, k: int) -> float:
    steps = np.arange(k)
    return float(np.exp(np.sum(np.log(n - steps) - np.log(n + rows - steps))))


def unknown(column: str, known: dict[str, int], rows: int, after: Sequence[str | None]) -> Tested | None:
    """Whether new words came up that the reference of `rows` rows does not foretell; None without a new word.

    Either more of them than words seen once foretell (Good, 1953), or one so often that all its rows are hardly
    among the new ones by chance; the smaller p, doubled.
    """
    new = drift.new_categories(known, after)
    if not new:
        return None
    once, n = sum(count == 1 for count in known.values()), sum(word is not None for word in after)
    many = float(stats.binom.sf(len(new) - 1, len(new) + once, n / (n + rows)))
    often = (len(new) + once) * _all_new(n, rows, max(new.values()))
    shown = ", ".join(f"{word[:40]!r} ({count:,})" for word, count in list(new.items())[:5])
    more = "" if len(new) <= 5 else f" and {len(new) - 5:,} more"
    p = min(1.0, 2 * min(many, often))
    return Tested("category", column, p, 1.0, 0.0, f"values never seen before: {shown}{more}")


def mean_shift(kind: str, column: str, before: Floats, after: Floats) -> Tested | None:
    """Whether the mean is as before (Welch, 1947).

    Predictions of rows that were learned from spread more than those of new rows, so their shape says nothing.
    """
    if min(len(before), len(after)) < 2 or float(np.std(before)) == 0.0:
        return None
    found = stats.ttest_ind(before, after, equal_var=False)
    effect = abs(float(after.mean() - before.mean())) / float(np.std(before))
    said = f"mean {after.mean():.4g}, {before.mean():.4g} in the reference ({effect:.2f} standard deviations)"
    return Tested(kind, column, float(found.pvalue), effect, MEAN_EFFECT, said, "Welch's t")


def missing_share(values: Signal) -> float:
    """Share of the rows without a value."""
    return float(_missing(values).mean())


def _missing(values: Signal) -> np.ndarray:
    if isinstance(values, list):
        return np.array([value is None for value in values], dtype=bool)
    return np.asarray(~np.isfinite(values))


def _words(values: Signal) -> list[str]:
    return [str(value) for value in values if value is not None]
