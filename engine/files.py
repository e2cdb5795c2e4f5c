"""Writing a file in one piece: whoever reads it sees the old or the new content, and a full disk loses nothing."""

import os
from contextlib import suppress
from pathlib import Path

from engine.errors import UserError


def write_atomic(path: Path, content: bytes, keep: Path | None = None) -> None:
    """Replace a file so that a reader sees the old or the new content, never a part. Errors: UserError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    spare = path.with_name(f".{path.name}.{os.getpid()}.spare.tmp")
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if keep is not None and path.exists():
            spare.unlink(missing_ok=True)
            os.link(path, spare)
            os.replace(spare, keep)
        os.replace(temporary, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        for rest in (temporary, spare):
            with suppress(OSError):
                rest.unlink()
        raise UserError(
            f"{path}: cannot be written ({error.strerror}); free some space or change the permissions, "
            "the old file is untouched"
        ) from None
