"""The content of a file that was packed as one stream, unpacked piece by piece into a file that lasts as long as it."""

import bz2
import errno
import gzip
import lzma
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from engine.errors import UserError

PIECE = 1 << 20
Opened = Callable[[Path], IO[bytes] | pa.NativeFile]
PACKED: tuple[tuple[bytes, str, Opened], ...] = (
    (b"\x1f\x8b", "gzip", gzip.open),
    (b"\x28\xb5\x2f\xfd", "zstd", lambda path: pa.input_stream(str(path), compression="zstd")),
    (b"BZh", "bzip2", bz2.open),
    (b"\xfd7zXZ", "xz", lzma.open),
)


def packing(head: bytes) -> str | None:
    """How a file is packed, told by its first bytes; None where it is not."""
    return next((name for magic, name, _ in PACKED if head.startswith(magic)), None)


def unpacked(path: Path, packed: str, folder: Path | None = None) -> Any:
    """An open temporary file with the content; on the disk of `folder`, gone when it is closed.

    Errors: UserError for damage, and for a disk that is full.
    """
    opened = next(open_ for _, name, open_ in PACKED if name == packed)
    file = tempfile.NamedTemporaryFile(dir=folder, prefix=".unpacked-")  # noqa: SIM115
    try:
        with opened(path) as stream:
            while piece := stream.read(PIECE):
                file.write(piece)
    except (EOFError, zlib.error, lzma.LZMAError, OSError, pa.ArrowException) as error:
        file.close()
        if not isinstance(error, OSError) or error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES):
            raise UserError(f"{path}: a damaged {packed} file ({error}); copy or pack it again") from None
        raise UserError(
            f"{path}: cannot be unpacked ({error.strerror or error}); free some space, or unpack it yourself"
        ) from None
    file.flush()
    return file
