"""The files of the repository: of a size to be read, about no machine in particular, with nothing unfinished."""

import re
from pathlib import Path

LINES = 400
MACHINE = re.compile(r"(?<![\w./-])/(?:home|Users|root|work)/[\w.]|\b[A-Z]:\\Users\\")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b")


def found(paths: list[Path], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_a_python_file_is_one_room(root: Path, tracked: list[Path]) -> None:
    lengths = {path.relative_to(root): path.read_bytes().count(b"\n") for path in tracked if path.suffix == ".py"}
    assert {str(path): length for path, length in lengths.items() if length > LINES} == {}


def test_every_module_says_what_it_is_for(root: Path) -> None:
    silent = [
        str(path.relative_to(root))
        for package in ("engine", "tui")
        for path in (root / package).rglob("*.py")
        if not path.read_text(encoding="utf-8").startswith('"""')
    ]
    assert not silent


def test_no_file_knows_the_machine_it_was_written_on(tracked: list[Path]) -> None:
    assert not found(tracked, MACHINE)


def test_nothing_is_left_unfinished(root: Path, tracked: list[Path]) -> None:
    code = [path for path in tracked if path.suffix == ".py" and path.relative_to(root).parts[0] in ("engine", "tui")]
    assert not found(code, UNFINISHED)


def test_code_keeps_no_pickle_and_runs_no_text(root: Path, tracked: list[Path]) -> None:
    code = [path for path in tracked if path.suffix == ".py" and path.relative_to(root).parts[0] in ("engine", "tui")]
    assert not found(code, re.compile(r"^\s*(?:import|from) (?:pickle|joblib|dill|marshal)\b|allow_pickle=True"))
    assert not found(code, re.compile(r"(?<![\w.])(?:eval|exec)\("))
