"""The folder of projects: which there are, what a project may be called, making one and taking it away again."""

import re
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from engine import store
from engine.errors import UserError
from engine.jobs.launch import end_supervisor
from engine.paths import existing_data
from engine.questions import nearest
from engine.session import Session, set_answers
from engine.steps import Plan, Project

NAME = re.compile(r"[^\W_](?:[\w.-]*[\w-])?")
LONGEST = 100
"""Bytes of a name; file systems take 255, and logs and archives are named after the project."""


def check_name(name: str) -> str:
    """`name`, when a project may be called so. Errors: UserError."""
    if not NAME.fullmatch(name) or len(name.encode()) > LONGEST:
        raise UserError(
            f"{name!r} cannot be the name of a project: use letters, digits, '-', '_' and '.', beginning with a "
            f"letter or digit and not ending with '.', at most {LONGEST} characters"
        )
    return name


def all_projects(projects: Path) -> list[Path]:
    """The project folders in a folder of projects, by name."""
    if not projects.is_dir():
        return []
    return sorted(path for path in projects.iterdir() if not path.name.startswith(".") and (path / store.FILE).exists())


def find(projects: Path, name: str) -> Path:
    """The folder of a project. Errors: UserError naming the nearest project."""
    project = projects / check_name(name)
    if not (project / store.FILE).exists():
        known = [path.name for path in all_projects(projects)]
        raise UserError(
            f"no project {name!r} in {projects}{nearest(name, known)}; `modelwright new {name} --data FILE` makes one"
        )
    return project


def create(
    projects: Path,
    name: str,
    data: str = "",
    target: tuple[str, ...] = (),
    task: str = "",
    settings: Iterable[str] = (),
) -> Session:
    """Make a project with its first answers, and open it for writing.

    Nothing is left behind when an answer is refused. Errors: UserError.
    """
    project = projects / check_name(name)
    path = existing_data(data) if data else ""
    if (project / store.FILE).exists():
        raise UserError(f"project {name!r} exists already in {projects}: open it, or choose another name")
    if project.exists():
        raise UserError(f"{project} exists already and is not a project: choose another name")
    try:
        project.mkdir(parents=True)
    except OSError as error:
        raise UserError(f"{project}: cannot be made ({error.strerror}); name another folder with --projects") from None
    try:
        created = datetime.now(UTC).isoformat(timespec="seconds")
        store.save(project, Plan(project=Project(name=name, created=created)))
        session = Session(project)
        for field, value in (("data", path), ("target", target), ("task", task)):
            if value:
                session.answer("framing", field, value)
        set_answers(session, settings)
    except BaseException:
        remove(project)
        raise
    return session


def remove(project: Path) -> None:
    """Take a project away, after the supervisor of its jobs, which would write into it once more."""
    end_supervisor(project)
    shutil.rmtree(project, ignore_errors=True)
