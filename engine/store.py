"""project.toml: read with one clear sentence for every kind of damage, written so that it always parses."""

import fcntl
import json
import os
import socket
import tomllib
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from engine.errors import UserError
from engine.files import write_atomic
from engine.questions import nearest
from engine.steps import SCHEMA, Plan

FILE = "project.toml"
BACKUP = "project.toml.bak"
MIGRATIONS: dict[int, Any] = {}
"""From schema n, the function that turns its tree into that of n + 1."""


def load(project: Path) -> Plan:
    """The plan of a project folder. Errors: UserError naming file and key; the file is never touched."""
    path = project / FILE
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{project}: no {FILE} there; `modelwright new NAME` makes a project") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text at byte {error.start}{_restore(project)}") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: not valid TOML: {error}{_restore(project)}") from None
    return decode(tree, path)


def decode(tree: dict[str, Any], path: Path) -> Plan:
    """A parsed TOML tree as a plan. Errors: UserError naming file, key, what was found and what is accepted."""
    header = tree.get("project", {})
    schema = header.get("schema", SCHEMA) if isinstance(header, dict) else SCHEMA
    if isinstance(schema, int) and schema > SCHEMA:
        raise UserError(
            f"{path}, key project.schema: written by a newer Modelwright (schema {schema}, this one reads up to "
            f"{SCHEMA}); update Modelwright to open it"
        )
    while isinstance(schema, int) and schema in MIGRATIONS:
        tree = MIGRATIONS[schema](tree)
        schema += 1
    try:
        return msgspec.convert(tree, Plan)
    except msgspec.ValidationError as error:
        raise UserError(f"{path}, {_sentence(str(error), tree)}") from None


def _sentence(message: str, tree: dict[str, Any]) -> str:
    said, _, where = message.partition(" - at ")
    key = where.strip("`").removeprefix("$").lstrip(".")
    if said.startswith("Object contains unknown field"):
        unknown = said.split("`")[1]
        full = f"{key}.{unknown}" if key else unknown
        return f"key {full}: unknown key{nearest(unknown, _known(key))}"
    found = _at(tree, key)
    return f"key {key}: {said[0].lower()}{said[1:]}".replace(" | null", "") + (
        f" (found {found!r})" if not isinstance(found, dict) else ""
    )


def _known(key: str) -> list[str]:
    """The keys accepted at a place of the tree."""
    here: Any = Plan
    for part in filter(None, key.split(".")):
        fields = {field.name: field.type for field in msgspec.structs.fields(here)} if _is_struct(here) else {}
        here = fields.get(part)
    return [field.name for field in msgspec.structs.fields(here)] if _is_struct(here) else []


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _at(tree: Any, key: str) -> Any:
    for part in key.replace("[...]", "").split("."):
        tree = tree.get(part, {}) if isinstance(tree, dict) else {}
    return tree


def _restore(project: Path) -> str:
    return (
        f"; the version before it is in {project / BACKUP}"
        if (project / BACKUP).exists()
        else "; restore it from a copy"
    )


def save(project: Path, plan: Plan) -> None:
    """Write the plan: temporary file, fsync, the old one kept as backup, rename. Errors: UserError on a full disk."""
    text = tomli_w.dumps(msgspec.to_builtins(plan), multiline_strings=False)
    write_atomic(project / FILE, text.encode(), keep=project / BACKUP)


class Holder(msgspec.Struct, frozen=True):
    """Who has a project open for writing."""

    pid: int
    host: str
    since: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} since {self.since}"


class Lock:
    """The right to write a project: an OS lock that the kernel releases when its holder dies.

    Who wants to take over leaves a note; the holder sees it (`wanted`) and lets go.
    """

    def __init__(self, project: Path) -> None:
        self._path, self._note = project / "lock", project / "lock.wanted"
        self._file: int | None = None

    @property
    def held(self) -> bool:
        return self._file is not None

    def take(self) -> bool:
        """Try to get the lock; False when another process has it."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        holder = Holder(os.getpid(), socket.gethostname(), datetime.now(UTC).isoformat(timespec="seconds"))
        os.ftruncate(file, 0)
        os.pwrite(file, msgspec.json.encode(holder), 0)
        self._note.unlink(missing_ok=True)
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def ask(self) -> None:
        """Leave a note that another process wants to take over."""
        self._note.write_text(json.dumps({"pid": os.getpid()}))

    def wanted(self) -> bool:
        """Whether another process asked to take over."""
        return self.held and self._note.exists()

    def holder(self) -> Holder | None:
        with suppress(OSError, msgspec.DecodeError):
            return msgspec.json.decode(self._path.read_bytes(), type=Holder)
        return None
