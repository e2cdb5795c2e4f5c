"""Columns and the target of a file as tables; framing and data show the same."""

from rich.text import Text

from engine.data.schema import Column as FileColumn
from engine.data.schema import Reading, TargetSummary
from tui.views.parts import Column, Lines, Look, heading, pairs, paragraph, table
from tui.widgets.cells import number, share
from tui.widgets.chart import bars

MOST = 60
"""Columns listed; of wider files the rest is counted."""
CLASSES = 12
WIDEST = 44
"""Cells of the bars of classes: longer ones say no more."""

KINDS = {"numeric": "number", "categorical": "category", "boolean": "two-way"}


def columns_table(look: Look, reading: Reading) -> Lines:
    """Name, kind, missing and unique values of each column; the range of numbers and dates, common values of others."""
    shown = reading.columns[:MOST]
    ranges = [_range(column) for column in shown]
    head = (
        Column("column", least=11),
        Column("kind", least=8, rank=1),
        Column("missing", "right"),
        Column("unique", "right", rank=2),
        Column("min / median / max", least=max(map(len, ranges), default=0)),
    )
    rows = [
        (c.name, KINDS.get(c.kind, c.kind), share(c.missing, c.rows), f"{c.distinct:,}", reach or _common(c))
        for c, reach in zip(shown, ranges, strict=True)
    ]
    lines = table(look, head, rows)
    if len(reading.columns) > MOST:
        lines += paragraph(look, f"and {len(reading.columns) - MOST:,} more columns, listed in the export", style="dim")
    return lines


def _range(column: FileColumn) -> str:
    """Smallest, middle and largest number, or first and last date; empty for other kinds."""
    if column.kind == "date" and column.earliest:
        return f"{column.earliest} to {column.latest}"
    if column.minimum is None or column.maximum is None:
        return ""
    middle = f" / {number(column.quantiles[2])}" if len(column.quantiles) == 5 else ""
    return f"{number(column.minimum)}{middle} / {number(column.maximum)}"


def _common(column: FileColumn) -> str:
    return ", ".join(top.value for top in column.top[:3]) or ", ".join(column.examples[:3])


def target_lines(look: Look, target: TargetSummary) -> Lines:
    """The values of the target: classes as bars, amounts in numbers."""
    lines = heading(look, f"Target {target.column}")
    if target.counts and (target.mean is None or target.distinct <= CLASSES):
        shown = [(top.value, float(top.count)) for top in target.counts[:CLASSES]]
        lines += [Text(line) for line in bars(shown, min(look.width, WIDEST), look.glyphs)]
        if target.distinct > len(shown):
            lines += paragraph(look, f"and {target.distinct - len(shown)} rarer classes", style="dim")
    facts = [("missing", f"{target.missing:,}")] if target.missing else []
    if target.mean is not None and target.distinct > CLASSES:
        facts += [
            ("from, to", f"{number(target.minimum)} to {number(target.maximum)}"),
            ("mean, sd", f"{number(target.mean)}, {number(target.std)}"),
        ]
        facts += [("skewness", number(target.skew))] if target.skew is not None else []
    return [*lines, *pairs(look, facts)]
