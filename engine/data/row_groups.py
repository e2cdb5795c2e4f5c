"""A Parquet file of the project read row group by row group, so that a file larger than memory can be read at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine.data.names import ROW
from engine.errors import UserError

GROUP_CELLS = 2**19
"""Cells of a row group: about 4 MB of numbers."""
FEWEST, MOST = 1024, 32_768
"""Rows of a row group, however wide or narrow the table."""


@dataclass(frozen=True)
class Piece:
    """Some rows: their places among all rows (m,), ascending, and their columns, each typed as in memory."""

    places: np.ndarray
    frame: dict[str, np.ndarray]


@dataclass(frozen=True)
class RowGroups:
    """A file of `rows` rows without those that are left out; `starts` gives the place of each group's first row."""

    path: Path
    rows: int
    starts: tuple[int, ...]
    columns: tuple[str, ...]
    left_out: tuple[int, ...] = ()

    @property
    def bytes(self) -> int:
        """Memory that all columns would take, as the file tells: numbers as they are, texts as references and words."""
        return _bytes(self.path)

    @property
    def stamp(self) -> str:
        """What tells this file, and which of its rows, from another; another after it was written anew."""
        seen = self.path.stat()
        return f"{self!r}:{seen.st_size}:{seen.st_mtime_ns}"

    def order(self, seed: int, epoch: int) -> list[int]:
        """All groups in the order of an epoch, from seed and epoch only."""
        return [int(group) for group in np.random.default_rng((seed, epoch)).permutation(len(self.starts))]

    def read(self, group: int, columns: Sequence[str]) -> Piece:
        """One group. Errors: UserError when the file is damaged or has no such column."""
        absent = [name for name in columns if name not in self.columns]
        if absent:
            raise UserError(f"column {absent[0]!r} is not in {self.path}: run the data step again.")
        try:
            with pq.ParquetFile(self.path, memory_map=False, pre_buffer=False) as file:
                table = file.read_row_group(group, columns=[ROW, *columns], use_threads=False)
        except (pa.ArrowInvalid, OSError) as error:
            raise UserError(f"{self.path}: damaged ({error}); run the data step again") from None
        if self.left_out:
            table = table.filter(_kept(table.column(ROW), self.left_out))
        places = np.arange(self.starts[group], self.starts[group] + len(table))
        return Piece(places, {name: values_of(table.column(name)) for name in columns})


def row_groups(path: Path, left_out: Sequence[int] = ()) -> RowGroups:
    """The groups of a file. `left_out` are ids of rows to pass over. Errors: UserError when there is no such file."""
    try:
        with pq.ParquetFile(path) as file:
            counts, start = [], 0
            for group in range(file.num_row_groups):
                if left_out:
                    ids = file.read_row_group(group, columns=[ROW]).column(ROW)
                    counts.append(int(_kept(ids, left_out).sum()))
                else:
                    counts.append(file.metadata.row_group(group).num_rows)
            columns = tuple(name for name in file.schema_arrow.names if name != ROW)
    except FileNotFoundError:
        raise UserError(f"{path}: not there; run the data step first") from None
    except (pa.ArrowInvalid, OSError) as error:
        raise UserError(f"{path}: damaged ({error}); run the data step again") from None
    starts = []
    for count in counts:
        starts.append(start)
        start += count
    return RowGroups(path, start, tuple(starts), columns, tuple(left_out))


def group_rows(columns: int) -> int:
    """Rows of a row group of a table with so many columns."""
    return min(max(GROUP_CELLS // max(columns, 1), FEWEST), MOST)


def values_of(column: pa.ChunkedArray) -> np.ndarray:
    """A column in the form it has in memory: texts as objects with None, all else as it is typed."""
    if not pa.types.is_large_string(column.type):
        found: np.ndarray = column.to_numpy()
        return found
    encoded = column.combine_chunks().dictionary_encode()
    words = np.array([*encoded.dictionary.to_pylist(), None], dtype=object)
    texts: np.ndarray = words[encoded.indices.fill_null(len(words) - 1).to_numpy()]
    return texts


def _kept(ids: Any, left_out: Sequence[int]) -> np.ndarray:
    return ~np.isin(ids.to_numpy(), np.asarray(left_out))


def _bytes(path: Path) -> int:
    with pq.ParquetFile(path) as file:
        groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
        texts = {number for number, kind in enumerate(file.schema_arrow.types) if pa.types.is_large_string(kind)}
        cells = sum(group.num_rows for group in groups) * file.metadata.num_columns
        words = sum(group.column(number).total_uncompressed_size for group in groups for number in texts)
    return int(8 * cells + words)
