"""Nothing before evaluation reads a sealed row, and opening the seal is on record before anyone has seen one."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from journey import SHORT, Journey
from spy import watched

pytestmark = pytest.mark.slow

FEWER = ("protocol.kind=kfold", "protocol.folds=5", "tuning.workers=2", "tuning.minutes=10")
"""Two workers on folds enough, with time enough for a slow machine."""


def test_every_step_before_evaluation_runs_without_the_sealed_rows(
    journey: Journey, shared_data: Path, tmp_path: Path
) -> None:
    """Nobody opens the sealed file, for other inputs and two workers neither; the file it was drawn from is gone."""
    table = tmp_path / "penguins.csv"
    shutil.copy(shared_data / "penguins_raw/penguins_raw.csv", table)
    journey.new("sealed", table, "Species", *SHORT, "baseline.curate=yes", *FEWER)
    journey.done("run", "sealed", "data")
    sealed = journey.projects / "sealed" / "data" / "sealed.parquet"
    content, hidden = sealed.read_bytes(), set(pq.read_table(sealed).column(0).to_pylist())
    for file in sealed.parent.glob("*.parquet"):
        assert file == sealed or not hidden & set(pq.read_table(file).column(0).to_pylist())
    table.unlink()
    with watched(sealed) as spy:
        journey.done("run", "sealed")
        assert spy.seen() == [], "the seal stays closed unless asked"
        status = journey.status("sealed")
        assert status["steps"]["evaluation"]["state"] == "open"
        assert status["ledger"]["test_openings"] == 0
        assert sealed.read_bytes() == content
        assert {"opened", "read"} <= set(spy.seen()), "the spy sees what is done"
    sealed.unlink()
    refused = journey("run", "sealed", "--open-test")
    assert refused.returncode == 2
    assert "sealed.parquet" in refused.stderr
    ledger = journey.projects / "sealed" / "ledger.jsonl"
    acts = [json.loads(line)["kind"] for line in ledger.read_text().splitlines()]
    assert acts.count("opening") == 1
    sealed.write_bytes(content)
    journey.done("run", "sealed", "--open-test")
    status = journey.status("sealed")
    assert status["ledger"]["test_openings"] == 2
    assert status["steps"]["evaluation"]["result"]["opening"] == 2
    assert "no longer a fresh test" in status["steps"]["evaluation"]["verdict"]["reason"]
