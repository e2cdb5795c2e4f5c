"""What all tests share: the real data beside the checkout, projects of their own, no supervisor left behind."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from engine.jobs.folder import SupervisorFolder

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"


# A shell that runs the tests in the background ignores Ctrl+C for them, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, whole projects before all: a long file at the end would keep one core idle."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.path not in slow, item.path.parent.name != "workflow"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets, which lies beside the checkout and is not part of it."""
    if not SHARED.is_dir():
        pytest.skip(f"the real data sets are not at {SHARED}")
    return SHARED


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads or writes the user's projects, and none depends on the terminal it was started from."""
    monkeypatch.setenv("MODELWRIGHT_PROJECTS", str(tmp_path / "projects"))
    for name in ("NO_COLOR", "COLORTERM", "TMUX"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def projects_dir(tmp_path: Path) -> Iterator[Path]:
    """An empty projects folder; supervisors that were started for projects in it are ended."""
    folder = tmp_path / "projects"
    folder.mkdir()
    yield folder
    end_supervisors(folder)


def end_supervisors(folder: Path) -> None:
    """End the supervisors of all projects in a folder, however deep."""
    for place in [SupervisorFolder(path.parent) for path in folder.rglob("supervisor")]:
        owner = place.owner()
        if owner is not None and place.alive:
            with suppress(ProcessLookupError):
                os.kill(owner.pid, signal.SIGTERM)
