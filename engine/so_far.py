"""What a running job knows already, written as a result beside its events, so that it is looked at before the end."""

from pathlib import Path
from typing import get_type_hints

import msgspec

from engine.files import write_atomic
from engine.jobs.events import plain
from engine.jobs.folder import JobFolder
from engine.steps import STEPS
from engine.values import Value

FILE = "so_far.json"


def tell_so_far(job: JobFolder, result: Value) -> None:
    """Replace what was told before. Errors: UserError when the disk refuses."""
    write_atomic(job.path / FILE, msgspec.json.encode(result, enc_hook=plain))


def so_far(job: JobFolder) -> Value | None:
    """The result of the job's step as far as it is known; None while nothing is told."""
    step = STEPS.get(job.step)
    try:
        content = (job.path / FILE).read_bytes()
        kind = get_type_hints(step.section)["result"] if step is not None else None
        found: Value | None = msgspec.json.decode(content, type=kind) if kind is not None else None
    except (OSError, msgspec.DecodeError):
        return None
    return found


def written(job: JobFolder) -> int:
    """When it was told last, in nanoseconds; 0 before the first time."""
    try:
        return Path(job.path / FILE).stat().st_mtime_ns
    except OSError:
        return 0
