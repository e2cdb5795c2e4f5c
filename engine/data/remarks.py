"""Lines of a text that are remarks and no rows: those that begin with a mark, among lines that look like rows."""

import pyarrow as pa
import pyarrow.compute as pc

from engine.data.header import is_amount, names_stand_first
from engine.data.schema import REMARKS

NONE = "none"


def remark_marks(said: str) -> tuple[str, ...]:
    """What a remark begins with: what a person said, else what is usual."""
    return () if said in ("", NONE) else REMARKS if said == "auto" else (said,)


def without_remarks(table: pa.Table, said: str) -> tuple[pa.Table, tuple[str, ...]]:
    """The table (all text) without rows that are remarks, and the first cells of those.

    By itself only the first lines are taken for remarks, and the last of them for the names of the columns where none
    stand below it; with a mark that a person named, every line that begins with it is one.
    """
    marks = remark_marks(said)
    if not marks or not table.num_rows:
        return table, ()
    if said != "auto":
        begins = pc.starts_with(pc.utf8_ltrim_whitespace(table.column(0)), said)
        return table.filter(pc.invert(begins)), tuple(table.column(0).filter(begins).to_pylist())
    top = 0
    while top < table.num_rows and table.column(0)[top].as_py().lstrip().startswith(marks):
        top += 1
    if not top or top == table.num_rows:
        return table, ()
    rest, remarks = table.slice(top), tuple(table.column(0).slice(0, top).to_pylist())
    if names_stand_first(rest):
        return rest, remarks
    names = [column[top - 1].as_py().lstrip("#%/ ") for column in table.columns]
    if any(map(is_amount, names)):
        return table, ()
    if not all(names) or len(set(names)) < len(names):
        return rest, remarks
    head = pa.table([pa.array([name], table.schema.types[0]) for name in names], names=table.column_names)
    return pa.concat_tables([head, rest]), remarks[:-1]
