"""References written down as plain numbers say what the library that learned them says."""

from pathlib import Path

import numpy as np
import pytest
from references import learned

from engine.errors import UserError
from engine.serving.plain import FILE
from engine.serving.plain import read as read_plain


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("name", ["boosted_trees", "linear"])
def test_plain_numbers_say_what_the_library_says(kind: str, name: str, tmp_path: Path) -> None:
    found, predictor, strange, rows, said = learned(kind, name, tmp_path)
    # The linear model of the library answers 32-bit inputs in 32 bits.
    most = (1e-9 if name == "boosted_trees" else 1e-5) * max(found.code.unit)
    assert np.abs(predictor.outputs(rows) - said).max() < most
    assert np.abs(predictor.outputs(strange) - found.code.natural(found.said(strange))).max() < most


def test_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"form": "trees", "feature": [0]')
    with pytest.raises(UserError, match=r"model\.json: cannot be read"):
        read_plain(tmp_path / FILE)
