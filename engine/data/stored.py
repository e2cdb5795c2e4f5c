"""A table too large for memory: Parquet files of one form, read a few rows or one column at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from engine.data.parquet import typed_from_arrow
from engine.data.row_groups import values_of
from engine.data.schema import ColumnKind
from engine.errors import UserError

PIECE = 1 << 15
"""Rows that are in memory at one time, of a table of few columns."""
CELLS = 1 << 20
"""Cells that are in memory at one time."""
COLUMN, TEXTS = 1 << 17, 1 << 15
"""Rows that are in memory at one time, of a single column of amounts or codes, or of texts."""
Coded = tuple[np.ndarray, np.ndarray]
"""Which word each row has, or -1 (n,), and the words (u,)."""


@dataclass(frozen=True)
class Stored:
    """`rows` rows in files one after the other; row ids count from 0 through all of them.

    `kinds` are the columns in their order, by name; `raw` gives the name of a column in the files where that is another
    one. `settled` files were written by us, so their cells are typed already. `said` is what the folders of each file
    say of all its rows.
    """

    files: tuple[Path, ...]
    rows: int
    kinds: dict[str, ColumnKind]
    settled: bool
    raw: dict[str, str] = field(default_factory=dict)
    said: tuple[dict[str, str], ...] = ()

    def pieces(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Some columns, a bounded number of rows at a time, with the row ids as index. Errors: UserError for damage."""
        rows = max(min(PIECE, CELLS // max(len(columns), 1)), 1 << 10)
        for start, values in self._columns(columns, rows):
            index = pd.RangeIndex(start, start + len(values[0]))
            series = {name: pd.Series(each, index, each.dtype) for name, each in zip(columns, values, strict=True)}
            yield pd.DataFrame(series, index=index, copy=False)

    def _columns(self, columns: Sequence[str], rows: int) -> Iterator[tuple[int, list[np.ndarray]]]:
        """The id of the first row, and the values of each column."""
        start = 0
        for batch, told in self._batches(columns, rows):
            yield start, [self._values(name, batch, told) for name in columns]
            start += batch.num_rows

    def _batches(
        self, columns: Sequence[str], rows: int, coded: bool = False
    ) -> Iterator[tuple[pa.RecordBatch, dict[str, str]]]:
        """Rows as the files hold them, words as codes if `coded`, and what their folders say of them."""
        for number, path in enumerate(self.files):
            told = self.said[number] if self.said else {}
            wanted = [self.raw.get(name, name) for name in columns if name not in told]
            words = wanted if coded else None
            try:
                with pq.ParquetFile(path, memory_map=False, pre_buffer=False, read_dictionary=words) as file:
                    there = [name for name in wanted if name in file.schema_arrow.names]
                    for batch in file.iter_batches(rows, columns=there, use_threads=False):
                        yield batch, told
            except (pa.ArrowException, OSError) as error:
                raise UserError(f"{path}: damaged ({error}); make the file again") from None

    def column(self, name: str) -> Iterator[np.ndarray]:
        """A column of amounts or dates, a bounded number of rows at a time. Errors: as in `pieces`."""
        for _, values in self._columns([name], COLUMN):
            yield values[0]

    def coded(self, name: str) -> Iterator[Coded]:
        """A column of words, a bounded number of rows at a time; a word need not occur. Errors: as in `pieces`."""
        before: tuple[pa.Array, Coded] | None = None
        for batch, told in self._batches([name], TEXTS if self.kinds[name] == "text" else COLUMN, coded=True):
            raw = None if name in told or not batch.num_columns else batch.column(0)
            if raw is None or not pa.types.is_dictionary(raw.type):
                codes, words = pd.factorize(self._values(name, batch, told))
                yield codes, np.asarray(words, dtype=object)
                continue
            # Neighbouring batches share their words, and to read a word costs more than to compare it.
            if before is None or not before[0].equals(raw.dictionary):
                before = raw.dictionary, self._words(name, raw.dictionary)
            places, words = before[1]
            yield places[raw.indices.fill_null(len(places) - 1).to_numpy()], words

    def _words(self, name: str, raw: pa.Array) -> Coded:
        """The place of each raw word among those that are not missing or -1 (u + 1, for no word), and these."""
        texts = self._typed(name, pa.chunked_array([raw.cast(pa.large_string())]))
        known = np.array([text is not None for text in texts], dtype=bool)
        places = np.append(np.where(known, np.cumsum(known) - 1, -1), -1)
        return places.astype(np.int32), texts[known]

    def frame(self, columns: Sequence[str]) -> pd.DataFrame:
        """A few columns of all rows."""
        found = list(self.pieces(columns))
        return pd.concat(found) if found else pd.DataFrame(columns=list(columns))

    def some(self, places: np.ndarray, columns: Sequence[str]) -> pd.DataFrame:
        """The rows with these ids (m,), ascending."""
        found = []
        for piece in self.pieces(columns):
            low, high = np.searchsorted(places, [piece.index[0], piece.index[-1] + 1])
            found.append(piece.iloc[places[low:high] - piece.index[0]])
        return pd.concat(found)

    def _values(self, name: str, batch: pa.RecordBatch, told: dict[str, str]) -> np.ndarray:
        kind = self.kinds[name]
        raw = self.raw.get(name, name)
        if name in told or raw not in batch.schema.names:
            return _same(told.get(name), kind, batch.num_rows)
        return self._typed(name, pa.chunked_array([batch.column(batch.schema.names.index(raw))]))

    def _typed(self, name: str, column: pa.ChunkedArray) -> np.ndarray:
        if self.settled:
            return values_of(column)
        typed = typed_from_arrow(column, self.kinds[name])
        assert typed is not None
        return typed.values


def _same(word: str | None, kind: ColumnKind, rows: int) -> np.ndarray:
    if kind == "numeric":
        return np.full(rows, np.nan if word is None else float(word))
    if kind == "date":
        return np.full(rows, np.datetime64("NaT" if word is None else word, "ns"))
    return np.full(rows, word or None, dtype=object)
