"""One column: its histogram with quantiles, or its common values as bars, and the target in each part."""

from rich.text import Text

from engine.seeing.schema import QUANTILES, Amount, Classes, Histogram, Seen
from tui.views.parts import Column, Lines, Look, paragraph, table
from tui.widgets.cells import number, share
from tui.widgets.chart import bars, finite, histogram, sparkline

TALL = 8
WIDEST = 72


def draw(look: Look, seen: Seen, at: int, plain: bool) -> Lines:
    """The column at this place."""
    column = seen.columns[at]
    role = " (the target)" if column.column == seen.target else ""
    more = f"; {seen.not_shown:,} more columns are not drawn" if seen.not_shown else ""
    lines = paragraph(look, f"{column.column}{role}, {at + 1} of {len(seen.columns)}{more}", "bold")
    gone = f", {column.missing:,} missing ({share(column.missing, column.rows + column.missing)})"
    lines += paragraph(look, f"{column.rows:,} values{gone if column.missing else ', none missing'}")
    body = _histogram(look, column, seen.means) if isinstance(column, Histogram) else _classes(look, column, seen.means)
    return [*lines, Text(), *body]


def _histogram(look: Look, column: Histogram, means: str) -> Lines:
    width = min(look.width, WIDEST)
    stretch = max(1, width // len(column.counts))
    lines = [Text(row.rstrip()) for row in histogram(column.counts, column.low, column.high, width, TALL, look.glyphs)]
    if column.below or column.above:
        lines += paragraph(look, f"beyond the ends: {column.below:,} rows below, {column.above:,} above", "dim")
    known = finite(column.means)
    if known and len(column.means) * stretch <= look.width:
        spread = [mean for mean in column.means for _ in range(stretch)]
        lines += [
            Text(sparkline(spread, len(spread), look.glyphs)),
            *paragraph(look, f"{means} in each bar: {number(min(known))} to {number(max(known))}", "dim"),
        ]
    head = tuple(Column(name, "right") for name in ("", *(_name(at) for at in QUANTILES)))
    lines += [Text(), *table(look, head, [("quantile", *(number(value) for value in column.quantiles))])]
    tallest = max(range(len(column.counts)), key=column.counts.__getitem__)
    step = (column.high - column.low) / len(column.counts)
    reach = f"{number(column.low + tallest * step)} to {number(column.low + (tallest + 1) * step)}"
    return [*lines, *paragraph(look, f"tallest bar: {column.counts[tallest]:,} rows, {reach}", "dim")]


def _classes(look: Look, column: Classes, means: str) -> Lines:
    each = column.means or (None,) * len(column.counts)
    shown = [(top.value or "(empty)", float(top.count)) for top in column.counts]
    room = min(look.width, WIDEST) - (22 if column.means else 8)
    drawn = bars(shown, room, look.glyphs)
    told = [f"{share(top.count, column.rows):>6}{_mean(mean)}" for top, mean in zip(column.counts, each, strict=True)]
    lines = [Text(f"{bar} {words}") for bar, words in zip(drawn, told, strict=True)]
    rest = column.distinct - len(column.counts)
    if rest:
        held = column.rows - sum(top.count for top in column.counts)
        lines += paragraph(look, f"and {rest:,} rarer values in {held:,} rows", "dim")
    if column.means:
        lines += paragraph(look, f"behind the shares: {means} where the value stands", "dim")
    return lines


def _mean(mean: Amount) -> str:
    return "" if mean is None else f"  {number(mean):>10}"


def _name(at: float) -> str:
    return {0.0: "least", 0.5: "median", 1.0: "most"}.get(at, f"{at:.0%}")
