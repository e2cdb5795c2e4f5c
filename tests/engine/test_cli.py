"""The command line: exit codes, one sentence for every mistake, what goes to which stream, what is not imported."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from filled import full
from shell import ROOT, modelwright, sentence

from engine import store
from engine.projects import create

HEAVY = ("textual", "rich", "tensorflow", "keras", "numpy", "pandas", "duckdb", "sklearn", "scipy", "pyarrow")


@pytest.fixture
def projects(tmp_path: Path) -> Path:
    """A folder with one empty project, `one`."""
    folder = tmp_path / "projects"
    create(folder, "one").close()
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["run", "--help"],
        ["status"],
        ["status", "one"],
        ["status", "one", "--json"],
        ["set", "one", "framing.purpose=find out"],
        ["export", "one"],
        ["export", "one", "--format", "html"],
        ["export", "one", "--format", "json"],
        ["new", "two", "--target", "y"],
        ["doctor"],
    ],
    ids=" ".join,
)
def test_light_commands_import_nothing_heavy(projects: Path, words: list[str]) -> None:
    look = (
        "import sys\n"
        "from tui.cli import main\n"
        "try:\n    code = main(sys.argv[1:])\n"
        "except SystemExit as end:\n    code = end.code\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
        "sys.exit(code)"
    )
    command = [sys.executable, "-P", "-c", look, "--projects", str(projects), *words]
    ended = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.splitlines()[-1] == "[]"


def test_help_names_every_command_of_the_contract(tmp_path: Path) -> None:
    text = modelwright("--help", projects=tmp_path).stdout
    making, using = ("new", "set", "ask", "run", "attach", "stop"), ("predict", "serve", "monitor")
    commands = (*making, *using, "open", "status", "export", "doctor")
    assert [command for command in commands if f"\n    {command} " not in text] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stat"], "the nearest is 'status'"),
        (["status", "two"], "no project 'two'"),
        (["status", "../one"], "cannot be the name of a project"),
        (["set", "one", "framing.task"], "step.key=value"),
        (["set", "one", "frame.task=binary"], "the nearest is 'framing'"),
        (["set", "one", "framing.taks=binary"], "the nearest is 'task'"),
        (["set", "one", "framing.task=binry"], "the nearest is 'binary'"),
        (["set", "one", "tuning.trials=many"], "accepted is a whole number"),
        (["set", "one", "tuning.trials=-3"], "tuning.trials"),
        (["set", "one", "framing.data=nothing.csv"], "no such file"),
        (["run", "one", "tunig"], "the nearest is 'tuning'"),
        (["run", "one", "--through", "base"], "'base' is not a step"),
        (["run", "one", "tuning", "--through", "data"], "comes before"),
        (["run", "one", "--budget", "-1"], "accepted are minutes above 0"),
        (["export", "one", "--format", "pdf"], "invalid choice"),
        (["export", "one", "-o", "/nowhere/plan.md"], "no folder /nowhere"),
        (["predict", "one", "nothing.csv"], "no such file"),
        (["serve", "one"], "nothing to serve yet"),
        (["serve", "one", "--port", "99999"], "accepted is 0 to 65535"),
        (["open", "one"], "needs a terminal"),
        ([], "needs a terminal"),
        (["new", "a/b"], "cannot be the name"),
        (["new", "one"], "exists already"),
        (["new", "two", "--data", "nothing.csv", "--target", "y"], "no such file"),
        (["new", "two", "--data", "/", "--target", "y"], "is a folder"),
        (["new", "two", "--data", "/dev/null", "--target", "y"], "is empty"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_told_in_one_sentence_with_exit_code_2(projects: Path, words: list[str], said: str) -> None:
    ended = modelwright(*words, projects=projects)
    assert ended.returncode == 2
    assert said in sentence(ended)
    assert ended.stdout == ""
    assert [path.name for path in projects.iterdir()] == ["one"]


def test_set_keeps_answers_and_tells_what_is_against_the_advice(projects: Path) -> None:
    ended = modelwright("set", "one", "framing.private=yes", "framing.secret=yes", projects=projects)
    assert ended.returncode == 0
    assert "framing.private = yes" in ended.stderr
    assert "against the advice: framing.secret" in ended.stderr
    assert "Contradiction" in ended.stderr
    tree = json.loads(modelwright("status", "one", "--json", projects=projects).stdout)
    assert tree["steps"]["framing"]["answers"] == {"private": True, "secret": True}
    assert set(tree["steps"]["framing"]["against_advice"]) == {"private", "secret"}
    modelwright("set", "one", "framing.private=", projects=projects)
    tree = json.loads(modelwright("status", "one", "--json", projects=projects).stdout)
    assert tree["steps"]["framing"]["answers"] == {"secret": True}


def test_the_folder_of_projects_comes_from_option_then_variable_then_here(projects: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "tui.cli", "status"]

    def told(words: list[str], folder: Path, **variables: str) -> str:
        environment = {"PYTHONPATH": str(ROOT), **variables}
        return subprocess.run([*command, *words], capture_output=True, text=True, cwd=folder, env=environment).stdout

    assert "one" in told([], tmp_path)
    assert told([], projects) == ""
    assert "one" in told([], projects, MODELWRIGHT_PROJECTS=str(projects))
    assert told(["--projects", "elsewhere"], projects, MODELWRIGHT_PROJECTS=str(projects)) == ""


DAMAGE = {
    "wrong type": ('[tuning]\ntrials = "many"\n', "key tuning.trials", "int"),
    "unknown key": ("[tuning]\ntrails = 3\n", "key tuning.trails", "nearest is 'trials'"),
    "unknown section": ("[tunning]\ntrials = 3\n", "key tunning", "nearest is 'tuning'"),
    "newer schema": ("[project]\nschema = 99\n", "key project.schema", "newer"),
    "truncated": ('[framing]\ndata = "rows', "not valid TOML", "end of document"),
    "out of range": ("[tuning]\ntrials = 0\n", "key tuning.trials", ">= 1"),
    "not text": ("\udcff\udcfe", "not UTF-8", "byte 0"),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize(
    "words", [["status", "one"], ["set", "one", "tuning.trials=3"], ["run", "one"], ["export", "one"]], ids=" ".join
)
def test_a_damaged_project_is_told_and_left_as_it_is(projects: Path, damage: str, words: list[str]) -> None:
    text, place, said = DAMAGE[damage]
    content = text.encode(errors="surrogateescape")
    file = projects / "one" / "project.toml"
    file.write_bytes(content)
    ended = modelwright(*words, projects=projects)
    assert ended.returncode == 2
    assert str(file) in sentence(ended)
    assert place in sentence(ended)
    assert said in sentence(ended)
    assert file.read_bytes() == content


def test_the_table_of_projects_shows_a_damaged_one_beside_the_others(projects: Path) -> None:
    create(projects, "two").close()
    (projects / "one" / "project.toml").write_text("[tuning]\ntrails = 3\n")
    ended = modelwright("status", projects=projects)
    assert ended.returncode == 0
    lines = {line.split()[0]: line for line in ended.stdout.splitlines()}
    assert "unknown key" in lines["one"]
    assert "not framed yet" in lines["two"]


def test_an_edited_ledger_is_told(projects: Path) -> None:
    modelwright("set", "one", "framing.private=yes", projects=projects)
    modelwright("set", "one", "framing.secret=yes", projects=projects)
    ledger = projects / "one" / "ledger.jsonl"
    first, second = ledger.read_text().splitlines()
    ledger.write_text(first.replace("private", "harmless") + "\n" + second + "\n")
    ended = modelwright("status", "one", "--json", projects=projects)
    assert ended.returncode == 2
    assert "line 2" in sentence(ended)


def test_a_second_writer_is_refused_and_told_who_has_it(projects: Path) -> None:
    lock = store.Lock(projects / "one")
    assert lock.take()
    ended = modelwright("set", "one", "framing.purpose=x y", projects=projects)
    lock.release()
    assert ended.returncode == 2
    assert "open elsewhere" in sentence(ended)
    assert modelwright("set", "one", "framing.purpose=x y", projects=projects).returncode == 0


def test_a_fault_is_one_sentence_and_its_traceback_is_in_a_file(projects: Path) -> None:
    (projects / "one" / "jobs").write_text("a file where a folder belongs")
    (projects / "one" / "ledger.jsonl").mkdir()
    ended = modelwright("status", "one", "--json", projects=projects)
    assert ended.returncode == 1
    assert "error.log" in sentence(ended)
    assert "Traceback" in (projects / "error.log").read_text()


def test_names_from_files_cannot_steer_the_terminal(projects: Path) -> None:
    store.save(projects / "one", full())
    for words in (["status", "one"], ["status"], ["export", "one"], ["export", "one", "--format", "html"]):
        text = modelwright(*words, projects=projects).stdout
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_a_reader_that_leaves_early_is_no_error(projects: Path) -> None:
    store.save(projects / "one", full())
    command = [sys.executable, "-P", "-m", "tui.cli", "--projects", str(projects), "export", "one"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)})
    assert process.stdout is not None
    process.stdout.close()
    _, said = process.communicate()
    assert (process.returncode, said) == (0, b"")


def test_doctor_finds_this_machine_able(projects: Path) -> None:
    ended = modelwright("doctor", projects=projects)
    assert ended.returncode == 0, ended.stdout
    for word in ("python", "tensorflow", "gpu", "terminal", "locale", "locks", "logout"):
        assert f" {word} " in ended.stdout or f"{word} 0" in ended.stdout
    dumb = modelwright(
        "doctor", projects=projects, LC_ALL="en_US.ISO-8859-1", PYTHONUTF8="0", PYTHONIOENCODING="latin1"
    )
    assert "LC_ALL=C.UTF-8" in dumb.stdout
