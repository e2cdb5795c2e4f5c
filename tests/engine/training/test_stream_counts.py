"""What is counted of a column in bounded memory: exact moments, quantiles and words within their bounds."""

import numpy as np
import pytest

from engine.training.facts import AtHand
from engine.training.stream_counts import NAMED, Merged, Numbers, Words, categories

RANKS = 0.01
"""Share of the ranks that a median may be off."""


def test_moments_are_exact_and_quantiles_keep_their_bound() -> None:
    values = np.exp(np.random.default_rng(5).normal(size=200_000))
    values[::13] = np.nan
    parts = [Numbers() for _ in range(4)]
    for start in range(0, len(values), 5000):
        for number, part in enumerate(parts):
            part.add(values[start + number : start + 5000 : 4])
    found, wanted = Merged(parts), AtHand(values)
    for bent in ("standard", "log"):
        given, expected = found.spread(bent), wanted.spread(bent)
        assert np.allclose(given, expected, rtol=1e-3)
    ranks = np.sort(values[~np.isnan(values)])
    off = abs(np.searchsorted(ranks, found.median) - len(ranks) / 2)
    assert off <= sum(part.quantiles.error for part in parts) <= RANKS * len(ranks)
    assert all(sum(map(len, part.quantiles.levels)) < 20 * 1024 for part in parts)
    whole = Numbers()
    whole.add(values[~np.isnan(values)])
    assert Merged([whole]).skewness("log") == pytest.approx(AtHand(values[~np.isnan(values)]).skewness("log"))


def test_with_too_many_words_frequent_ones_are_still_counted_within_the_bound() -> None:
    draw = np.random.default_rng(2)
    words = np.array([f"w{number}" for number in range(3 * NAMED)] + ["often"] * 9000 + ["seldom"] * 3000, dtype=object)
    words = words[draw.permutation(len(words))]
    count = Words()
    for start in range(0, len(words), 4096):
        count.add(words[start : start + 4096])
    assert len(count.counts) <= 2 * NAMED
    assert 0 < count.lost <= len(words) / NAMED
    assert 9000 - count.lost <= count.counts["often"] <= 9000
    assert categories([count], "text").many
    assert [word for word, _ in count.counts.most_common(2)] == ["often", "seldom"]
