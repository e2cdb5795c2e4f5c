"""A text of any size as pieces that are texts of their own: whole rows, each piece below the lines that hold names."""

import codecs
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from engine.data.encoding import as_utf8
from engine.data.schema import Manner
from engine.data.source import Source, head_of, refuse, text_form
from engine.data.unpacked import packing, unpacked
from engine.errors import UserError

WIDE = ("utf-16", "utf-32")
RECODED = 1 << 20


def plain_file(path: Path, manner: Manner, folder: Path) -> tuple[Path, Any, str]:
    """The file itself, or a temporary one of its content, unpacked and in an encoding whose line ends are one byte.

    Second is what has to stay open while it is read, third the encoding. Errors: UserError as in `open_source`.
    """
    packed = packing(head_of(path))
    held = unpacked(path, packed, folder) if packed else None
    there = Path(held.name) if held else path
    head = head_of(there)
    refuse(path, head)
    whole = len(head) // 4 * 4 if b"\0" in head else head.rfind(b"\n") + 1
    cut = head[:whole] or head
    encoding = as_utf8(path, pa.py_buffer(cut), manner.encoding).encoding
    if not encoding.startswith(WIDE):
        return there, held, encoding
    recoded = tempfile.NamedTemporaryFile(dir=folder, prefix=".unpacked-")  # noqa: SIM115
    try:
        with codecs.open(str(there), encoding=encoding) as text:
            while piece := text.read(RECODED):
                recoded.write(piece.removeprefix("\ufeff").encode())
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not {encoding} throughout ({error.reason}); name its encoding") from None
    recoded.flush()
    return Path(recoded.name), recoded, "utf-8"


def blocks(path: Path, there: Path, encoding: str, size: int) -> Iterator[tuple[Source, int]]:
    """Pieces of about `size` bytes cut at ends of rows, and how many lines of the file lie before each.

    A row ends where a line does, unless a quotation mark is open there; of marks that do not pair none is.
    """
    with open(there, "rb") as file:
        rest, before = file.read(size).removeprefix(codecs.BOM_UTF8), 0
        form = text_form(rest[: 1 << 16])
        quoted = form == "text"
        while rest:
            more = file.read(size)
            if len(more) < size:
                rest, more = rest + more, b""
            cut = _cut(rest, quoted) if more else len(rest)
            if not cut and len(rest) < 8 * size:
                rest += more
                continue
            if not cut:
                quoted, cut = False, _cut(rest, False) or len(rest)
            block, rest = rest[:cut], rest[cut:] + more
            text = as_utf8(path, pa.py_buffer(block), encoding)
            yield Source(path, "", form, text.data, encoding), before
            before += block.count(b"\n")


def _cut(block: bytes, quoted: bool) -> int:
    """Where the last row of a block ends, 0 where none does."""
    end = block.rfind(b"\n") + 1
    if not quoted:
        return end
    if block.count(b'"', 0, end) % 2 == 0:
        return end
    # The last quotation mark opens a cell that goes on: the row it is in begins after the line end before it.
    place = end
    while place and block.count(b'"', 0, place) % 2:
        place = block.rfind(b"\n", 0, block.rfind(b'"', 0, place)) + 1
    return place


def below(source: Source, names: bytes) -> Source:
    """A later piece under the lines that hold names."""
    return Source(
        source.path, "", source.form, pa.py_buffer(names + source.data.to_pybytes()), source.encoding, source.notes
    )


def lines_of_names(source: Source, manner: Manner) -> bytes:
    """The beginning of a text that has to stand above each of its pieces."""
    text = bytes(source.data)
    if source.form == "json":
        return b""
    if source.form == "arff":
        place = text.lower().find(b"@data")
        return text[: text.find(b"\n", place) + 1]
    wanted = {"yes": 1, "two": 2}.get(manner.header, 0)
    place = 0
    while wanted and place < len(text):
        end = text.find(b"\n", place) + 1 or len(text)
        while text.count(b'"', place, end) % 2 and end < len(text):
            end = text.find(b"\n", end) + 1 or len(text)
        line = text[place:end].strip()
        remark = manner.comment not in ("auto", "none") and line.startswith(manner.comment.encode())
        wanted -= bool(line.strip(b",;\t| ")) and not remark
        place = end
    return text[:place]


def settled(manner: Manner, found: Manner | None, encoding: str) -> Manner:
    """How all further pieces are read: as the first one was."""
    return msgspec.structs.replace(found or manner, encoding=encoding)
