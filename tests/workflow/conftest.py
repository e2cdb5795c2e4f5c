"""The fixture of a journey: an empty projects folder and the command line over it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from journey import Journey


@pytest.fixture
def journey(projects_dir: Path) -> Journey:
    return Journey(projects_dir)
