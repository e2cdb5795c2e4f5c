"""A path as one typed table, whatever form its file has, and however many files it stands for."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa

from engine.data.arff import cells_of_arff
from engine.data.cells import PLAIN, Typed, typed, words_of
from engine.data.json_lines import cells_of_json
from engine.data.names import counted, listed, unique_names
from engine.data.parquet import table_of, typed_from_arrow
from engine.data.profile import as_text
from engine.data.schema import ColumnKind, Manner
from engine.data.several import is_several, parts_of, same_columns
from engine.data.source import Source, open_source
from engine.data.table import PREVIEWED, Table, shown
from engine.data.text import table_of_cells, table_of_text
from engine.errors import UserError


def open_table(path: Path, manner: Manner, like: Mapping[str, ColumnKind]) -> tuple[Table, str]:
    """The table and the digest of its bytes. Errors: UserError naming the file and what is wrong with it."""
    if is_several(path):
        return _of_parts(path, manner, like)
    source = open_source(path, manner.encoding)
    table = of_source(source, manner, like)
    return replace(table, notes=(*source.notes, *table.notes)), source.digest


def of_source(source: Source, manner: Manner, like: Mapping[str, ColumnKind]) -> Table:
    """One file as a table by its form. Errors: as in `open_table`."""
    if source.form == "text":
        return table_of_text(source, manner, like)
    if source.form == "json":
        return _self_told(table_of_cells(source, cells_of_json(source, manner), like), manner)
    if source.form == "arff":
        cells = cells_of_arff(source, manner)
        table = table_of_cells(source, cells, like)
        return _self_told(table, msgspec.structs.replace(manner, kinds=cells.manner.kinds))
    return of_arrow(source.path, table_of(source), manner.kinds)


def of_arrow(path: Path, table: pa.Table, said: Mapping[str, ColumnKind] | None = None) -> Table:
    """A table with declared types; `said` are the kinds that a person named.

    Errors: UserError where nothing can be learned from it.
    """
    if table.num_columns < 2:
        raise UserError(f"{path}: only one column was found; a table needs a target and at least one input")
    if table.num_rows == 0:
        raise UserError(f"{path}: columns but no rows; check the file where it was made")
    names, notes = unique_names(table.column_names)
    found = {
        name: typed_from_arrow(table.column(place), said=(said or {}).get(name)) for place, name in enumerate(names)
    }
    nested = [name for name, column in found.items() if column is None]
    if nested:
        notes = (*notes, f"left out, as their cells hold no single value: {listed(nested)}")
    columns = {name: column for name, column in found.items() if column is not None}
    return Table(columns, table.num_rows, _head(columns, table.num_rows), notes)


def _self_told(table: Table, manner: Manner) -> Table:
    """Of a file that says of itself how it is divided only the rest of the manner is known."""
    dates = table.manner.dates if table.manner else manner.dates
    return replace(table, manner=Manner(dates=dates, missing=manner.missing, kinds=manner.kinds))


def _of_parts(path: Path, manner: Manner, like: Mapping[str, ColumnKind]) -> tuple[Table, str]:
    """The files below each other. How the first text was read holds for all of them."""
    parts = parts_of(path)
    tables: list[Table] = []
    digest = hashlib.sha256()
    for part in parts:
        source = open_source(part.path, manner.encoding)
        digest.update(f"{part.path.name}:{source.digest}\n".encode())
        table = of_source(source, manner, like)
        tables.append(replace(table, notes=(*source.notes, *table.notes)))
        if source.form == "text" and table.manner is not None:
            manner = msgspec.structs.replace(table.manner, encoding=manner.encoding)
    every, notes = same_columns(path, parts, [list(table.columns) for table in tables])
    columns = {name: _below(name, tables, manner) for name in every}
    for name in dict.fromkeys(name for part in parts for name in part.said):
        if name not in columns:
            words = [part.said.get(name, "") for part in parts]
            columns[name] = _of_words(words, [table.rows for table in tables])
    rows = sum(table.rows for table in tables)
    told = [f"{counted(len(parts), 'file')} read as one table, {parts[0].path.name} first", *notes]
    told += dict.fromkeys(note for table in tables for note in table.notes)
    if partitions := [name for name in columns if name not in every]:
        told.append(f"read from the names of folders: {listed(partitions)}")
    doubts = {point: why for table in tables for point, why in table.doubts.items()}
    rejected = tuple(line for table in tables for line in table.rejected)
    joined = Table(columns, rows, _head(columns, rows), tuple(told), tables[0].manner, rejected, doubts)
    return joined, digest.hexdigest()


def _below(name: str, tables: Sequence[Table], manner: Manner) -> Typed:
    """One column of all files: of the type it has in all, else as words."""
    found = [table.columns.get(name) for table in tables]
    holding = [column for column in found if column is not None and column.kind != "empty"]
    types = {column.values.dtype for column in holding}
    notes = tuple(dict.fromkeys(note for column in holding for note in column.notes))
    missing: dict[str, int] = {}
    for column in holding:
        for word, count in column.missing.items():
            missing[word] = missing.get(word, 0) + count
    if len(types) > 1:
        notes = (*notes, "numbers or dates in some files and words in others, so it is read as words")
    kept = types.pop() if len(types) == 1 else np.dtype(object)
    pieces = [
        _as(kept, None if column is None or column.kind == "empty" else column.values, table.rows)
        for column, table in zip(found, tables, strict=True)
    ]
    kinds = {column.kind for column in holding}
    kind: ColumnKind = "empty" if not kinds else kinds.pop() if len(kinds) == 1 else "text"
    doubts = {point: why for column in holding for point, why in column.doubts.items()}
    return Typed(np.concatenate(pieces), kind, missing, notes, holding[0].order if holding else manner.dates, doubts)


def _as(kind: np.dtype, values: np.ndarray | None, rows: int) -> np.ndarray:
    if values is None:
        nothing = {"f": np.nan, "M": np.datetime64("NaT", "ns")}.get(kind.kind)
        return np.full(rows, nothing, dtype=kind)
    return values if values.dtype == kind else as_text(pd.Series(values))


def _of_words(words: Sequence[str], rows: Sequence[int]) -> Typed:
    column = pa.chunked_array(
        [pa.array([word] * count, pa.large_string()) for word, count in zip(words, rows, strict=True)]
    )
    return typed(words_of(column, "\t"), PLAIN)


def _head(columns: Mapping[str, Typed], rows: int) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(shown(column.values[row]) for column in columns.values()) for row in range(min(PREVIEWED, rows)))
