"""The bytes of a file before it is a table: what it is, its digest, and its text as UTF-8."""

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from charset_normalizer import from_bytes

from engine.errors import UserError

CHUNK = 1 << 24
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
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
TEXT_CONTROLS = np.array([9, 10, 12, 13, 27])
FOREIGN = 0.2
"""Share of letters outside ASCII, in lines that have any, from which a text is taken not to be Western."""
STRAY = 10
"""Characters that are valid UTF-8, per broken one, from which a file is UTF-8 with damage and not another encoding."""


@dataclass(frozen=True)
class Source:
    """A file's content: `data` is the raw bytes of a Parquet file, or a text as UTF-8 without byte order mark."""

    path: Path
    digest: str
    parquet: bool
    data: pa.Buffer
    notes: tuple[str, ...] = ()


def open_source(path: Path) -> Source:
    """Map a file and find out what it is. Errors: UserError for what is missing, empty, no table or not text."""
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
    data, notes = _as_utf8(path, data, head)
    if data.size < HEAD and not bytes(data).strip():
        raise UserError(f"{path}: nothing in the file but blanks; check that it was copied whole")
    return Source(path, digest, False, data, notes)


def _as_utf8(path: Path, data: pa.Buffer, head: bytes) -> tuple[pa.Buffer, tuple[str, ...]]:
    if head.startswith(codecs.BOM_UTF8):
        data, head = data.slice(3), head[3:]
    encoding = next((name for bom, name in BOMS if head.startswith(bom)), None) or _wide(head)
    if encoding:
        return _recoded(path, data, encoding)
    codes = np.frombuffer(head, np.uint8)
    controls = np.count_nonzero((codes < 32) & ~np.isin(codes, TEXT_CONTROLS))
    if b"\0" in head or controls > len(head) / 100:
        raise UserError(f"{path}: a binary file, not a table of text; save it as CSV or Parquet first")
    if _is_utf8(data):
        return data, ()
    raw = bytes(data)
    text = raw.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if sum(len(run) for run in re.findall(r"[^\x00-\x7f\ufffd]+", text)) > STRAY * broken:
        line = text.count("\n", 0, text.index("\ufffd")) + 1
        note = f"{broken} characters are not valid UTF-8 (the first in line {line}) and were replaced by \ufffd"
        return pa.py_buffer(text.encode()), (note,)
    return _recoded(path, data, _single_byte(raw))


def _is_utf8(data: pa.Buffer) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(view), CHUNK):
            decoder.decode(view[start : start + CHUNK], final=start + CHUNK >= len(view))
    except UnicodeDecodeError:
        return False
    return True


def _wide(head: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of mostly Western text is zero."""
    codes = np.frombuffer(head[: len(head) // 2 * 2], np.uint8).reshape(-1, 2)
    if not codes.size:
        return None
    zeros = (codes == 0).mean(axis=0)
    if zeros[1] > 0.6 and zeros[0] < 0.01:
        return "utf-16-le"
    return "utf-16-be" if zeros[0] > 0.6 and zeros[1] < 0.01 else None


def _single_byte(raw: bytes) -> str:
    """The likeliest encoding of a text that is not UTF-8."""
    lines = [line for line in raw[: 1 << 22].splitlines() if not line.isascii()]
    sample = b"\n".join(lines)[:HEAD]
    letters = [byte for byte in sample if byte > 127 or chr(byte).isalpha()]
    if sum(byte > 127 for byte in letters) > FOREIGN * max(len(letters), 1):
        best = from_bytes(sample).best()
        if best is not None and _decodes(raw, best.encoding):
            return str(best.encoding)
    return "cp1252" if _decodes(raw, "cp1252") else "latin-1"


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _recoded(path: Path, data: pa.Buffer, encoding: str) -> tuple[pa.Buffer, tuple[str, ...]]:
    try:
        text = bytes(data).decode(encoding)
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path}: looks like {encoding} text but breaks off at byte {error.start:,}; save it again as UTF-8"
        ) from None
    return pa.py_buffer(text.encode()), (f"read as {encoding} text, as it is not UTF-8",)
