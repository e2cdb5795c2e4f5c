"""Scores that hardly any honest problem allows."""

from dataclasses import replace

import numpy as np
from auditing import look, made, words

from engine.audit.effect import score
from engine.detector import AuditData
from engine.values import Finding


def told(task: str = "binary") -> AuditData:
    """Two columns that tell the target exactly, though neither does alone."""
    random = np.random.default_rng(1)
    a, b = random.integers(0, 4, 900), random.integers(0, 4, 900)
    return made({"a": a, "b": b, "x": random.normal(size=900), "y": words((a + b) % 2)}, "y", task)


def test_columns_that_tell_everything_together_are_asked_about() -> None:
    data = told()
    (finding,) = look("too_good", data).values()
    assert (finding.severity, finding.drop, finding.answers) == ("block", (), {})
    reached = score(data, data.names)
    assert reached is not None and f"AUC {reached[0]:.4f}" in finding.evidence and finding.sample == reached[1] == 900


def test_what_is_explained_already_is_not_asked_about_again() -> None:
    data = told()
    leak = Finding(detector="a", columns=("a",), severity="ask", evidence="", proposal="", drop=("a",))
    assert look("too_good", replace(data, found=(leak,))) == {}
    assert look("too_good", replace(data, names=("a", "x"))) == {}


def test_few_rows_are_no_proof() -> None:
    data = told()
    few = {name: data.frame[name][:150] for name in data.frame}
    assert look("too_good", made(few, "y", "binary")) == {}
