"""Reads lists of sparse numbers (libsvm, LETOR) into a table: relevance, query, and a column per feature."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from engine.data.names import counted
from engine.data.profile import profile
from engine.data.read import as_said
from engine.data.schema import ColumnKind, Manner, Preview, Reading
from engine.errors import UserError
from engine.modalities.lists import files_in, sizes_of

RELEVANCE, QUERY = "relevance", "query"
FEATURE = re.compile(r"f\d+")
AS_FOUND = Manner()
PREVIEWED, SHOWN = 5, 12
MOST_FEATURES = 20_000
Row = tuple[float, str, list[tuple[int, float]]]


def read(
    path: Path | str,
    manner: Manner = AS_FOUND,
    *,
    like: Mapping[str, ColumnKind] | None = None,
    rejected: Path | None = None,
) -> tuple[pd.DataFrame, Reading]:
    """One row per line, files in the order of their names; a feature that a line does not name is 0.

    Queries of several files are told apart by their file. The index is the row id. `like` names the features of an
    earlier reading, which are there even where no line names them; no line is rejected.
    Errors: UserError naming file and line of what is no row, or of sizes that do not add up.
    """
    files = files_in(Path(path))
    digest, rows, said = hashlib.sha256(), list[Row](), list[str]()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name}:{hashlib.sha256(content).hexdigest()}\n".encode())
        own = list(_rows(file, content))
        if not own:
            raise UserError(f"{file}: no line in it; check the file where it was made")
        if sizes_of(file).is_file():
            sizes = sizes_of(file).read_bytes()
            digest.update(f"{sizes_of(file).name}:{hashlib.sha256(sizes).hexdigest()}\n".encode())
            own = _divided(file, own, sizes)
        before = f"{file.stem} " if len({each.stem for each in files}) == len(files) > 1 else f"{file.name} "
        rows += [(grade, f"{before if len(files) > 1 else ''}{query}", cells) for grade, query, cells in own]
    known = {int(name[1:]) for name in like or () if FEATURE.fullmatch(name)}
    features = sorted({feature for _, _, cells in rows for feature, _ in cells} | known)
    if len(features) > MOST_FEATURES:
        raise UserError(
            f"{path}: {len(features):,} different features, at most {MOST_FEATURES:,} are read; leave rare ones out"
        )
    place = {feature: number for number, feature in enumerate(features)}
    matrix = np.zeros((len(rows), len(features)))
    for number, (_, _, cells) in enumerate(rows):
        for feature, value in cells:
            matrix[number, place[feature]] = value
    queries = [query for _, query, _ in rows]
    frame = pd.DataFrame(matrix, columns=[f"f{feature}" for feature in features])
    frame.insert(0, RELEVANCE, np.array([grade for grade, _, _ in rows]))
    frame.insert(1, QUERY, pd.Series(queries, dtype=object))
    sizes_found = pd.Series(queries).value_counts()
    said.append(f"{counted(len(files), 'file')} of sparse rows: a feature that a row does not name is 0")
    said.append(f"{counted(len(sizes_found), 'query')}, of {sizes_found.min()} to {sizes_found.max()} rows")
    if alone := int((sizes_found == 1).sum()):
        said.append(f"{alone} of them hold a single row: nothing can be put in order there, so they count for nothing")
    head = [tuple(str(value) for value in row) for row in frame.iloc[:PREVIEWED, :SHOWN].itertuples(index=False)]
    return frame, Reading(
        path=str(path),
        digest=digest.hexdigest(),
        rows=len(frame),
        columns=as_said(profile(frame), Manner(kinds={QUERY: "categorical"})),
        assumptions=tuple(said),
        preview=Preview(names=tuple(map(str, frame.columns[:SHOWN])), rows=tuple(head)),
    )


def _rows(file: Path, content: bytes) -> Iterator[Row]:
    """Grade, query (empty where the line names none) and features of each line."""
    for number, line in enumerate(content.decode("utf-8", errors="replace").splitlines(), start=1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        query = words.pop(1).removeprefix("qid:") if len(words) > 1 and words[1].startswith("qid:") else ""
        try:
            pairs = [word.split(":") for word in words[1:]]
            yield float(words[0]), query, [(int(feature), float(value)) for feature, value in pairs]
        except ValueError:
            raise UserError(
                f"{file}: line {number} is not GRADE [qid:QUERY] FEATURE:VALUE …; mend it or leave it out"
            ) from None


def _divided(file: Path, rows: list[Row], content: bytes) -> list[Row]:
    """The rows with the number of their list, as the sizes say. Errors: UserError where they do not add up."""
    try:
        sizes = [int(word) for word in content.split()]
    except ValueError:
        raise UserError(f"{sizes_of(file)}: a line that is no number of rows; one whole number per query") from None
    if sum(sizes) != len(rows) or min(sizes, default=0) < 0:
        raise UserError(
            f"{sizes_of(file)}: its sizes add up to {sum(sizes):,} rows, {file.name} has {len(rows):,}; one is cut off"
        )
    names = (str(number) for number, size in enumerate(sizes, start=1) for _ in range(size))
    return [(grade, name, cells) for (grade, _, cells), name in zip(rows, names, strict=True)]
