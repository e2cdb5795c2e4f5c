"""Terminals for the tests of this folder, ended with them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from engine.projects import create
from tests.terminal.harness import Terminal


@pytest.fixture
def launch(projects_dir: Path) -> Iterator[Callable[..., Terminal]]:
    """Start `modelwright` with these words in a terminal of its own; `size` and `env` as for Terminal."""
    with ExitStack() as stack:

        def start(*words: str, **surroundings: Any) -> Terminal:
            return stack.enter_context(Terminal("-m", "tui", "--projects", str(projects_dir), *words, **surroundings))

        yield start


@pytest.fixture
def project(projects_dir: Path) -> Path:
    """A project without data: nothing is computed for it."""
    session = create(projects_dir, "bare")
    session.close()
    return session.project
