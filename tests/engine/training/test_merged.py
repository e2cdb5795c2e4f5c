"""Words that an accepted finding reads as another one: fitted together, applied, and known in use."""

import numpy as np
import pandas as pd
import pytest

from engine.data.profile import profile
from engine.training.apply import transform
from engine.training.decide import Recipe, decide
from engine.training.prepare import fit
from engine.training.spec import unfolded

WORDS = ["Fiber optic"] * 40 + ["fiber optic", "Fiber  optic"] * 3 + ["DSL"] * 30


@pytest.mark.parametrize("action", ["onehot", "embedding"])
def test_variants_give_the_same_inputs(action: str) -> None:
    several = [f"town {row % 40}" for row in range(76 * 10)] if action == "embedding" else []
    words = WORDS * (10 if several else 1) + several
    frame = pd.DataFrame({"net": pd.Series(words, dtype=object)})
    merged = {"net": {"fiber optic": "Fiber optic", "Fiber  optic": "Fiber optic"}}
    decisions = decide(profile(frame), overrides={"net": action})
    apart, together = (fit(Recipe(decisions=decisions, merged=each), frame) for each in ({}, merged))
    rows = {"net": ["Fiber optic", "fiber optic", "Fiber  optic", "DSL"]}
    one, other, third, last = transform(together, rows)
    assert np.array_equal(one, other)
    assert np.array_equal(one, third)
    assert not np.array_equal(one, last)
    assert not np.array_equal(*transform(apart, rows)[:2])
    encoder = together.readers["net"]
    assert "fiber optic" not in encoder.vocabulary
    one, other, _, last = transform(unfolded(together), rows)
    assert np.array_equal(one, other) and not np.array_equal(one, last)
