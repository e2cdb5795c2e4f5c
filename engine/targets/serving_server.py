"""Asks a TensorFlow Serving server: one on the path, started here, or one that is named by its address."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from engine.errors import UserError
from engine.targets import serving_client
from engine.targets.held_out import compared, decisions_in, predictions_in
from engine.targets.rest_proof import Expected
from engine.targets.serving_files import MODELS

PROGRAM = "tensorflow_model_server"
ADDRESS = "MODELWRIGHT_TF_SERVING"
"""The variable that may hold the URL of a server's REST port; that server has to serve the folder already."""
LAYOUT_ONLY = "layout verified, server not run"
START_SECONDS = 120.0
STEP = 0.2
BLOCK = 100
"""Rows per request."""


def served(
    folder: Path, name: str, rows: Sequence[dict[str, Any]], expected: Expected, check: Callable[[], object]
) -> str:
    """Compare what a server says over REST with the trained model; what ran, empty where there is no server.

    Errors: UserError when a server is there, and does not answer as the trained model does.
    """
    address = os.environ.get(ADDRESS, "").strip()
    if address:
        return _asked(address, folder, rows, expected, check)
    program = shutil.which(PROGRAM)
    if program is None:
        return ""
    with _started(program, folder, name, check) as url:
        return _asked(url, folder, rows, expected, check)


def _asked(
    url: str, folder: Path, rows: Sequence[dict[str, Any]], expected: Expected, check: Callable[[], object]
) -> str:
    described = json.loads((folder / "columns.json").read_text(encoding="utf-8"))
    answers: list[dict[str, Any]] = []
    try:
        for start in range(0, len(rows), BLOCK):
            check()
            answers += serving_client.predict(rows[start : start + BLOCK], url, described)
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise UserError(f"{PROGRAM} at {url} did not answer ({str(error)[:200]}); nothing is kept") from None
    found, said = predictions_in(answers, expected), decisions_in(answers, expected)
    return compared(expected, found, said, f"{PROGRAM}, REST").runtime


@contextmanager
def _started(program: str, folder: Path, name: str, check: Callable[[], object]) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="modelwright-") as room:
        config, port = Path(room, "models.config"), _free_port()
        config.write_text(MODELS.format(name=name, base=(folder / "models" / name).resolve()), encoding="utf-8")
        command = [program, f"--rest_api_port={port}", f"--port={_free_port()}", f"--model_config_file={config}"]
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=room
        ) as server:
            try:
                url = f"http://127.0.0.1:{port}"
                _wait(url, name, server, check)
                yield url
            finally:
                server.kill()


def _wait(url: str, name: str, server: subprocess.Popen[bytes], check: Callable[[], object]) -> None:
    waited = 0.0
    while waited < START_SECONDS and server.poll() is None:
        try:
            with urlopen(f"{url}/v1/models/{name}", timeout=START_SECONDS):
                return
        except (URLError, OSError):
            time.sleep(STEP)
            waited += STEP
            check()
    raise UserError(f"{PROGRAM} did not start with this model; nothing is kept")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
