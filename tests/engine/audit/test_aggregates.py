"""Averages of the target that were worked out in the file, before anything was held back."""

import numpy as np
import pandas as pd
import pytest
from auditing import look, made, words

from engine.detector import AuditData

N = 1500


def visits(kind: str, task: str, seed: int = 1) -> AuditData:
    """Visits of customers with a column made of the target there, a fifth of the rows sealed since."""
    random = np.random.default_rng(seed)
    of = random.integers(0, 200, N)
    y = 0.7 * random.normal(size=200)[of] + random.normal(size=N)
    amount = y if task == "regression" else (y > 0.4).astype(float)
    table = pd.DataFrame({"customer": of, "y": amount})
    sums, sizes = (table.groupby("customer")["y"].transform(how) for how in ("sum", "count"))
    made_of_it = {
        "mean": sums / sizes,
        "smoothed": (sums + 10 * amount.mean()) / (sizes + 10),
        "of the others": ((sums - amount) / (sizes - 1)).fillna(0),
        "of another column": pd.Series(random.normal(size=N)).groupby(of).transform("mean"),
        "earlier rows only": table.groupby("customer")["y"].transform(lambda rows: rows.shift().expanding().mean()),
        "of the customer": pd.Series(random.normal(size=200)[of] + 0.2 * y.mean()),
    }
    target = y if task == "regression" else words(np.where(amount > 0, "yes", "no"))
    columns = {"customer": words(np.array([f"C{number}" for number in of])), "x": random.normal(size=N)}
    frame = pd.DataFrame({**columns, "made": made_of_it[kind].to_numpy(), "y": target})
    frame = frame[random.random(N) < 0.8]
    return made({name: frame[name] for name in frame}, "y", task)


@pytest.mark.parametrize("task", ["binary", "regression"])
@pytest.mark.parametrize("kind", ["mean", "smoothed", "of the others"])
def test_averages_with_the_answer_in_them(kind: str, task: str) -> None:
    found = look("aggregates", visits(kind, task))
    assert {(finding.columns, finding.severity, finding.drop) for finding in found.values()} == {
        (("made",), "ask", ("made",))
    }
    assert "for each customer of" in found[("made",)].evidence


@pytest.mark.parametrize("task", ["binary", "regression"])
@pytest.mark.parametrize("kind", ["of another column", "earlier rows only", "of the customer"])
@pytest.mark.parametrize("seed", range(3))
def test_honest_averages_raise_nothing(kind: str, task: str, seed: int) -> None:
    assert look("aggregates", visits(kind, task, seed)) == {}
