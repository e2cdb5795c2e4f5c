"""The sealed test set on disk: written with its digest, and opened by one function that writes the ledger first."""

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from engine.data.draw import Drawn, draw, twins
from engine.data.names import ROW
from engine.data.row_groups import RowGroups, group_rows, row_groups, values_of
from engine.data.schema import ColumnKind
from engine.data.stored import Stored
from engine.errors import UserError
from engine.files import write_atomic
from engine.values import Value

__all__ = [
    "Drawn",
    "Seal",
    "development_groups",
    "development_stored",
    "draw",
    "load_development",
    "load_unlabelled",
    "open_sealed",
    "read_seal",
    "twins",
    "write",
    "write_stored",
]

FOLDER = "data"
DEVELOPMENT = "development.parquet"
SEALED = "sealed.parquet"
UNLABELLED = "unlabelled.parquet"
NOTE = "seal.json"


class Seal(Value, frozen=True, kw_only=True):
    """What was sealed: SHA-256 of the sealed row ids (`digest`) and of the sealed file (`file`), and rows per part."""

    kind: str
    why: str
    rows: int
    development: int
    digest: str
    file: str
    unlabelled: int = 0


def write(
    project: Path, frame: pd.DataFrame, drawn: Drawn, *, target: str | None = None, others: tuple[str, ...] = ()
) -> Seal:
    """Divide the rows into development, sealed and (where `target` or one of `others` is missing) unlabelled rows.

    Errors: UserError when the disk refuses.
    """
    folder = project / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    targets = [] if target is None else [target, *others]
    unlabelled = frame[targets].isna().any(axis=1).to_numpy()
    (folder / NOTE).unlink(missing_ok=True)
    _write(folder / UNLABELLED, frame[unlabelled])
    _write(folder / DEVELOPMENT, frame[~drawn.mask & ~unlabelled])
    _write(folder / SEALED, frame[drawn.mask])
    return _noted(folder, drawn, frame.index, unlabelled)


def write_stored(
    project: Path, stored: Stored, drawn: Drawn, unlabelled: np.ndarray, tell: Callable[[int], object]
) -> Seal:
    """The same for a table too large for memory; `unlabelled` (n,) bool. `tell` is told the rows that are written."""
    folder = project / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NOTE).unlink(missing_ok=True)
    masks = {UNLABELLED: unlabelled, DEVELOPMENT: ~drawn.mask & ~unlabelled, SEALED: drawn.mask}
    names = list(stored.kinds)
    pending = {name: folder / f".{name}.{os.getpid()}.tmp" for name in masks}
    try:
        with ExitStack() as stack:
            writers: dict[str, pq.ParquetWriter] = {}
            for piece in stored.pieces(names):
                for name, mask in masks.items():
                    table = _arrow(piece[mask[piece.index]])
                    if name not in writers:
                        writers[name] = stack.enter_context(
                            pq.ParquetWriter(
                                pending[name],
                                table.schema,
                                compression="zstd",
                                compression_level=1,
                                use_dictionary=_texts(table),
                                write_statistics=False,
                            )
                        )
                    writers[name].write_table(table, row_group_size=group_rows(len(names) + 1))
                tell(int(piece.index[-1]) + 1)
        for name, path in pending.items():
            os.replace(path, folder / name)
    except OSError as error:
        raise UserError(
            f"{folder}: cannot be written ({error.strerror}); free some space or change permissions"
        ) from None
    finally:
        for path in pending.values():
            path.unlink(missing_ok=True)
    return _noted(folder, drawn, pd.RangeIndex(stored.rows), unlabelled)


def development_stored(project: Path, kinds: dict[str, ColumnKind]) -> Stored:
    """The rows to learn from as a table on disk, the row ids in column ROW. Errors: as in `load_development`."""
    groups = development_groups(project)
    return Stored((groups.path,), groups.rows, {ROW: "numeric", **kinds}, settled=True)


