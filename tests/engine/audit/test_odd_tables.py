"""No table is too odd for a detector: empty, constant, huge, tiny, of one class, without an input."""

import numpy as np
import pandas as pd
import pytest
from auditing import words

from engine.audit import DETECTORS
from engine.data.profile import profile
from engine.detector import AuditData

N = 300
RANDOM = np.random.default_rng(1)
DAYS = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(N), unit="D")
COLUMNS: dict[str, object] = {
    "empty": np.full(N, np.nan),
    "never": words(np.full(N, None)),
    "one": np.ones(N),
    "huge": RANDOM.normal(0, 1e150, N),
    "tiny": RANDOM.normal(0, 1e-150, N),
    "lat": np.zeros(N),
    "lon": np.zeros(N),
    "same day": pd.Series([pd.Timestamp("2020-01-01")] * N),
    "day": pd.Series(DAYS),
    "no day": pd.Series([pd.NaT] * N, dtype="datetime64[ns]"),
    "text": words(np.array([" ".join(["word"] * (row % 7 + 3)) for row in range(N)])),
    "signs": words(np.array(["...", "\u200b", "🙂🙂 🙂 🙂 🙂", "<b>", "((((\\"] * (N // 5))),
    "word": words(np.array(["a", "A"] * (N // 2))),
}
TARGETS: dict[str, tuple[str | None, object]] = {
    "binary": ("binary", words(np.where(RANDOM.random(N) < 0.5, "yes", "no"))),
    "rare": ("binary", words(np.where(np.arange(N) == 0, "yes", "no"))),
    "amount": ("regression", RANDOM.normal(size=N)),
    "constant amount": ("regression", np.ones(N)),
    "none": (None, None),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("rows", [N, 12, 2])
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", DETECTORS)
def test_every_detector_takes_every_table(name: str, target: str, rows: int) -> None:
    task, values = TARGETS[target]
    frame = pd.DataFrame(COLUMNS if values is None else {**COLUMNS, "y": values}).iloc[:rows]
    codes = None
    if values is not None:
        codes = (frame["y"] == "yes").to_numpy().astype(int) if task == "binary" else frame["y"].to_numpy()
    data = AuditData(
        frame=frame,
        columns={column.name: column for column in profile(frame)},
        names=tuple(COLUMNS),
        target=None if values is None else "y",
        task=task,
        codes=codes,
        twins=(),
        group=None,
        time=None,
        seed=1,
        rows=rows,
    )
    if DETECTORS[name].needs_target and codes is None:
        return
    for finding in DETECTORS[name].look(data):
        assert finding.evidence and finding.proposal
        assert set(finding.columns) <= {*frame.columns, ""}
        assert 0 <= finding.rows <= rows
