"""The file beside the plan that holds what is drawn, known by its digest. Light."""

import hashlib
from pathlib import Path

import msgspec

from engine.files import write_atomic
from engine.seeing.schema import Seen

FILE = Path("data") / "seen.json"


def keep(project: Path, seen: Seen) -> str:
    """Write it; its digest (SHA-256) is kept in the plan. Errors: UserError when the disk refuses."""
    path, content = project / FILE, msgspec.json.encode(seen)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, content)
    return hashlib.sha256(content).hexdigest()


def kept(project: Path, digest: str) -> Seen | None:
    """What was written under this digest; None where there is no such file any more, or another one."""
    try:
        content = (project / FILE).read_bytes()
    except OSError:
        return None
    if not digest or hashlib.sha256(content).hexdigest() != digest:
        return None
    return msgspec.json.decode(content, type=Seen)
