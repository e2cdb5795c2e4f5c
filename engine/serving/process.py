"""A command run in a process of its own, with a limit on its time; what it had to say is kept for the error."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from engine.errors import UserError

STEP = 0.25
"""Seconds between two looks at whether the work should stop."""
SHOWN = 300
"""Characters of the process's last words that an error shows."""


def run(
    command: Sequence[str],
    what: str,
    seconds: float,
    *,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    check: Callable[[], object] = lambda: None,
) -> str:
    """Standard output of a command. `check` is called while it runs and may raise to end it.

    Errors: UserError beginning with `what`, when it fails or takes longer than `seconds`; whatever `check` raises.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
        )
        try:
            waited = 0.0
            while True:
                try:
                    code = process.wait(timeout=STEP)
                    break
                except subprocess.TimeoutExpired:
                    waited += STEP
                    check()
                    if waited >= seconds:
                        raise UserError(
                            f"{what}: not done after {seconds:g} seconds; try again with less load"
                        ) from None
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        err.seek(0)
        if code != 0:
            lines = err.read().decode(errors="replace").strip().splitlines()
            said = lines[-1][:SHOWN] if lines else "it said nothing"
            ended = f"ended by signal {-code}" if code < 0 else f"exit code {code}"
            raise UserError(f"{what}: the process failed ({ended}: {said})")
        out.seek(0)
        return out.read().decode()
