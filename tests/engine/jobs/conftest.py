"""A project whose supervisor imports only the sample jobs, and is ended with the test."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from workplace import Workplace


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workplace]:
    """The supervisor imports from where its starter does: what a test adds to the path counts for it alone."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    place = Workplace(tmp_path)
    yield place
    place.end()
