"""The Makefile and the installer: what they say when something is missing, and that they do nothing twice."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = ("python3", "python3.13", "python3.12", "python3.11")


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """What an installation reads, without the packages."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    shutil.copytree(root / "requirements", folder / "requirements")
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(root / name, folder)
    return folder


def script(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def make(checkout: Path, *words: str, path: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run make with these programs before all others."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHON", "GPU", "MAKEFLAGS")}
    before = f"{path}{os.pathsep}" if path else ""
    return subprocess.run(
        ["make", *words],
        cwd=checkout,
        env={**kept, "PATH": before + os.environ["PATH"], **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )


def said(process: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in process.stderr.splitlines() if not line.startswith("make")]


def test_make_alone_lists_what_can_be_made(checkout: Path) -> None:
    listed = {line.split()[1] for line in make(checkout).stdout.splitlines()}
    assert {"install", "run", "demo", "test", "check", "lock", "clean"} <= listed


def test_an_old_python_is_named_in_one_sentence(checkout: Path, tmp_path: Path) -> None:
    for name in NAMES:
        script(tmp_path / "bin" / name, 'case "$1" in -V) echo Python 3.9.1;; *) exit 1;; esac')
    process = make(checkout, "install", path=tmp_path / "bin")
    assert process.returncode == 2
    assert len(said(process)) == 1
    assert "Python 3.9.1" in said(process)[0]
    assert "3.11" in said(process)[0]


def test_a_python_that_does_not_run_is_passed_over(checkout: Path, tmp_path: Path) -> None:
    for name in ("python3", "python3.13", "python3.12"):
        script(tmp_path / "bin" / name, "echo 'version manager: not found' >&2; exit 127")
    script(tmp_path / "bin" / "python3.11", f'case "$2" in venv) exit 9;; *) exec {sys.executable} "$@";; esac')
    process = make(checkout, "install", path=tmp_path / "bin")
    assert said(process) == ["python3.11 could not make .venv; what it says is above"]


def test_a_python_without_venv_is_told_what_to_install(checkout: Path, tmp_path: Path) -> None:
    program = f'case "$2" in *ensurepip*) exit 1;; *) exec {sys.executable} "$@";; esac'
    for name in NAMES:
        script(tmp_path / "bin" / name, program)
    process = make(checkout, "install", path=tmp_path / "bin")
    assert process.returncode == 2
    assert "python3-venv" in said(process)[0]


@pytest.fixture
def installed(checkout: Path) -> Path:
    """A checkout whose .venv holds a python that only notes what pip is asked for."""
    script(checkout / "python", f'echo "$@" >>{checkout}/asked')
    (checkout / ".venv" / "bin").mkdir(parents=True)
    shutil.copy2(checkout / "python", checkout / ".venv" / "bin" / "python")
    return checkout


def asked(installed: Path, *words: str, path: Path | None = None, **variables: str) -> list[str]:
    """What pip is asked to install, in order."""
    note = installed / "asked"
    note.unlink(missing_ok=True)
    process = make(installed, *words, path=path, **variables)
    assert process.returncode == 0, process.stderr
    return [line.partition("--quiet ")[2] for line in note.read_text().splitlines() if " install " in line]


def test_an_installation_is_pinned_and_not_done_twice(installed: Path) -> None:
    first = asked(installed, "install", GPU="base")
    assert first == [
        "--require-hashes -r requirements/build.txt",
        "--require-hashes -r requirements/base.txt",
        "--no-deps --no-build-isolation --editable .",
    ]
    assert asked(installed, "install", GPU="base") == []
    assert asked(installed, "dev", GPU="base") == ["--require-hashes -r requirements/dev.txt"]
    assert asked(installed, "dev", GPU="base") == []


def test_changed_pins_are_installed_whatever_the_clock_says(installed: Path) -> None:
    asked(installed, "install", GPU="base")
    pins = installed / "requirements" / "base.txt"
    before = pins.stat()
    pins.write_text(pins.read_text() + "\n")
    os.utime(pins, (before.st_atime, before.st_mtime))
    assert "--require-hashes -r requirements/base.txt" in asked(installed, "install", GPU="base")


def test_the_gpu_build_follows_what_nvidia_smi_answers(installed: Path, tmp_path: Path) -> None:
    script(tmp_path / "bin" / "nvidia-smi", "exit 9")
    assert "--require-hashes -r requirements/base.txt" in asked(installed, "install", path=tmp_path / "bin")
    script(tmp_path / "bin" / "nvidia-smi", "echo 'GPU 0: something'")
    assert "--require-hashes -r requirements/gpu.txt" in asked(installed, "install", path=tmp_path / "bin")
    assert asked(installed, "install", path=tmp_path / "bin") == []


def test_without_a_terminal_run_says_what_to_use_instead(installed: Path) -> None:
    process = make(installed, "run", GPU="base")
    assert process.returncode == 2
    assert "needs a terminal" in said(process)[-1]
    assert "make demo" in said(process)[-1]
