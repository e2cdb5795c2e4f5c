"""The bytes of a file before it is a table: what it is, its digest, and its text as UTF-8."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import pyarrow as pa

from engine.data.encoding import as_utf8
from engine.data.unpacked import packing, unpacked
from engine.errors import UserError

HEAD = 1 << 16
MAGIC = (
    (b"PK\x03\x04", "a zip archive or Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Office file"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"\x89HDF", "an HDF5 file"),
    (b"SQLite format 3", "an SQLite database"),
)
BINARY: tuple[tuple[bytes, Literal["parquet", "arrow"]], ...] = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"FEA1", "arrow"),
    (b"\xff\xff\xff\xff", "arrow"),
)
"""Files that say of themselves how they are read, by their first bytes; the last is a stream of Arrow."""
Form = Literal["text", "parquet", "arrow", "json", "arff"]


@dataclass(frozen=True)
class Source:
    """A file's content: `data` is the raw bytes of Parquet or Arrow, or a text as UTF-8 without byte order mark."""

    path: Path
    digest: str
    form: Form
    data: pa.Buffer
    encoding: str = ""
    notes: tuple[str, ...] = ()


def open_source(path: Path, encoding: str = "auto") -> Source:
    """Map a file, unpacked where it is packed, and find out what it is; `encoding` is what a person said of a text.

    Errors: UserError for what is missing, empty, no table or not text.
    """
    data, notes = content(path)
    head = bytes(data[:HEAD])
    digest = digest_of(path)
    if (form := _binary(head)) is not None:
        return Source(path, digest, form, data, notes=notes)
    refuse(path, head)
    text = as_utf8(path, data, encoding)
    data = text.data
    if data.size < HEAD and not bytes(data).strip():
        raise UserError(f"{path}: nothing in the file but blanks; check that it was copied whole")
    return Source(path, digest, text_form(bytes(data[:HEAD])), data, text.encoding, (*notes, *text.notes))


def content(path: Path) -> tuple[pa.Buffer, tuple[str, ...]]:
    """The bytes of a file, mapped and not read, and how it was packed. Errors: UserError as in `open_source`."""
    packed = packing(head_of(path))
    if packed is None:
        return _mapped(path), ()
    with unpacked(path, packed) as file:
        data = _mapped(Path(file.name))
    if data.size == 0:
        raise UserError(f"{path}: a {packed} file that holds nothing; check that it was packed whole")
    return data, (f"unpacked from {packed}",)


def head_of(path: Path) -> bytes:
    """The first bytes of a file. Errors: UserError for what cannot be read as a file, or is empty."""
    try:
        if path.exists() and not path.is_file():
            raise UserError(f"{path}: not a file that can be read twice; save its content as a file first")
        with open(path, "rb") as file:
            head = file.read(HEAD)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; check the path") from None
    except PermissionError:
        raise UserError(f"{path}: not allowed to read this file; change its permissions") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror or error})") from None
    if not head:
        raise UserError(f"{path}: the file is empty; check that it was copied whole")
    return head


def digest_of(path: Path) -> str:
    """SHA-256 of a file as it lies on the disk."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse(path: Path, head: bytes) -> None:
    """Errors: UserError for the first bytes of what is known to be no table."""
    for magic, words in MAGIC:
        if head.startswith(magic):
            raise UserError(f"{path}: {words}, not a table of text; save it as CSV or Parquet first")


def text_form(head: bytes) -> Form:
    """What a text is, told by how it begins."""
    if re.match(rb"(?:\s*(?:%.*)?[\r\n]+)*\s*@relation\b", head, re.IGNORECASE):
        return "arff"
    begin = head.lstrip()
    if re.match(rb"\[\s*\{\s*[\"}]", begin):
        return "json"
    if re.match(rb"\{\s*[\"}]", begin):
        try:
            msgspec.json.decode(begin.splitlines()[0])
        except msgspec.DecodeError:
            return "json" if b'":' in begin else "text"
        return "json"
    return "text"


def _binary(head: bytes) -> Form | None:
    return next((form for magic, form in BINARY if head.startswith(magic)), None)


def _mapped(path: Path) -> pa.Buffer:
    try:
        if path.stat().st_size == 0:
            return pa.py_buffer(b"")
        with pa.memory_map(str(path)) as mapped:
            return mapped.read_buffer()
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror or error})") from None
