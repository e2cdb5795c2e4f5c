"""The file beside the plan that holds what is drawn, known by its digest. Light."""

import hashlib
from pathlib import Path

import msgspec

from engine.files import write_atomic
from engine.seeing.schema import Seen
from engine.session import Session
from engine.so_far import so_far
from engine.steps.data import DataResult

FILE = Path("data") / "seen.json"
"""In the project's folder; a running job keeps its own under the same path in the job's folder."""


def keep(folder: Path, seen: Seen) -> str:
    """Write it; its digest (SHA-256) is kept in the plan. Errors: UserError when the disk refuses."""
    path, content = folder / FILE, msgspec.json.encode(seen)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, content)
    return hashlib.sha256(content).hexdigest()


def kept(folder: Path, digest: str) -> Seen | None:
    """What was written under this digest; None where there is no such file any more, or another one."""
    try:
        content = (folder / FILE).read_bytes()
    except OSError:
        return None
    if not digest or hashlib.sha256(content).hexdigest() != digest:
        return None
    return msgspec.json.decode(content, type=Seen)


def drawn(session: Session) -> Seen | None:
    """What is drawn for this project: by the data step that runs now, once it has come so far, else by the last one."""
    job = session.running()
    early = so_far(job) if job is not None and job.step == "data" else None
    if job is not None and isinstance(early, DataResult):
        return kept(job.path, early.seen)
    result = session.plan.data.result
    return kept(session.project, result.seen) if result is not None else None
