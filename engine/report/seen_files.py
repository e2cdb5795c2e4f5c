"""Samples of pictures and of spectra of sounds, as small images inside the page."""

import base64
import struct
import zlib
from html import escape

from engine.seeing.schema import Files, FileSample

LARGER = 4
"""Times that a point of a sample is drawn larger."""


def files(column: Files) -> str:
    """The samples of a column, each over its target and its row."""
    figures = "".join(_figure(sample) for sample in column.samples)
    what = "pictures" if column.kind == "image" else "sounds, pitch (upwards) over time"
    title = escape(f"{column.column}: {len(column.samples)} of {column.rows:,} {what}")
    return f'<p>{title}</p><div style="display:flex;flex-wrap:wrap;gap:8px">{figures}</div>'


def _figure(sample: FileSample) -> str:
    words = escape(f"{sample.said or sample.name}, row {sample.id}", quote=True)
    size = f'width="{LARGER * sample.across}" height="{LARGER * sample.down}"'
    data = base64.b64encode(png(sample)).decode()
    return (
        f'<figure style="margin:0"><img {size} style="image-rendering:pixelated" alt="{words}" '
        f'src="data:image/png;base64,{data}"><figcaption>{words}</figcaption></figure>'
    )


def png(sample: FileSample) -> bytes:
    """The sample as a PNG file (W3C, 2003): 8 bits, grey or colours, no filter."""
    levels, wide = base64.b64decode(sample.levels), sample.across * sample.channels
    rows = b"".join(b"\0" + levels[start : start + wide] for start in range(0, len(levels), wide))
    kind = 0 if sample.channels == 1 else 2
    head = struct.pack(">IIBBBBB", sample.across, sample.down, 8, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, content) for name, content in ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
