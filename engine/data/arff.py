"""ARFF, the text format of Weka, as cells with the kinds of columns that its head declares (Witten & Frank 2000)."""

import re
from collections.abc import Iterator, Sequence

import msgspec
import pyarrow as pa

from engine.data.delimited import Cells
from engine.data.names import counted
from engine.data.schema import ColumnKind, Manner, Rejected
from engine.data.source import Source
from engine.errors import UserError

BLOCK = 1 << 16
NUMBERS = ("numeric", "real", "integer")
ATTRIBUTE = re.compile(r"""@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+)\s+(.*)""", re.IGNORECASE)
CELL = re.compile(r"""\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,\t'"][^,\t]*|)\s*(?:,|\t|$)""")
SPARSE = re.compile(r"""\s*(\d+)\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,]*?)\s*(?:,|$)""")


def cells_of_arff(source: Source, manner: Manner) -> Cells:
    """Every cell as text, the declared kinds in the manner. Errors: UserError naming the line that is no ARFF."""
    lines = _lines(source.data)
    names, kinds, zeros = _head(source, lines)
    columns: list[list[pa.Array]] = [[pa.array([name], pa.large_string())] for name in names]
    rejected: list[Rejected] = []
    held: list[Sequence[str]] = []
    sparse = False

    def close() -> None:
        for parts, cells in zip(columns, zip(*held, strict=True) if held else [()] * len(names), strict=True):
            parts.append(pa.array(cells, pa.large_string()))
        held.clear()

    for number, line in lines:
        if line.startswith("{"):
            row, sparse = _sparse(line, zeros), True
        else:
            row = _dense(line)
        if row is None or len(row) != len(names):
            rejected.append(Rejected(line=number, cells=0 if row is None else len(row), text=line))
            continue
        held.append(row)
        if len(held) == BLOCK:
            close()
    close()
    notes = ["kinds of columns as the head of the ARFF file declares them"]
    if sparse:
        notes.append("what a sparse row does not name is 0, or the first value of its class")
    if rejected:
        notes.append(
            f"{counted(len(rejected), 'row')} left out, not having {len(names)} cells: line {rejected[0].line}"
        )
    table = pa.table({str(place): pa.chunked_array(parts) for place, parts in enumerate(columns)})
    said = msgspec.structs.replace(manner, header="yes", kinds={**kinds, **manner.kinds})
    return Cells(table, ",", None, tuple(notes), said, tuple(rejected))


def _head(source: Source, lines: Iterator[tuple[int, str]]) -> tuple[list[str], dict[str, ColumnKind], list[str]]:
    """Names, declared kinds, and what a sparse row means by silence; the lines are left at the first row."""
    names: list[str] = []
    kinds: dict[str, ColumnKind] = {}
    zeros: list[str] = []
    for number, line in lines:
        word = line.split(maxsplit=1)[0].lower()
        if word == "@data":
            break
        if word == "@relation":
            continue
        found = ATTRIBUTE.match(line)
        if found is None:
            raise UserError(f"{source.path}: line {number} is no @attribute NAME TYPE; mend the head of the file")
        name, declared = _bare(found.group(1)), found.group(2).strip()
        first = declared.split()[0].lower()
        if first == "relational":
            raise UserError(f"{source.path}: line {number}: tables within cells are not read; export a flat table")
        names.append(name)
        zeros.append("0")
        if declared.startswith("{"):
            kinds[name] = "categorical"
            values = _dense(declared.strip("{} ")) or ["0"]
            zeros[-1] = values[0]
        elif first in NUMBERS:
            kinds[name] = "numeric"
        elif first == "string":
            kinds[name] = "text"
    if len(names) < 2:
        raise UserError(f"{source.path}: one @attribute only; a table needs a target and at least one input")
    return names, kinds, zeros


def _lines(data: pa.Buffer) -> Iterator[tuple[int, str]]:
    """Lines that say something, with their numbers."""
    number, rest = 0, b""
    with pa.BufferReader(data) as file:
        while True:
            piece = file.read(1 << 22)
            *whole, rest = (rest + piece).split(b"\n") if piece else (rest, b"")
            for line in whole:
                number += 1
                text = line.decode("utf-8", errors="replace").strip()
                if text and not text.startswith("%"):
                    yield number, text
            if not piece:
                return


def _dense(line: str) -> list[str] | None:
    if "'" not in line and '"' not in line:
        return [cell.strip() for cell in line.split("\t" if "," not in line and "\t" in line else ",")]
    cells, place = [], 0
    while True:
        found = CELL.match(line, place)
        if found is None:
            return None
        cells.append(_bare(found.group(1)))
        if found.end() == len(line):
            return cells if line[-1] not in ",\t" else [*cells, ""]
        place = found.end()


def _sparse(line: str, zeros: Sequence[str]) -> list[str] | None:
    row, inside, place = list(zeros), line.strip().strip("{}").strip(), 0
    while place < len(inside):
        found = SPARSE.match(inside, place)
        if found is None or int(found.group(1)) >= len(row):
            return None
        row[int(found.group(1))] = _bare(found.group(2))
        place = found.end()
    return row


def _bare(cell: str) -> str:
    cell = cell.strip()
    if len(cell) > 1 and cell[0] == cell[-1] and cell[0] in "'\"":
        return re.sub(r"\\(.)", r"\1", cell[1:-1])
    return cell
