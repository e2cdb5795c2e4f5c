"""A file too large for memory as typed Parquet beside the project, made once and piece by piece."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from engine.data.blocks import below, blocks, lines_of_names, plain_file, settled
from engine.data.names import unique_names
from engine.data.parquet import EXACT
from engine.data.row_groups import group_rows
from engine.data.schema import ColumnKind, Manner, Rejected
from engine.data.several import Part, same_columns
from engine.data.source import digest_of, head_of
from engine.data.stored import Stored
from engine.data.table import Table, column_notes
from engine.data.tables import of_arrow, of_source
from engine.errors import UserError

Told = Callable[[str, int, int], None]
"""What is being done, how much of it is done, of how much; may raise to stop."""


@dataclass
class Converted:
    """A table on disk, and what was found out while it was read."""

    stored: Stored
    digest: str
    manner: Manner | None = None
    notes: tuple[str, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()
    rejected: int = 0
    rejects: tuple[Rejected, ...] = ()
    doubts: dict[str, str] = field(default_factory=dict)


def parquet_as_it_is(path: Path, parts: Sequence[Part]) -> Converted:
    """Parquet files need no conversion: their declared types hold. Errors: UserError where they are no one table."""
    names: list[list[str]] = []
    kinds: dict[str, ColumnKind] = {}
    raw: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    rows, first, digest = 0, None, hashlib.sha256()
    for part in parts:
        own = digest_of(part.path)
        digest.update(f"{part.path.name}:{own}\n".encode())
        try:
            with pq.ParquetFile(part.path, memory_map=False) as file:
                rows += file.metadata.num_rows
                head = pa.Table.from_batches([*_first(file)], file.schema_arrow)
                large = _large_codes(file)
        except (pa.ArrowException, OSError) as error:
            raise UserError(f"{part.path}: a damaged Parquet file ({error}); copy or export it again") from None
        table = of_arrow(part.path, head)
        unique, _ = unique_names(head.column_names)
        raw |= {name: own for name, own in zip(unique, head.column_names, strict=True) if name != own}
        for name, column in table.columns.items():
            kind: ColumnKind = "categorical" if raw.get(name, name) in large else _kept(column.kind, head, name)
            kinds[name] = _agreed(kinds.get(name), kind)
        names.append(list(table.columns))
        notes = tuple(dict.fromkeys((*notes, *table.notes)))
        first = first or table
    if first is None:
        raise UserError(f"{path}: no file in it")
    _, lacking = same_columns(path, parts, names)
    kinds |= {name: "categorical" for part in parts for name in part.said if name not in kinds}
    stored = Stored(tuple(part.path for part in parts), rows, kinds, False, raw, tuple(part.said for part in parts))
    single = own if len(parts) == 1 else digest.hexdigest()
    return Converted(stored, single, notes=(*notes, *lacking), preview=first.preview)


def converted(
    parts: Sequence[Part],
    manner: Manner,
    folder: Path,
    *,
    size: int,
    rejected: Path | None = None,
    tell: Told = lambda name, done, total: None,
) -> Converted:
    """Texts of any form as one Parquet file in `folder`, in pieces of `size` bytes, read twice.

    The first time finds the kind of each column that all pieces allow, the second writes. Errors: UserError as when
    they are read into memory; OSError of a disk that refuses.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kinds: dict[str, ColumnKind] = {}
    missing: dict[str, str] = {}
    digest = hashlib.sha256()
    path = folder / "table.parquet"
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with ExitStack() as stack:
        plain = [(part, *plain_file(part.path, manner, folder)) for part in parts]
        for _, _, held, _ in plain:
            if held is not None:
                stack.callback(held.close)
        total = sum(there.stat().st_size for _, there, _, _ in plain)
        first: Table | None = None
        lines = 0
        for table, done, _ in _tables(plain, manner, {}, size):
            tell("finding the kinds of the columns", done, total)
            first = first or table
            lines += len(table.rejected)
            if len(set(table.columns) & set(first.columns)) < len(first.columns) / 2:
                raise UserError(f"{parts[0].path}: its parts do not look alike; save it as Parquet first")
            for name, column in table.columns.items():
                kinds[name] = _agreed(kinds.get(name), column.kind)
            missing |= {note: note for note in column_notes(table.columns)[:20]}
        for part, _, _, _ in plain:
            digest.update(f"{part.path.name}:{digest_of(part.path)}\n".encode())
        assert first is not None
        kinds |= {name: "categorical" for part in parts for name in part.said if name not in kinds}
        rows, count = 0, 0
        shown: list[Rejected] = []
        aside = stack.enter_context(open(rejected, "w", newline="")) if rejected is not None and lines else None
        writer = csv.writer(aside, lineterminator="\n") if aside else None
        if writer:
            writer.writerow(["line", "cells", "text"])
        with pq.ParquetWriter(temporary, _schema(kinds), compression="zstd", compression_level=1) as file:
            for table, done, part in _tables(plain, manner, kinds, size):
                tell("converting the file", done, total)
                file.write_table(_arrow(table, kinds, part.said), row_group_size=group_rows(len(kinds)))
                rows += table.rows
                count += len(table.rejected)
                shown += table.rejected[: 8 - len(shown)]
                if writer:
                    writer.writerows([line.line, line.cells, line.text] for line in table.rejected)
        os.replace(temporary, path)
    stored = Stored((path,), rows, kinds, True)
    single = digest_of(parts[0].path) if len(parts) == 1 else digest.hexdigest()
    notes = (*(note for note in first.notes if "left out" not in note or "column" in note), *missing)
    return Converted(stored, single, first.manner, notes, first.preview, count, tuple(shown), first.doubts)


