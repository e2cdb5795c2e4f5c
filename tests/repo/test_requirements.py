"""The pinned requirements: every line a version with digests, no host, one version of a package everywhere."""

import re
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FILES = ("base", "gpu", "dev", "build")
PINNED = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9.-]*)==(?P<version>[0-9][A-Za-z0-9.+!]*)(?: ; [A-Za-z_0-9'. <>=!()]+)? \\"
)
DIGEST = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def pins(root: Path, name: str) -> dict[str, set[str]]:
    lines = (root / "requirements" / f"{name}.txt").read_text().splitlines()
    found: dict[str, set[str]] = {}
    for line in lines:
        if match := PINNED.fullmatch(line):
            found.setdefault(match["name"], set()).add(match["version"])
    return found


@pytest.mark.parametrize("name", FILES)
def test_a_line_is_a_version_or_a_digest_and_nothing_else(root: Path, name: str) -> None:
    lines = (root / "requirements" / f"{name}.txt").read_text().splitlines()
    strange = [line for line in lines if not PINNED.fullmatch(line) and not DIGEST.fullmatch(line)]
    assert not strange, "an option, an address or an unpinned package among the pinned requirements"
    followed = zip(lines, [*lines[1:], ""], strict=True)
    assert not [line for line, after in followed if PINNED.fullmatch(line) and not DIGEST.fullmatch(after)]


@pytest.mark.parametrize("name", ["build.in", "constraints.in", "install"])
def test_no_file_beside_them_names_a_host(root: Path, name: str) -> None:
    text = (root / "requirements" / name).read_text()
    assert not re.search(r"://|index-url|find-links|trusted-host|[a-z0-9-]+\.(org|com|net|io|dev|local)\b", text)


@pytest.mark.parametrize("name", ["gpu", "dev"])
def test_a_package_has_one_version_everywhere(root: Path, name: str) -> None:
    base, more = pins(root, "base"), pins(root, name)
    assert {package: more.get(package) for package in base} == base


@pytest.mark.parametrize(("name", "extra"), [("base", None), ("gpu", "gpu"), ("dev", "dev")])
def test_what_the_project_asks_for_is_pinned(root: Path, project: dict[str, Any], name: str, extra: str | None) -> None:
    found = pins(root, name)
    for text in [*project["dependencies"], *project["optional-dependencies"].get(extra, [])]:
        asked = Requirement(text)
        versions = found.get(canonicalize_name(asked.name), set())
        assert versions, f"{asked.name} is not in requirements/{name}.txt; make lock writes it"
        assert all(asked.specifier.contains(version) for version in versions), f"{text}: pinned {versions}; make lock"


def test_the_gpu_file_brings_the_libraries_of_cuda(root: Path) -> None:
    assert {"nvidia-cudnn-cu12", "nvidia-cublas-cu12"} <= pins(root, "gpu").keys() - pins(root, "base").keys()


def test_textual_is_pinned_exactly_and_everything_else_is_bounded(project: dict[str, Any]) -> None:
    asked = [Requirement(text) for text in project["dependencies"]]
    assert [str(one.specifier)[:2] for one in asked if one.name == "textual"] == ["=="]
    unbounded = [one.name for one in asked if not any(part.operator in ("<", "==") for part in one.specifier)]
    assert not unbounded
