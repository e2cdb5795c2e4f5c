"""The bytes of a file before it is a table: what it is, its digest, and its text as UTF-8."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from engine.data.encoding import as_utf8
from engine.errors import UserError

HEAD = 1 << 16
MAGIC = (
    (b"PK\x03\x04", "a zip archive or Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Office file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"\x89HDF", "an HDF5 file"),
    (b"SQLite format 3", "an SQLite database"),
)


@dataclass(frozen=True)
class Source:
    """A file's content: `data` is the raw bytes of a Parquet file, or a text as UTF-8 without byte order mark."""

    path: Path
    digest: str
    parquet: bool
    data: pa.Buffer
    encoding: str = ""
    notes: tuple[str, ...] = ()


def open_source(path: Path, encoding: str = "auto") -> Source:
    """Map a file and find out what it is; `encoding` is that of a text where a person named it.

    Errors: UserError for what is missing, empty, no table or not text.
    """
    try:
        if path.is_dir():
            raise UserError(f"{path}: a folder, not a file; name one CSV, TSV or Parquet file in it")
        size = path.stat().st_size
        if not path.is_file():
            raise UserError(f"{path}: not a file that can be read twice; save its content as a file first")
        if size == 0:
            raise UserError(f"{path}: the file is empty; check that it was copied whole")
        with pa.memory_map(str(path)) as mapped:
            data = mapped.read_buffer()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; check the path") from None
    except PermissionError:
        raise UserError(f"{path}: not allowed to read this file; change its permissions") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror or error})") from None
    digest = hashlib.sha256(memoryview(data)).hexdigest()
    head = bytes(data.slice(0, min(size, HEAD)))
    if head.startswith(b"PAR1"):
        return Source(path, digest, True, data)
    for magic, words in MAGIC:
        if head.startswith(magic):
            raise UserError(f"{path}: {words}, not a table of text; save it as CSV or Parquet first")
    text = as_utf8(path, data, encoding)
    data = text.data
    if data.size < HEAD and not bytes(data).strip():
        raise UserError(f"{path}: nothing in the file but blanks; check that it was copied whole")
    return Source(path, digest, False, data, text.encoding, text.notes)