def _tables(
    plain: Sequence[tuple[Part, Path, object, str]], manner: Manner, kinds: Mapping[str, ColumnKind], size: int
) -> Iterator[tuple[Table, int, Part]]:
    """Typed pieces of all files, how many bytes are done, and the file each is of."""
    done = 0
    for part, there, _, encoding in plain:
        names: bytes | None = None
        own = manner
        for source, before in blocks(part.path, there, encoding, size):
            if names is None:
                table = of_source(source, own, kinds)
                own = settled(own, table.manner, own.encoding)
                names = lines_of_names(source, own)
                above = 0
            else:
                if not source.data.to_pybytes().strip(b",;\t|\r\n "):
                    continue
                table = of_source(below(source, names), own, kinds)
                above = names.count(b"\n")
            moved = before - above
            lines = tuple(msgspec.structs.replace(line, line=line.line + moved) for line in table.rejected)
            done += source.data.size
            yield replace(table, rejected=lines), done, part
        manner = msgspec.structs.replace(own, encoding=manner.encoding)


def _agreed(known: ColumnKind | None, found: ColumnKind) -> ColumnKind:
    """The kind that holds for two parts of a column."""
    if known in (None, "empty", found):
        return found
    return known if found == "empty" else "text"


def _kept(kind: ColumnKind, head: pa.Table, name: str) -> ColumnKind:
    """A column that is empty at the top of a file is of the kind that its declared type says."""
    return kind if kind != "empty" else "text"


def _first(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    yield from (batch for batch, _ in zip(file.iter_batches(1000, use_threads=False), range(1), strict=False))


def _large_codes(file: pq.ParquetFile) -> set[str]:
    """Columns of whole numbers too large to be exact as amounts."""
    found = set()
    for place, field_ in enumerate(file.schema_arrow):
        if not pa.types.is_int64(field_.type) and not pa.types.is_uint64(field_.type):
            continue
        for group in range(file.num_row_groups):
            said = file.metadata.row_group(group).column(place).statistics
            if said is not None and said.has_min_max and max(abs(said.min), abs(said.max)) > EXACT:
                found.add(field_.name)
    return found


def _schema(kinds: Mapping[str, ColumnKind]) -> pa.Schema:
    types = {"numeric": pa.float64(), "date": pa.timestamp("ns")}
    return pa.schema([(name, types.get(kind, pa.large_string())) for name, kind in kinds.items()])


def _arrow(table: Table, kinds: Mapping[str, ColumnKind], said: Mapping[str, str]) -> pa.Table:
    schema = _schema(kinds)
    arrays = []
    for name in kinds:
        column = table.columns.get(name)
        kind = schema.field(name).type
        if column is None:
            arrays.append(pa.array([said.get(name)] * table.rows, pa.large_string()).cast(kind))
        elif column.kind == "empty":
            arrays.append(pa.nulls(table.rows, kind))
        else:
            arrays.append(pa.array(column.values, kind, from_pandas=True))
    return pa.Table.from_arrays(arrays, schema=schema)


def is_parquet(path: Path) -> bool:
    """Whether the files say their types themselves."""
    return head_of(path).startswith(b"PAR1")
