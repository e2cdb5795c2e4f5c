"""What the code imports is what pyproject.toml asks for, and every package has a page that says why."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OWN = {"engine", "tui"}
TOOLS = {"hatchling", "editables"}
"""Asked for by requirements/build.in, not by the project itself."""
BY_NAME = {"pynvml"}
"""Imported as text, only where there is a GPU."""


def asked(project: dict[str, Any]) -> set[str]:
    extras = [text for texts in project["optional-dependencies"].values() for text in texts]
    return {canonicalize_name(Requirement(text).name) for text in [*project["dependencies"], *extras]}


def imported(path: Path) -> set[str]:
    """Top-level names a file imports, at its top or deferred; relative imports are its own."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def test_every_import_is_asked_for(root: Path, project: dict[str, Any]) -> None:
    providers = packages_distributions()
    foreign: dict[str, list[str]] = {}
    for path in [file for package in OWN for file in (root / package).rglob("*.py")]:
        # Files of an extra are named after it, and may import what it brings.
        extra = project["optional-dependencies"].get(path.stem.partition("_")[0], [])
        declared = {canonicalize_name(Requirement(text).name) for text in [*project["dependencies"], *extra]}
        for name in imported(path) - OWN - set(sys.stdlib_module_names):
            if not {canonicalize_name(one) for one in providers.get(name, [])} & declared:
                foreign.setdefault(name, []).append(str(path.relative_to(root)))
    assert not foreign, "imported, but not among the dependencies in pyproject.toml"


def test_everything_asked_for_is_imported(root: Path, project: dict[str, Any]) -> None:
    providers = packages_distributions()
    sources = [file for package in OWN for file in (root / package).rglob("*.py")]
    names = set.union(*(imported(path) for path in sources)) | BY_NAME
    used = {canonicalize_name(one) for name in names for one in providers.get(name, [])}
    assert {canonicalize_name(Requirement(text).name) for text in project["dependencies"]} <= used


def pages(root: Path) -> dict[str, set[str]]:
    found = {}
    for path in sorted((root / "docs" / "decisions").glob("0*.md")):
        line = next((line for line in path.read_text().splitlines() if line.startswith("Packages:")), "")
        found[path.name] = set(re.findall(r"`([a-z0-9-]+)`", line))
    return found


def test_every_dependency_has_a_page_and_every_page_a_dependency(root: Path, project: dict[str, Any]) -> None:
    named = set.union(*pages(root).values())
    assert named == asked(project) | TOOLS


def test_every_page_is_listed(root: Path) -> None:
    listed = re.findall(r"\]\((0[0-9a-z-]+\.md)\)", (root / "docs" / "decisions" / "README.md").read_text())
    assert listed == list(pages(root))


def test_the_independence_contract_names_every_step(root: Path) -> None:
    registry = (root / "engine" / "steps" / "__init__.py").read_text()
    registered = set(re.findall(r"^from engine\.steps\.(\w+) import", registry, re.MULTILINE))
    named = set(re.findall(r'"engine\.steps\.(\w+)"', (root / "pyproject.toml").read_text()))
    assert registered
    assert named == registered
