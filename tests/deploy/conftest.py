"""Where the tests of shipping find the projects they share."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from workshop import Shop, make


class Shops(dict[str, Shop]):
    """Projects by kind of prediction."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __missing__(self, kind: str) -> Shop:
        self[kind] = make(self.folder / kind, kind)
        return self[kind]


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shop]:
    """One small project per kind of prediction, its network trained and exported, made when it is asked for."""
    return Shops(tmp_path_factory.mktemp("shops"))
