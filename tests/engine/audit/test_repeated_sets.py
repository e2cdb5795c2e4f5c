"""Trials that were repeated with settings that hardly matter: whole sets belong on one side."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from auditing import audited, look, made


def grid(noise: float, matters: float = 0.0) -> pd.DataFrame:
    """A full grid of three settings and a measurement that the first two decide."""
    random = np.random.default_rng(5)
    cells = np.stack(np.meshgrid(np.arange(12), np.arange(8), np.arange(4)), axis=-1).reshape(-1, 3)
    effect = random.normal(size=(12, 8))[cells[:, 0], cells[:, 1]]
    y = effect + matters * cells[:, 2] + noise * random.normal(size=len(cells))
    return pd.DataFrame({"shape": cells[:, 0], "size": cells[:, 1], "facing": cells[:, 2], "y": y})


@pytest.mark.parametrize("target", ["Y1", "Y2"])
def test_the_orientations_of_a_building_are_found_with_a_group(target: str, tmp_path: Path, shared_data: Path) -> None:
    file = shared_data / "energy_efficiency_enb2012" / "ENB2012_data.csv"
    result = audited(file, tmp_path, target, "regression")
    (finding,) = (finding for finding in result.findings if finding.detector == "repeated_sets")
    assert "X6" in finding.columns
    assert (finding.severity, finding.answers) == ("ask", {"framing.group": "X1"})
    assert finding.effect is not None
    assert finding.effect.low > 0
    assert result.sealed is not None
    again = audited(file, tmp_path / "grouped", target, "regression", group="X1")
    assert not [finding for finding in again.findings if finding.detector == "repeated_sets"]


def test_rows_of_a_set_are_counted() -> None:
    frame = grid(0.01)
    (finding,) = look("repeated_sets", made(dict(frame), "y", "regression")).values()
    sizes = frame.groupby(["shape", "size"]).size()
    assert finding.columns == ("facing",)
    assert finding.rows == int(sizes[sizes > 1].sum())
    assert f"{int((sizes > 1).sum()):,} sets" in finding.evidence
    assert finding.answers == {"framing.group": "shape"}


def test_a_setting_that_matters_makes_no_sets() -> None:
    assert look("repeated_sets", made(dict(grid(0.01, matters=1.0)), "y", "regression")) == {}
    assert look("repeated_sets", made(dict(grid(1.0)), "y", "regression")) == {}