def _noted(folder: Path, drawn: Drawn, ids: pd.Index, unlabelled: np.ndarray) -> Seal:
    seal = Seal(
        kind=drawn.kind,
        why=drawn.why,
        rows=drawn.rows,
        development=int((~drawn.mask & ~unlabelled).sum()),
        unlabelled=int(unlabelled.sum()),
        digest=_digest_of_ids(ids[drawn.mask]),
        file=_digest(folder / SEALED),
    )
    write_atomic(folder / NOTE, msgspec.json.encode(seal))
    return seal


def read_seal(project: Path) -> Seal:
    """What was sealed in a project. Errors: UserError when nothing was, or the note was damaged."""
    path = project / FOLDER / NOTE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Seal)
    except FileNotFoundError:
        raise UserError(f"{path}: nothing is sealed yet; run the data step first") from None
    except msgspec.DecodeError as error:
        raise UserError(f"{path}: damaged ({error}); run the data step again") from None


def load_development(project: Path) -> pd.DataFrame:
    """The rows to learn from, with their row ids as index. Errors: UserError when the data step has not run."""
    return _load(project / FOLDER / DEVELOPMENT)


def development_groups(project: Path, left_out: Sequence[int] = ()) -> RowGroups:
    """The rows to learn from, one row group after another; `left_out` are ids. Errors: as in `load_development`."""
    return row_groups(project / FOLDER / DEVELOPMENT, left_out)


def load_unlabelled(project: Path) -> pd.DataFrame:
    """The rows without a target, with their row ids as index. Errors: UserError when the data step has not run."""
    return _load(project / FOLDER / UNLABELLED)


def open_sealed(project: Path, record: Callable[[], object]) -> pd.DataFrame:
    """Open the seal: the only way to a sealed row. `record` writes the opening into the ledger before a byte is read.

    Errors: UserError when nothing is sealed or the file is not the one that was sealed; whatever `record` raises.
    """
    seal = read_seal(project)
    record()
    path = project / FOLDER / SEALED
    changed = UserError(
        f"{path}: not the rows that were sealed; restore the file from a copy, or seal anew (data step)"
    )
    try:
        if _digest(path) != seal.file:
            raise changed
    except FileNotFoundError:
        raise changed from None
    rows = _load(path)
    if _digest_of_ids(rows.index) != seal.digest:
        raise changed
    return rows


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_of_ids(ids: pd.Index) -> str:
    return hashlib.sha256(np.sort(ids.to_numpy(dtype="<i8")).tobytes()).hexdigest()


def _write(path: Path, rows: pd.DataFrame) -> None:
    """Write rows so that a reader sees the old or the new file, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as file:
            table = _arrow(rows)
            pq.write_table(
                table,
                file,
                row_group_size=group_rows(len(rows.columns) + 1),
                # Trying dictionaries for numbers and keeping their ranges takes twice the time and saves nothing.
                use_dictionary=_texts(table),
                write_statistics=False,
            )
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UserError(
            f"{path}: cannot be written ({error.strerror}); free some space or change permissions"
        ) from None


def _arrow(rows: pd.DataFrame) -> pa.Table:
    columns = {ROW: pa.array(rows.index.to_numpy(dtype=np.int64))}
    for name in rows.columns:
        values = rows[name].to_numpy()
        text = values.dtype == object
        columns[str(name)] = pa.array(values, pa.large_string() if text else None, from_pandas=True)
    return pa.table(columns)


def _texts(table: pa.Table) -> list[str]:
    return [each.name for each in table.schema if pa.types.is_large_string(each.type)]


def _load(path: Path) -> pd.DataFrame:
    try:
        table = pq.read_table(path)
    except FileNotFoundError:
        raise UserError(f"{path}: not there; run the data step first") from None
    except (pa.ArrowInvalid, OSError) as error:
        raise UserError(f"{path}: damaged ({error}); run the data step again") from None
    columns = {}
    for name in table.column_names[1:]:
        values = values_of(table.column(name))
        columns[name] = pd.Series(values, dtype=values.dtype)
    ids = pd.Index(table.column(ROW).to_numpy(), name=ROW)
    return pd.DataFrame(columns).set_axis(ids, axis=0)
