"""Projects are made whole or not at all, and their names lead nowhere else."""

from pathlib import Path

import pytest

from engine.errors import UserError
from engine.projects import all_projects, create, find


@pytest.mark.parametrize("name", ["a", "telco-churn", "v1.2", "Größe_7", "타이타닉"])
def test_names_of_letters_digits_and_three_signs_are_good(tmp_path: Path, name: str) -> None:
    create(tmp_path, name).close()
    assert find(tmp_path, name) == tmp_path / name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../up", "/root", "a/b", "a\\b", ".hidden", "-rf", "a.", "a b", "a\n", "a\x00", "x" * 101]
)
def test_other_names_are_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="cannot be the name of a project"):
        create(tmp_path / "projects", name)
    assert not list(tmp_path.iterdir())


def test_a_project_is_not_made_twice(tmp_path: Path) -> None:
    create(tmp_path, "one").close()
    before = (tmp_path / "one" / "project.toml").read_bytes()
    with pytest.raises(UserError, match="exists already"):
        create(tmp_path, "one")
    assert (tmp_path / "one" / "project.toml").read_bytes() == before


def test_a_folder_that_is_no_project_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter").write_text("mine")
    with pytest.raises(UserError, match="not a project"):
        create(tmp_path, "thesis")
    assert (tmp_path / "thesis" / "chapter").read_text() == "mine"


def test_a_refused_answer_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"framing\.task"):
        create(tmp_path, "one", task="astrology")
    with pytest.raises(UserError, match=r"step\.key=value"):
        create(tmp_path, "two", settings=["nonsense"])
    assert not list(tmp_path.iterdir())


def test_a_wrong_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    create(tmp_path, "titanic").close()
    with pytest.raises(UserError, match="nearest is 'titanic'"):
        find(tmp_path, "titanik")


def test_only_folders_with_a_project_file_count(tmp_path: Path) -> None:
    create(tmp_path, "b").close()
    create(tmp_path, "a").close()
    (tmp_path / "c").mkdir()
    assert [path.name for path in all_projects(tmp_path)] == ["a", "b"]
    assert all_projects(tmp_path / "nowhere") == []


def test_a_relative_path_is_kept_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n")
    monkeypatch.chdir(tmp_path)
    session = create(tmp_path / "projects", "one", data="rows.csv")
    assert session.plan.framing.data == str(tmp_path / "rows.csv")
    session.close()
