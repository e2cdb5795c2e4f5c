"""A PostgreSQL server of the tests' own, from the system's packages, in a temporary folder."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

USERS = ("postgres", "nobody")
"""Who may run the server when the tests are root's, because it refuses root."""


def program(name: str) -> str:
    """Where a program of the server lies; Debian keeps them off the path.

    Without one the test is skipped, except in continuous integration, where it fails.
    """
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(places[-1]) if places else None)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name} is not installed (Debian: postgresql)")
    return found


class Postgres:
    """A server that listens on this machine only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._as: list[str] = []
        if os.geteuid() == 0:
            user = _user()
            os.chown(folder, user.pw_uid, user.pw_gid)
            self._as = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._run("initdb", "-D", f"{folder}/data", "-U", "search", "-A", "trust", "--no-sync")

    @property
    def url(self) -> str:
        return f"postgresql://search@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-w", "-l", f"{self._folder}/log", "-o", options, "start")

    def restart(self) -> None:
        """What a crash does, and whoever looks after it."""
        self._run(
            "pg_ctl", "-D", f"{self._folder}/data", "-w", "-l", f"{self._folder}/log", "-m", "immediate", "restart"
        )

    def stop(self) -> None:
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-w", "-m", "immediate", "stop")

    def _run(self, name: str, *words: str) -> None:
        subprocess.run([*self._as, program(name), *words], check=True, stdout=subprocess.DEVNULL, cwd="/")


def _user() -> pwd.struct_passwd:
    names = {user.pw_name for user in pwd.getpwall()}
    return pwd.getpwnam(next(name for name in USERS if name in names))


@contextmanager
def serving() -> Iterator[Postgres]:
    """A server for the length of the block; in a folder of its own, because the tests' are closed to other users."""
    program("initdb")
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = Postgres(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
