"""Tables too large for memory: which they are, and how they are opened, drawn from and looked at in bounded memory."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine.data.convert import Converted, Told, converted, is_parquet, parquet_as_it_is
from engine.data.draw import Drawn, Kind, alike, draw
from engine.data.identity import stored_hashes
from engine.data.profile_stored import profile_stored
from engine.data.read import as_said
from engine.data.schema import Manner, Preview, Reading
from engine.data.several import Part, is_several, parts_of
from engine.data.source import head_of
from engine.data.stored import Stored
from engine.data.unpacked import packing
from engine.files import write_atomic

LARGE = 1 << 28
"""Bytes of plain values from which a table is worked on piece by piece."""
PACKED = 5
"""Times that a packed text is usually larger unpacked."""
PIECES = 16
"""Pieces of a text that would together fill the limit: a piece takes several times its size while it is typed."""
NOTE = "table.json"


class Note(msgspec.Struct, frozen=True):
    """A table on disk, and what it was made from."""

    key: str
    table: Converted


def is_large(path: Path, limit: int = LARGE) -> bool:
    """Whether a table is rather read piece by piece. Errors: UserError for what cannot be read."""
    parts = _parts(path)
    total = 0
    for part in parts:
        head = head_of(part.path)
        size = part.path.stat().st_size
        if is_parquet(part.path):
            try:
                said = pq.read_metadata(part.path)
            except (pa.ArrowException, OSError):
                return False
            total += max(8 * said.num_rows * said.num_columns, size)
        elif packing(head):
            total += PACKED * size
        elif head.startswith((b"ARROW1", b"FEA1", b"\xff\xff\xff\xff")) or head.lstrip().startswith(b"["):
            return False
        else:
            total += size
    return total > limit


def open_large(
    path: Path, manner: Manner, folder: Path, *, tell: Told, rejected: Path | None = None, limit: int = LARGE
) -> Converted:
    """The table on disk; a text is converted once into `folder` and found there again. Errors: as in `read`."""
    parts = _parts(path)
    if all(is_parquet(part.path) for part in parts):
        return parquet_as_it_is(path, parts)
    seen = [(str(part.path), part.path.stat().st_size, part.path.stat().st_mtime_ns) for part in parts]
    key = hashlib.sha256(repr((seen, manner)).encode()).hexdigest()
    known = _noted(folder / NOTE, key)
    if known is not None:
        return known
    (folder / NOTE).unlink(missing_ok=True)
    found = converted(parts, manner, folder, size=max(limit // PIECES, 1 << 16), rejected=rejected, tell=tell)
    write_atomic(folder / NOTE, msgspec.json.encode(Note(key, found), enc_hook=str))
    return found


def reading_of(path: Path, found: Converted, tell: Told, limit: int = LARGE) -> Reading:
    """What is known of the whole table, every count exact; `tell` is told each column."""
    columns = profile_stored(found.stored, limit, tell)
    return Reading(
        path=str(path),
        digest=found.digest,
        rows=found.stored.rows,
        columns=as_said(columns, found.manner or Manner()),
        assumptions=found.notes,
        preview=Preview(names=tuple(found.stored.kinds), rows=found.preview),
        manner=found.manner,
        rejected=found.rejected,
        rejects=found.rejects,
        doubts=found.doubts,
    )


def draw_stored(
    stored: Stored,
    columns: Sequence[str],
    *,
    tell: Told,
    share: float,
    seed: int,
    kind: Kind,
    target: str,
    others: tuple[str, ...],
    group: str | None,
    time: str | None,
) -> tuple[Drawn, np.ndarray, tuple[int, ...]]:
    """The test set as `draw` draws it, which rows have no target (n,), and the ids of development rows whose values in
    `columns` equal those of a sealed row. Errors: as in `draw`.
    """
    keys = [name for name in dict.fromkeys((target, *others, group, time)) if name is not None]
    frame = stored.frame(keys)
    unlabelled = frame[[target, *others]].isna().any(axis=1).to_numpy()
    hashes = contents = None
    # In time order a repeated row is news, not a copy.
    if kind != "time":
        inputs = [name for name in stored.kinds if name not in (target, *others)]
        hashes, contents = stored_hashes(stored, [(inputs, seed), (columns, 0)], tell)
    drawn = draw(
        frame, share=share, seed=seed, kind=kind, target=target, others=others, group=group, time=time, hashes=hashes
    )
    twins = np.flatnonzero(alike(contents, drawn.mask) & ~unlabelled) if contents is not None else ()
    return drawn, unlabelled, tuple(map(int, twins))


def _parts(path: Path) -> tuple[Part, ...]:
    return parts_of(path) if is_several(path) else (Part(path, {}),)


def _noted(path: Path, key: str) -> Converted | None:
    try:
        note = msgspec.json.decode(path.read_bytes(), type=Note, dec_hook=lambda kind, value: kind(value))
    except (OSError, msgspec.DecodeError):
        return None
    return note.table if note.key == key and all(file.exists() for file in note.table.stored.files) else None
