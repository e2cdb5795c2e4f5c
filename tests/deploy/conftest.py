"""Where the tests of shipping find the projects they share."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from workshop import KINDS, Shop, make


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shop]:
    """One small project per kind of prediction, its network trained and exported."""
    return {kind: make(tmp_path_factory.mktemp("shops") / kind, kind) for kind in KINDS}
