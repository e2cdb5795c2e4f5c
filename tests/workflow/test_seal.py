"""Nothing before evaluation reads a sealed row, and opening the seal is on record before anyone has seen one."""

import json
from pathlib import Path

import pytest
from journey import SHORT, Journey

pytestmark = pytest.mark.slow


def test_every_step_before_evaluation_runs_without_the_sealed_file(journey: Journey, shared_data: Path) -> None:
    journey.new("sealed", shared_data / "penguins_raw/penguins_raw.csv", "Species", *SHORT)
    journey.done("run", "sealed", "data")
    sealed = journey.projects / "sealed" / "data" / "sealed.parquet"
    content = sealed.read_bytes()
    sealed.unlink()
    journey.done("run", "sealed", "--through", "tuning")
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


def test_the_seal_stays_closed_unless_asked(journey: Journey, shared_data: Path) -> None:
    journey.new("closed", shared_data / "penguins_raw/penguins_raw.csv", "Species", *SHORT)
    journey.done("run", "closed")
    status = journey.status("closed")
    assert status["steps"]["evaluation"]["state"] == "open"
    assert status["ledger"]["test_openings"] == 0
