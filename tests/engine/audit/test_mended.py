"""What accepting a finding about cells or rows does to the score, on the same rows."""

import numpy as np
from auditing import look, made, words

from engine.audit.mended import effect_of, mended
from engine.detector import AuditData
from engine.values import Finding

N = 1500


def table(wrong: float) -> tuple[AuditData, np.ndarray]:
    """A class that one number tells, of which a share of the rows has its label turned round."""
    random = np.random.default_rng(1)
    x, z = random.normal(5, 1, N), random.normal(size=N)
    yes = x + 0.3 * random.normal(size=N) > 5
    hit = random.random(N) < wrong
    return made({"x": x, "z": z, "y": words(np.where(yes ^ hit, "yes", "no"))}, "y", "binary"), hit


def test_leaving_wrong_rows_out_is_measured_on_the_others() -> None:
    data, hit = table(0.3)
    rows = tuple(int(row) for row in np.flatnonzero(hit))
    finding = Finding(
        detector="a", severity="ask", evidence="", proposal="", rows=len(rows), row_ids=rows, rows_out=True
    )
    (told,) = mended(data, (finding,))
    assert told.effect is not None
    assert told.effect.n == N - len(rows)
    assert told.effect.high < 0


def test_a_stand_in_for_missing_is_measured() -> None:
    random = np.random.default_rng(4)
    data, _ = table(0.0)
    gone = random.random(N) < 0.2
    frame = data.frame.assign(x=np.where(gone, -999.0, data.frame["x"]))
    data = made(dict(frame), "y", "binary")
    (finding,) = look("sentinel", data).values()
    effect = effect_of(data, finding)
    assert effect is not None
    assert effect.n == N
    assert effect.low <= effect.difference <= effect.high
    assert effect.with_it > 0.7


def test_what_changes_nothing_in_the_rows_is_not_measured() -> None:
    data, _ = table(0.0)
    finding = Finding(detector="a", columns=("x",), severity="ask", evidence="", proposal="", blank=(-1.0,))
    assert effect_of(data, finding) is None
    assert mended(data, (finding,)) == (finding,)
