"""Files in which neighbouring rows are alike, so that a random split remembers instead of predicting."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from auditing import look, made

from engine.data.read import read
from engine.detector import AuditData

N = 1500


def drifting(seed: int, own: float = 1.0) -> AuditData:
    """Sensors that drift slowly and know the moment, and a target that drifts otherwise."""
    random = np.random.default_rng(seed)
    sensors = {f"s{number}": np.cumsum(random.normal(size=N)) for number in range(4)}
    y = own * np.cumsum(random.normal(size=N)) + random.normal(size=N)
    return made({**sensors, "y": y}, "y", "regression")


def shuffled(data: AuditData) -> AuditData:
    return replace(data, frame=data.frame.sample(frac=1, random_state=1).reset_index(drop=True), codes=order(data))


def order(data: AuditData) -> np.ndarray:
    assert data.codes is not None
    return np.asarray(pd.Series(data.codes).sample(frac=1, random_state=1))


def test_a_drift_that_is_remembered_is_asked_about() -> None:
    (finding,) = look("row_order", drifting(1)).values()
    assert (finding.severity, finding.answers) == ("ask", {"framing.time": "(row order)"})
    assert finding.effect is not None and finding.effect.low >= 0.1
    assert f"{finding.effect.with_it:.3f} where one by stretches of the file" in finding.evidence


def test_what_has_no_order_raises_nothing() -> None:
    for seed in range(3):
        assert look("row_order", drifting(seed, own=0.0)) == {}
        assert look("row_order", shuffled(drifting(seed))) == {}


def test_an_order_that_is_known_is_not_asked_about() -> None:
    data = drifting(1)
    assert look("row_order", replace(data, time="(row order)")) == {}
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(N), unit="D")
    dated = data.frame.assign(day=days)
    assert look("row_order", made({name: dated[name] for name in dated}, "y", "regression")) == {}


def test_places_in_the_order_of_their_regions_are_noted(shared_data: Path) -> None:
    frame, _ = read(shared_data / "california_housing/housing.csv")
    data = made({name: frame[name] for name in frame}, "median_house_value", "regression")
    (finding,) = look("row_order", data).values()
    assert (finding.severity, finding.answers) == ("note", {})
