"""Runs one form of a network where only its runtime is: a process that sees nothing of this checkout."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from engine.errors import UserError
from engine.serving import process
from engine.targets import device_probe
from engine.targets.rest_proof import CLEAN_SECONDS, FOREIGN, ISOLATED
from engine.training.parse import Floats


def ran(
    folder: Path, form: str, rows: Sequence[dict[str, Any]], check: Callable[[], object] = lambda: None
) -> tuple[Floats, list[float], float]:
    """Predictions of the rows, milliseconds of single rows, and by how many megabytes the process grew.

    Errors: UserError when it does not run, or needs what a device has not.
    """
    with tempfile.TemporaryDirectory(prefix="modelwright-") as room:
        given, out = Path(room, "rows.json"), Path(room, "out.npy")
        given.write_bytes(msgspec.json.encode(rows))
        command = [sys.executable, "-I", "-B", device_probe.__file__, str(folder), form, str(given), str(out)]
        what = f"running {form} in a clean process"
        told = process.run(command, what, CLEAN_SECONDS, cwd=folder, environment=ISOLATED, check=check)
        seen = msgspec.json.decode(told.splitlines()[-1])
        foreign = sorted(set(FOREIGN) & set(seen["loaded"]))
        if foreign:
            raise UserError(f"{form} needs {', '.join(foreign)}, which a device has not")
        if not Path(seen["engine"]).resolve().is_relative_to(folder.resolve()):
            raise UserError(f"{form} ran code from {seen['engine']} instead of its own")
        found = np.asarray(np.load(out, allow_pickle=False), dtype=np.float64)
    return found, seen["ms"], float(seen["grown"])
