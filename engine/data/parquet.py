"""A Parquet or Arrow file as columns of the same types that a text file gives; declared types are kept."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather as feather
import pyarrow.parquet as pq

from engine.data.cells import PLAIN, Typed, typed, words_of
from engine.data.schema import ColumnKind
from engine.data.source import Source
from engine.errors import UserError

EXACT = 2**53
"""Whole numbers beyond this do not fit a float64 exactly."""


def table_of(source: Source) -> pa.Table:
    """Errors: UserError when the file is damaged."""
    try:
        file = pa.BufferReader(source.data)
        if source.form == "parquet":
            return pq.read_table(file)
        if bytes(source.data[:4]) == b"\xff\xff\xff\xff":
            return pa.ipc.open_stream(file).read_all()
        return feather.read_table(file)
    except (pa.ArrowException, OSError) as error:
        kind = "Parquet" if source.form == "parquet" else "Arrow"
        raise UserError(f"{source.path}: a damaged {kind} file ({error}); copy or export it again") from None


def typed_from_arrow(
    column: pa.ChunkedArray, wanted: ColumnKind | None = None, said: ColumnKind | None = None
) -> Typed | None:
    """A column by its declared type; None for types that a table of single values cannot hold (lists, structures).

    `wanted` is the kind that a part of a column has because the whole has it; `said` is the one that a person
    named for a column of text or whole numbers.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return typed_from_arrow(column.cast(kind.value_type), wanted, said)
    if pa.types.is_boolean(kind):
        words = pc.if_else(column, "true", "false")
        return Typed(_objects(words), "boolean", {})
    if "categorical" in (wanted, said) and pa.types.is_integer(kind):
        return Typed(_objects(column.cast(pa.large_string())), "categorical", {})
    if wanted is None and pa.types.is_integer(kind) and len(column) > column.null_count:
        low, high = pc.min_max(column).as_py().values()
        if max(abs(low), abs(high)) > EXACT:
            note = "its whole numbers are too large to be exact as amounts, so they are read as codes"
            return Typed(_objects(column.cast(pa.large_string())), "categorical", {}, (note,))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = column.cast(pa.float64()).to_numpy()
        return Typed(np.where(np.isfinite(numbers), numbers, np.nan), "numeric", {})
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        dates = pd.Series(column.cast(pa.timestamp("us"), safe=False).to_numpy())
        edge = (dates < pd.Timestamp.min) | (dates > pd.Timestamp.max)
        return Typed(dates.mask(edge).to_numpy().astype("datetime64[ns]"), "date", {})
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return typed(
            words_of(column.cast(pa.large_string()).fill_null(""), "\t"),
            PLAIN,
            said or wanted or "text",
            loose=said is not None,
        )
    if pa.types.is_time(kind) or pa.types.is_null(kind):
        return Typed(_objects(column.cast(pa.large_string())), "categorical", {})
    return None


def _objects(words: pa.ChunkedArray) -> np.ndarray:
    encoded = words.combine_chunks().dictionary_encode()
    texts = np.array([*encoded.dictionary.to_pylist(), None], dtype=object)
    codes = encoded.indices.fill_null(len(texts) - 1).to_numpy()
    found: np.ndarray = texts[codes]
    return found
