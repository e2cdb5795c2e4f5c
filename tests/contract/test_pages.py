"""What the pages say of the code is so: paths exist, commands parse, the reference is the declared questions."""

import re
import shlex
from pathlib import Path

import pytest

from engine.audit import DETECTORS
from engine.report.reference import reference
from tui.cli import parser

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDE = sorted((DOCS / "guide").glob("*.md"))


def test_the_reference_is_made_from_the_questions() -> None:
    """`python -m engine.report.reference > docs/reference.md` makes it again."""
    assert (DOCS / "reference.md").read_text(encoding="utf-8") == reference()


def test_the_rooms_of_the_architecture_exist() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:engine|tui|tests)/[\w/.]*)`", text))
    assert len(named) > 15
    real = [path for path in sorted(named) if "STEP" not in path]
    assert [path for path in real if not (DOCS.parent / path).exists()] == []


def test_the_architecture_is_one_page() -> None:
    assert len((DOCS / "architecture.md").read_text(encoding="utf-8").splitlines()) <= 80


@pytest.mark.parametrize("page", GUIDE, ids=lambda page: page.stem)
def test_the_commands_of_the_guide_are_commands(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    shown = re.findall(r"^    (modelwright .*)$", text, re.MULTILINE) + re.findall(r"`(modelwright [^`]*)`", text)
    for line in shown:
        parser().parse_args(shlex.split(line.partition(" #")[0])[1:])


@pytest.mark.parametrize("page", GUIDE, ids=lambda page: page.stem)
def test_links_of_the_guide_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_guide_names_every_detector() -> None:
    text = (DOCS / "guide" / "findings.md").read_text(encoding="utf-8")
    assert [name for name in DETECTORS if f"`{name}" not in text] == []
