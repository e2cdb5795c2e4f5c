"""The plan as others read it: what comes first, that no number is made up, and that nothing in it can be run."""

import json
import re
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from filled import HOSTILE, LONG, full

from engine import ledger, report, store
from engine.errors import UserError
from engine.projects import create
from engine.session import Session
from engine.steps import STEPS, Plan

NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in which every step ran, with acts in its ledger."""
    create(tmp_path, "titanic").close()
    folder = tmp_path / "titanic"
    store.save(folder, full())
    ledger.record(folder, "look", "tuning", "trial 1", score=0.8712)
    ledger.record(folder, "opening", "evaluation", "opened on request")
    return folder


def text(project: Path, kind: report.Format = "md") -> str:
    return report.render(Session(project, write=False), kind)


def numbers(tree: Any) -> Iterator[float]:
    """Every number of a tree, also those inside its texts."""
    if isinstance(tree, dict):
        for key, part in tree.items():
            yield from numbers(key)
            yield from numbers(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from numbers(part)
    elif isinstance(tree, str):
        yield from (float(found.replace(",", "")) for found in NUMBER.findall(tree))
    elif isinstance(tree, int | float) and not isinstance(tree, bool):
        yield float(tree)


def same(written: str, known: float) -> bool:
    """Whether a number as written is a known one, rounded to what was written."""
    digits = written.replace(",", "")
    value, mantissa = float(digits), digits.partition("e")[0]
    places = len(mantissa.partition(".")[2]) - int(digits.partition("e")[2] or 0)
    significant = len(re.sub(r"[-.]|^0+", "", mantissa.replace("0.", "")))
    return bool(abs(value - known) <= max(0.5 * 10**-places, 0.5 * 10 ** (-significant) * abs(known)) * 1.001)


def test_every_number_of_the_page_is_in_the_project(project: Path) -> None:
    tree = json.loads(text(project, "json"))
    known = {*numbers(tree), *numbers(tomllib.loads((project / "project.toml").read_text()))}
    questions = [question.ask.prompt for step in STEPS for question in Session(project, write=False).asked(step)]
    notes = [advised.reason for step in STEPS for advised in Session(project, False).advice(step).answers.values()]
    known |= {*numbers(questions), *numbers(notes)}
    page = re.sub(r"^#.*$", "", text(project), flags=re.MULTILINE)
    invented = [found for found in NUMBER.findall(page) if not any(same(found, value) for value in known)]
    assert invented == []


def test_a_number_that_is_not_in_the_project_would_be_found(project: Path) -> None:
    known = list(numbers(json.loads(text(project, "json"))))
    assert not any(same("0.8119", value) for value in known)
    assert any(same("0.858", value) for value in known)


def test_the_framing_card_comes_first_and_the_unknown_before_results(project: Path) -> None:
    headings = [line for line in text(project).splitlines() if line.startswith(("# ", "## "))]
    first = ["# titanic: the plan", "## Framing card", "## Read this first", "## Not known", "## Scores"]
    assert headings[:5] == first
    assert [step.title for step in STEPS.values()] == [line.removeprefix("## ") for line in headings[5:17]]


def test_results_name_their_place_in_the_plan(project: Path) -> None:
    page = text(project)
    tree = json.loads(text(project, "json"))["steps"]
    for place in re.findall(r"\[(\w+\.result(?:\.\w+)*)\]", page):
        here: Any = tree
        for part in place.split("."):
            here = here[0] if isinstance(here, list) else here
            assert part in here, place
            here = here[part]
    for place in ("baseline.result.network.score", "tuning.result.best.corrected", "evaluation.result.test"):
        assert f"[{place}]" in page


def test_an_overridden_leak_is_said_before_anything_else(project: Path) -> None:
    session = Session(project)
    session.decide("boat", "override: the customer insists")
    session.close()
    page = text(project)
    assert page.index("## Framing card") < page.index("## Read this first") < page.index("## Not known")
    first = page.index("boat kept although boat is known for 98.1 % of the survivors")
    assert first < page.index("## Not known")
    assert "the score cannot be trusted (reason given: the customer insists)" in page
    tree = json.loads(text(project, "json"))
    assert tree["steps"]["data"]["answers"]["decisions"]["target_copy:boat"] == "override: the customer insists"
    assert any(act["kind"] == "override" for act in tree["acts"])


def test_skips_stale_marks_and_second_openings_are_said(project: Path) -> None:
    session = Session(project)
    session.skip("labels", "labels come from a log nobody can change")
    session.answer("protocol", "folds", 7)
    session.close()
    ledger.record(project, "opening", "evaluation", "once more")
    page = text(project)
    assert "Skipped: labels come from a log nobody can change" in page
    assert "Protocol is stale: labels.result was" in page or "Protocol is stale: labels.result has" in page
    assert "protocol.folds was 5 when this ran, now 7" in page
    assert "The sealed test set was opened 2 times" in page
    assert "against the advice: five is enough" in page


def test_a_plan_without_data_lists_what_is_missing(tmp_path: Path) -> None:
    create(tmp_path, "idea").close()
    page = text(tmp_path / "idea")
    assert "| Predict | not known | [framing.target] |" in page
    assert "- Framing, Data file" not in page, "an empty path has a meaning of its own"
    assert "- Baseline: not run yet [baseline]" in page
    assert "- Framing, Why is it wanted?: not answered [framing.purpose]" in page


def test_markup_in_names_stays_text(project: Path) -> None:
    session = Session(project)
    session.answer("framing", "purpose", '<script>alert("x")</script> | **bold** `code` a & b')
    session.close()
    page = text(project)
    assert r"\<script\>alert" in page
    assert r"\| \*\*bold\*\*" in page
    parser = Reader()
    parser.feed(text(project, "html"))
    assert '<script>alert("x")</script> | **bold** `code` a & b' in parser.said
    assert "script" not in parser.tags


class Reader(HTMLParser):
    """Collects tags, attributes and text, and sees to it that tags close in order."""

    VOID = ("meta", "line", "circle", "polyline")

    def __init__(self) -> None:
        super().__init__()
        self.tags: dict[str, int] = {}
        self.attributes: set[str] = set()
        self.said = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data


def test_the_page_needs_nothing_else_and_runs_nothing(project: Path) -> None:
    page = text(project, "html")
    reader = Reader()
    reader.feed(page)
    assert not {"script", "link", "img", "iframe", "object"} & set(reader.tags)
    assert not {"src", "href", "onclick", "onload"} & reader.attributes
    assert "http" not in page
    assert "@import" not in page
    assert "url(" not in page


def test_the_page_draws_scores_curves_and_trials(project: Path) -> None:
    reader = Reader()
    reader.feed(text(project, "html"))
    plan = full()
    assert plan.overfit.result is not None
    assert plan.tuning.result is not None
    scored = [row for row in plan.tuning.result.board if row.score is not None]
    assert plan.data.result is not None
    assert plan.data.result.weighting is not None
    strata = plan.data.result.weighting.strata
    # All scores, the weights, a chart per rung, and of the search: scores in order, parallel coordinates, importance.
    assert reader.tags["figure"] == 1 + 1 + len(plan.overfit.result.rungs) + 3
    assert reader.tags["polygon"] == 1
    assert reader.tags["polyline"] == 2 * len(plan.overfit.result.rungs) + len(scored)
    assert reader.tags["circle"] == len(strata) + len(scored) + 9 + len(plan.tuning.result.importance)
    for name in ("small network", "boosted trees", "best trial, corrected", "sealed test", "validation loss"):
        assert name in reader.said


def test_markdown_and_html_say_the_same(project: Path) -> None:
    reader = Reader()
    reader.feed(text(project, "html"))
    said = " ".join(reader.said.split())
    for line in text(project).splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("#->* "))]
        for cell in cells:
            words = re.sub(r"\\(.)", r"\1", cell).replace("**", "").partition(" [")[0].strip()
            assert words.lstrip("! ") in said or set(words) <= {"-"}, words


def test_long_and_hostile_names_are_shown_without_their_powers(project: Path) -> None:
    page = text(project)
    assert HOSTILE not in page
    assert r"evil\x1b[31m name\u202e" in page.replace("\\\\", "\\")
    assert " ".join(LONG.split()) in page


def test_the_json_holds_records_and_where_they_come_from(project: Path) -> None:
    tree = json.loads(text(project, "json"))
    assert tree["records"]["baseline"]["job"] == "0001-x"
    assert tree["records"]["baseline"]["skipped"] == ""
    assert tree["fingerprints"]["data file"] == "ab" * 32
    assert tree["fingerprints"]["sealed rows"] == "cd" * 32
    assert tree["versions"]["python"]
    spent = tree["seconds"]
    assert spent["In all"]["seconds"] == pytest.approx(12 * 12.4)
    assert spent["In all"]["hours"] == round(12 * 12.4 / 3600, 3)


def test_a_file_is_replaced_as_a_whole_or_not_at_all(project: Path, tmp_path: Path) -> None:
    session = Session(project, write=False)
    path = report.write(session, "html", tmp_path / "plan.html")
    assert path.read_text().startswith("<!doctype html>")
    with pytest.raises(UserError, match="is a folder"):
        report.write(session, "md", tmp_path)
    with pytest.raises(UserError, match="no folder"):
        report.write(session, "md", tmp_path / "no" / "plan.md")


@pytest.mark.parametrize("last", list(STEPS))
def test_a_report_can_be_made_at_any_point_of_the_way(tmp_path: Path, last: str) -> None:
    create(tmp_path, "part").close()
    names = list(STEPS)
    whole = full()
    plan = msgspec.structs.replace(Plan(), **{name: getattr(whole, name) for name in names[: names.index(last) + 1]})
    store.save(tmp_path / "part", plan)
    for kind in report.FORMATS:
        if kind == "py":
            with pytest.raises(UserError, match=r"final model|run evaluation"):
                text(tmp_path / "part", kind)
        else:
            assert text(tmp_path / "part", kind)
