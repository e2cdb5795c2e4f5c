"""Which encoding the bytes of a text are in, and the same text as UTF-8."""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from charset_normalizer import from_bytes

from engine.errors import UserError

CHUNK = 1 << 24
HEAD = 1 << 16
LOOKED_AT = 1 << 22
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
ALONE = 0.5
"""Share of bytes beyond ASCII that stand alone, from which no two of them make one character."""
USUAL = 0.8
"""Share of characters that are common ones in its language, from which a text is taken to be in an encoding."""
KANA = 0.25
"""The same for Japanese, where common characters are mixed with rarer ones."""
PRINTABLE = 0.99
FEW = 20
"""Characters beyond ASCII below which an Asian encoding is a guess."""
ASIAN = ("cp932", "euc_jp", "euc_kr", "cp949", "gb18030", "big5")
ALPHABETS = ("cp1251", "koi8_r", "koi8_u", "cp866", "cp1253", "cp1254", "cp1255", "cp1256", "cp874")
"""What a text of foreign letters, one byte each, may be in."""


@dataclass(frozen=True)
class Encoded:
    """A text as UTF-8 without byte order mark, the encoding it was in, and what was assumed."""

    data: pa.Buffer
    encoding: str
    notes: tuple[str, ...] = ()


def as_utf8(path: Path, data: pa.Buffer, said: str = "auto") -> Encoded:
    """The text in UTF-8; `said` is the encoding where a person named it.

    Errors: UserError for a binary file, an unknown encoding, or bytes that the encoding does not have.
    """
    if said != "auto":
        return _recoded(path, data, _known(said), asked=True)
    head = bytes(data.slice(0, min(data.size, HEAD)))
    if head.startswith(codecs.BOM_UTF8):
        data, head = data.slice(3), head[3:]
    wide = next((name for bom, name in BOMS if head.startswith(bom)), None) or _wide(head)
    if wide:
        return _recoded(path, data, wide)
    codes = np.frombuffer(head, np.uint8)
    controls = np.count_nonzero((codes < 32) & ~np.isin(codes, TEXT_CONTROLS))
    if b"\0" in head or controls > len(head) / 100:
        raise UserError(f"{path}: a binary file, not a table of text; save it as CSV or Parquet first")
    if _is_utf8(data):
        return Encoded(data, "utf-8")
    raw = bytes(data)
    text = raw.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    if sum(len(run) for run in re.findall(r"[^\x00-\x7f\ufffd]+", text)) > STRAY * broken:
        line = text.count("\n", 0, text.index("\ufffd")) + 1
        note = f"{broken} characters are not valid UTF-8 (the first in line {line}) and were replaced by \ufffd"
        return Encoded(pa.py_buffer(text.encode()), "utf-8", (note,))
    encoding = guessed(raw)
    found = _recoded(path, data, encoding)
    foreign = sum(
        not char.isascii() for char in bytes(found.data.slice(0, min(HEAD, found.data.size))).decode(errors="ignore")
    )
    if encoding in ASIAN and foreign < FEW:
        note = f"read as {encoding} text, as it is not UTF-8, though few letters tell: check them"
        return Encoded(found.data, encoding, (note,))
    return found


def guessed(raw: bytes) -> str:
    """The likeliest encoding of a text that is not Unicode: what is common in a language shows which one it is in."""
    lines = [line for line in raw[:LOOKED_AT].splitlines() if not line.isascii()]
    sample = b"\n".join(lines)[:HEAD]
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", sample)]
    letters = sum(byte > 127 or chr(byte).isalpha() for byte in sample)
    if sum(runs) > FOREIGN * max(letters, 1):
        western = ["cp1252"] if runs.count(1) >= ALONE * sum(runs) else []
        if not western and (asian := _asian(lines, raw)):
            return asian
        best = from_bytes(sample, cp_isolation=[*ALPHABETS, *western]).best()
        if best is not None and _decodes(raw, best.encoding):
            return str(best.encoding)
    return "cp1252" if _decodes(raw, "cp1252") else "latin-1"


def _asian(lines: list[bytes], raw: bytes) -> str | None:
    """The encoding of Japanese, Korean or Chinese in which most characters are common ones, if any."""
    whole = int(np.searchsorted(np.cumsum([len(line) for line in lines]), HEAD))
    sample = b"\n".join(lines[: max(1, whole)])
    for encoding, least, common in (
        ("cp932", USUAL, _japanese),
        ("euc_jp", KANA, _kana),
        ("euc_kr", USUAL, _hangul),
        ("cp949", USUAL, _hangul),
        ("gb18030", USUAL, _frequent("gb2312", 0xB0, 0xD7)),
        ("big5", USUAL, _frequent("big5", 0xA4, 0xC6)),
    ):
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        words = [char for char in text if char.isalpha() and not char.isascii()]
        if words and sum(map(common, words)) >= least * len(words) and _decodes(raw, encoding):
            return encoding
    return None


def _kana(char: str) -> bool:
    return "\u3041" <= char <= "\u30fc"


def _japanese(char: str) -> bool:
    return _kana(char) or _frequent("cp932", 0x88, 0x97)(char)


def _hangul(char: str) -> bool:
    """One of the syllables of the older character set, which are those in use."""
    return "\uac00" <= char <= "\ud7a3" and len(char.encode("euc_kr", errors="ignore")) == 2


def _frequent(charset: str, first: int, last: int) -> Callable[[str], bool]:
    """Whether a character is in the first level of a character set, which holds those in daily use."""

    def common(char: str) -> bool:
        code = char.encode(charset, errors="ignore")
        return bool(code) and first <= code[0] <= last

    return common


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
    """UTF-16 without a byte order mark: two bytes a character, line ends among them, and nothing that is no text."""
    if b"\0" not in head:
        return None
    for encoding, line_end in (("utf-16-le", b"\n\0"), ("utf-16-be", b"\0\n")):
        pairs = head[: len(head) // 2 * 2]
        ends = any(pairs[place : place + 2] == line_end for place in range(0, len(pairs), 2))
        text = pairs.decode(encoding, errors="ignore")
        printable = sum(char.isprintable() or char in "\t\r\n" for char in text)
        if ends and printable >= PRINTABLE * len(pairs) / 2:
            return encoding
    return None


def _known(name: str) -> str:
    """The name of an encoding as Python writes it."""
    try:
        "".encode(name)
        return codecs.lookup(name).name
    except LookupError:
        raise UserError(
            f"framing.encoding: {name!r} is no encoding that is known; try utf-8, cp1252, latin-1, cp949 or gb18030"
        ) from None


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _recoded(path: Path, data: pa.Buffer, encoding: str, asked: bool = False) -> Encoded:
    """The bytes decoded as a whole: whoever named the encoding, one wrong byte says that it is another one."""
    raw = bytes(data)
    try:
        text = raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        where = f"breaks off at byte {error.start:,}"
        if asked:
            line = raw.count(b"\n", 0, error.start) + 1
            raise UserError(
                f"{path}: is not {encoding} text, as framing.encoding says (line {line}, byte {error.start:,}); "
                "name another one or take the answer back"
            ) from None
        raise UserError(f"{path}: looks like {encoding} text but {where}; save it again as UTF-8") from None
    note = f"read as {encoding} text, as " + ("framing.encoding says" if asked else "it is not UTF-8")
    return Encoded(pa.py_buffer(text.encode()), encoding, (note,))
