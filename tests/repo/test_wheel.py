"""The built wheel: it holds the texts and the dataset, and works where nothing of the checkout is."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

PATIENCE = 1800
"""Seconds after which a process is given up; the demo trains, and the machine may be busy."""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(PATIENCE)]


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the checkout, without fetching anything."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=root,
        capture_output=True,
        check=True,
    )
    return next(folder.glob("modelwright-*.whl"))


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`modelwright` in a new environment: the wheel of its own, the dependencies of the environment that tests."""
    place = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", str(place))
    python = place / "bin" / "python"
    purelib = run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    run(sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    dependencies = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(purelib, "dependencies.pth").write_text("".join(f"{path}\n" for path in sorted(dependencies)))
    return place / "bin" / "modelwright"


def run(*words: str, cwd: Path | None = None, **variables: str) -> str:
    """Standard output of a process that has to end well, and knows nothing of the checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    process = subprocess.run(
        words, cwd=cwd, env=kept | variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE
    )
    assert process.returncode == 0, process.stderr[-2000:]
    return process.stdout


def test_it_holds_what_the_code_reads_from_disk(root: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
        assert archive.read("engine/demo/penguins.csv") == (root / "projects/penguins/penguins.csv").read_bytes()
    sources = [path for package in ("engine", "tui") for path in (root / package).rglob("*") if path.is_file()]
    needed = {str(path.relative_to(root)) for path in sources if "__pycache__" not in path.parts}
    assert needed <= inside
    assert any(name.startswith("engine/why/") for name in inside)
    assert not [name for name in inside if name.startswith(("tests/", "projects/", "benchmarks/"))]


def test_its_program_runs_from_itself(program: Path, tmp_path: Path) -> None:
    run(str(program), "doctor", cwd=tmp_path)
    python = program.with_name("python")
    place = run(str(python), "-P", "-c", "import engine, tui; print(engine.__file__, tui.__file__)", cwd=tmp_path)
    assert all(Path(path).is_relative_to(program.parents[1]) for path in place.split())


def test_its_demo_walks_through_the_whole_workflow(program: Path, projects_dir: Path) -> None:
    shown = run(str(program), "demo", cwd=projects_dir, TMPDIR=str(projects_dir))
    plan = Path(next(line for line in shown.splitlines() if line.startswith("The plan: ")).removeprefix("The plan: "))
    assert plan.is_relative_to(projects_dir)
    assert "accuracy" in plan.read_text()
