"""Defects planted in real tables are found and clean tables are left in peace, as the command in benchmarks says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_planted_defects_are_found_and_clean_tables_are_not_accused(shared_data: Path) -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "defects.py"), "--seed", "4", "--data", str(shared_data)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    said = re.search(
        r"seed 4: (\d+) of (\d+) defects of (\d+) kinds found; (\d+) clean tables: (\d+) blocks, ([\d.]+) asks each",
        done.stdout,
    )
    assert said, done.stderr
    found, defects, kinds, tables, blocks = (int(number) for number in said.groups()[:5])
    assert defects >= 24 and kinds >= 8 and tables >= 8
    assert found >= 22 / 24 * defects, done.stdout
    assert blocks == 0 and float(said[6]) <= 1, done.stdout
    assert done.returncode == 0
