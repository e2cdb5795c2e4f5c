"""Runs a bundle where it will run, in a clean process and over HTTP, and holds it against the trained model."""

from __future__ import annotations

import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import numpy as np

from engine.errors import UserError
from engine.serving import plain, process
from engine.serving.artifact import Artifact
from engine.steps.deployment import Latency, Verified
from engine.targets import rest_probe
from engine.training.apply import Matrix
from engine.training.parse import Floats

MAX_DIFFERENCE = 1e-4
"""Largest difference from the trained model: of a probability, or of an amount over the target's scale."""
MAX_FLIPS = 0
"""Decisions that may differ from the trained model's."""
FOREIGN = ("tensorflow", "keras", "pandas", "sklearn", "scipy", "pyarrow")
"""What a bundle must run without."""
CLEAN_SECONDS = 300.0
START_SECONDS = 60.0
REQUESTS = 200
WARM_UP = 10
ISOLATED = {"PYTHONDONTWRITEBYTECODE": "1"}


@dataclass(frozen=True)
class Expected:
    """What the trained model says: `raw` (n, outputs) of its network, for the rows of the proof."""

    artifact: Artifact
    raw: Matrix | Floats

    @property
    def outputs(self) -> Floats:
        """Predictions as metrics take them."""
        return self.artifact.code.natural(self.raw)

    def decide(self, outputs: Floats) -> list[Any]:
        """What is said of each row."""
        return self.artifact.code.decide(outputs, self.artifact.meta.line)

    def apart(self, one: Any, other: Any, most: float = MAX_DIFFERENCE) -> bool:
        """Whether two decisions are not the same: words that differ, or an amount off by over `most` of its scale."""
        amounts = [each.values() if isinstance(each, dict) else (each,) for each in (one, other)]
        if any(isinstance(value, str | list) for value in amounts[0]):
            return bool(one != other)
        differences = np.abs(np.subtract(*(np.array(list(each), dtype=float) for each in amounts)))
        return bool((differences > most * np.array(self.artifact.code.unit)).any())


@dataclass(frozen=True)
class Proof:
    """That the bundle says what the trained model says, how fast, and its answer to the example request."""

    verified: Verified
    latency: Latency
    response: dict[str, Any]


def prove(
    bundle: Path, rows: Sequence[dict[str, Any]], expected: Expected, check: Callable[[], object] = lambda: None
) -> Proof:
    """Compare on `rows`, then ask the started server one by one.

    Errors: UserError when something foreign is needed, a prediction differs or a decision flips.
    """
    found = _clean(bundle, rows, check)
    wanted = expected.outputs
    if found.shape != wanted.shape or not np.isfinite(found).all():
        raise UserError(
            f"the exported model gave {found.shape} finite numbers, {wanted.shape} are wanted; nothing is kept"
        )
    difference = float(np.abs(found - wanted).max(initial=0.0))
    scales = np.array(expected.artifact.code.unit)
    if (np.abs(found - wanted) > MAX_DIFFERENCE * scales).any():
        raise UserError(
            f"the exported model differs from the trained one by up to {difference:.3g} "
            f"(at most {MAX_DIFFERENCE * scales.min():.3g} is accepted, {len(rows):,} rows compared); nothing is kept"
        )
    decisions = expected.decide(wanted)
    with started(bundle) as address:
        said, latency = _ask(address, rows, check)
        response = post(address, {"rows": rows[:2]})
    flips = sum(map(expected.apart, expected.decide(found), decisions))
    flips += sum(expected.apart(one, other) for one, other in zip(said, decisions, strict=False))
    if flips > MAX_FLIPS:
        raise UserError(
            f"{flips} of {len(rows):,} decisions of the exported model differ from the trained one's "
            f"(at most {MAX_FLIPS} is accepted); nothing is kept"
        )
    by = "numpy" if (bundle / plain.FILE).exists() else "LiteRT"
    runtime = f"{by}, Python {sys.version_info.major}.{sys.version_info.minor}"
    return Proof(
        Verified(runtime=runtime, max_abs_diff=difference, decision_flips=flips, rows=len(rows)), latency, response
    )


@contextmanager
def started(bundle: Path, python: str = sys.executable) -> Iterator[str]:
    """The bundle's server on a free port of this machine, run by `python`: host and port.

    Errors: UserError when it does not start.
    """
    command = [python, "-I", "-B", str(bundle / "serve.py"), "--port", "0"]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=bundle
    ) as server:
        assert server.stderr is not None
        try:
            ready, _, _ = select.select([server.stderr], [], [], START_SECONDS)
            line = server.stderr.readline().decode(errors="replace").strip() if ready else "it said nothing"
            if " at http://" not in line:
                raise UserError(f"the bundle's server did not start ({line}); nothing is kept")
            yield urlsplit(line.partition(" at ")[2].split()[0]).netloc
        finally:
            server.terminate()
            try:
                server.wait(timeout=START_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()


def post(address: str, content: object) -> dict[str, Any]:
    """The answer to one request of the example. Errors: UserError when it is not 200."""
    connection = HTTPConnection(address, timeout=START_SECONDS)
    try:
        return _post(connection, content)
    finally:
        connection.close()


def _post(connection: HTTPConnection, content: object) -> dict[str, Any]:
    try:
        connection.request("POST", "/predict", msgspec.json.encode(content), {"content-type": "application/json"})
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, HTTPException) as error:
        raise UserError(f"the bundle's server broke off ({error}); nothing is kept") from None
    if answer.status != 200:
        raise UserError(f"the bundle's server refused a row it should take ({body.decode(errors='replace')[:300]})")
    found: dict[str, Any] = msgspec.json.decode(body)
    return found


def _ask(address: str, rows: Sequence[dict[str, Any]], check: Callable[[], object]) -> tuple[list[Any], Latency]:
    """Decisions on the first rows, each asked by itself, and how long that took."""
    said, taken = [], []
    connection = HTTPConnection(address, timeout=START_SECONDS)
    try:
        for number in range(-WARM_UP, REQUESTS):
            row = rows[number % len(rows)]
            began = time.perf_counter()
            answer = _post(connection, row)
            if number >= 0:
                taken.append(1000 * (time.perf_counter() - began))
            if 0 <= number < len(rows):
                said.append(answer["predictions"][0]["prediction"])
            check()
    finally:
        connection.close()
    return said, Latency(p50=float(np.quantile(taken, 0.5)), p99=float(np.quantile(taken, 0.99)))


def _clean(bundle: Path, rows: Sequence[dict[str, Any]], check: Callable[[], object]) -> Floats:
    """What the bundle predicts in a process that sees nothing of this checkout. Errors: UserError."""
    with tempfile.TemporaryDirectory(prefix="modelwright-") as room:
        given, out = Path(room, "rows.json"), Path(room, "out.npy")
        given.write_bytes(msgspec.json.encode(rows))
        command = [sys.executable, "-I", "-B", rest_probe.__file__, str(bundle), str(given), str(out)]
        told = process.run(
            command,
            "running the bundle in a clean process",
            CLEAN_SECONDS,
            cwd=bundle,
            environment=ISOLATED,
            check=check,
        )
        seen = msgspec.json.decode(told)
        foreign = sorted(set(FOREIGN) & set(seen["loaded"]))
        if foreign:
            raise UserError(f"the bundle needs {', '.join(foreign)}, which it must run without; nothing is kept")
        if not Path(seen["engine"]).resolve().is_relative_to(bundle.resolve()):
            raise UserError(f"the bundle ran code from {seen['engine']} instead of its own; nothing is kept")
        return np.asarray(np.load(out, allow_pickle=False), dtype=np.float64)
