"""The questions as plain prompts: everything a piped line can do, and that each answer is kept at once."""

import json
from pathlib import Path
from typing import Any

import pytest
from shell import modelwright

from engine.projects import create
from engine.session import Session

FIRST = ("data", "header", "target", "task")
"""The questions that framing asks first, in this order."""


@pytest.fixture
def projects(tmp_path: Path) -> Path:
    session = create(tmp_path, "one")
    assert tuple(question.name for question in session.asked("framing"))[:4] == FIRST
    session.close()
    return tmp_path


def ask(projects: Path, *lines: str) -> tuple[str, dict[str, Any]]:
    """What was said, and the framing answers afterwards."""
    ended = modelwright("ask", "one", projects=projects, stdin="".join(f"{line}\n" for line in lines))
    assert ended.returncode == 0, ended.stderr
    tree = json.loads(modelwright("status", "one", "--json", projects=projects).stdout)
    return ended.stdout, tree["steps"]["framing"]["answers"]


def test_enter_accepts_the_advice_and_answers_nothing(projects: Path) -> None:
    said, answers = ask(projects, "", "")
    assert "[auto, advised: the first line is compared with the ones below]" in said
    assert answers == {}


def test_a_choice_is_taken_by_its_number_or_its_name(projects: Path) -> None:
    assert ask(projects, "", "3")[1] == {"header": "no"}
    assert ask(projects, "", "yes")[1] == {"header": "yes"}


def test_a_wrong_answer_is_told_and_asked_again(projects: Path) -> None:
    said, answers = ask(projects, "", "", "", "astrology", "1")
    assert "framing.task: found 'astrology', accepted is one of" in said
    assert answers == {"task": "binary"}


def test_less_than_goes_back_also_across_steps_and_never_loses_an_answer(projects: Path) -> None:
    said, answers = ask(projects, "", "no", "<", "<", "<", "", "yes")
    assert answers == {"header": "yes"}
    assert said.count("First line holds names?") == 3


def test_minus_takes_an_answer_back(projects: Path) -> None:
    assert ask(projects, "", "no")[1] == {"header": "no"}
    said, answers = ask(projects, "", "-")
    assert "[no]" in said
    assert answers == {}


def test_a_question_mark_says_why(projects: Path) -> None:
    session = Session(projects / "one", write=False)
    why = session.questions("framing")["data"].why().strip()
    said, _ = ask(projects, "?")
    assert why.splitlines()[0] in said
    assert said.count("Data file") == 1, "the question is not drawn again"


def test_q_ends_and_the_last_answer_is_kept(projects: Path) -> None:
    said, answers = ask(projects, "", "no", "q", "this line is not read")
    assert "every answer is kept" in said
    assert answers == {"header": "no"}


def test_nothing_is_redrawn(projects: Path) -> None:
    said, _ = ask(projects, "", "no", "", "9", "q")
    assert not {"\r", "\x1b", "\b"} & set(said)


def test_the_steps_are_offered_to_run_after_their_questions(projects: Path) -> None:
    count = len(Session(projects / "one", write=False).asked("framing"))
    said, _ = ask(projects, *[""] * count, "no", "q")
    assert "Run framing now? [yes]" in said
    assert said.index("Run framing now?") < said.index("2 of 12. Read and audit the data")


def test_against_the_advice_is_said_at_once(projects: Path) -> None:
    names = [question.name for question in Session(projects / "one", write=False).asked("framing")]
    said, answers = ask(projects, *[""] * names.index("private"), "yes")
    assert "noted, against the advice: no restriction was named" in said
    assert answers == {"private": True}


def test_plain_open_is_the_same(projects: Path) -> None:
    plain = modelwright("--plain", "open", "one", projects=projects, stdin="q\n")
    assert plain.stdout == modelwright("ask", "one", projects=projects, stdin="q\n").stdout
