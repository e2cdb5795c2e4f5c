"""What views are made of: banner, verdict, tables and plots as lines of text, none wider than the look allows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from engine.clustering.schema import Cluster
from engine.stats.catalogue import METRIC_INFO
from engine.values import Score, Verdict
from tui.widgets import table as tables
from tui.widgets.cells import UNICODE, Glyphs, clean, cut, fit, score, wrap
from tui.widgets.chart import finite, interval
from tui.widgets.table import GAP, Column

__all__ = ["Column"]
Lines = list[Text]
OUTCOMES = {
    "passed": ("yes", "passed", "green"),
    "failed": ("no", "failed", "red"),
    "undecided": ("warn", "undecided", "yellow"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How wide a view may be, in cells, and with which glyphs it is drawn."""

    width: int
    glyphs: Glyphs = UNICODE

    def narrower(self, by: int) -> "Look":
        return Look(max(1, self.width - by), self.glyphs)


@dataclass(frozen=True, slots=True)
class Shown:
    """A result as it is shown: the number that matters first, what it is, then everything else."""

    number: str
    words: str
    body: Lines


def banner(look: Look, number: str, words: str) -> Lines:
    """The number that matters, in reverse, and what it is, in bold."""
    number = clean(number, look.glyphs)
    if cell_len(number) + 3 > look.width // 2:
        lines = [Text(f" {part} ", style="bold reverse") for part in wrap(number, look.width - 2)]
        return [*lines, *paragraph(look, words, style="bold")]
    label = Text(f" {number} ", style="bold reverse")
    indent = label.cell_len + 1
    first, *rest = paragraph(look.narrower(indent), words, style="bold") or [Text()]
    return [Text.assemble(label, " ", first), *(Text(" " * indent) + line for line in rest)]


def verdict(look: Look, found: Verdict) -> Lines:
    """Glyph, word and sentence of a verdict."""
    glyph, word, colour = OUTCOMES[found.outcome]
    return hanging(look, f"{getattr(look.glyphs, glyph)} {word}", found.reason, style=f"bold {colour}")


def hanging(look: Look, mark: str, text: str, style: str = "", body: str = "") -> Lines:
    """A mark, and a text that wraps beside it."""
    mark = clean(mark, look.glyphs)
    indent = cell_len(mark) + 1
    first, *rest = paragraph(look.narrower(indent), text, style=body) or [Text()]
    return [Text.assemble((mark, style), " ", first), *(Text(" " * indent) + line for line in rest)]


def heading(look: Look, text: str) -> Lines:
    """A blank line and a heading."""
    return [Text(), *paragraph(look, text, style="bold")]


def paragraph(look: Look, text: str, style: str = "") -> Lines:
    """A text, wrapped."""
    return [Text(line, style=style) for line in wrap(clean(text, look.glyphs), look.width)]


def items(look: Look, texts: Iterable[str], numbered: bool = False) -> Lines:
    """A list, each entry wrapped beside its bullet or number."""
    return [
        line
        for count, text in enumerate(texts, 1)
        for line in hanging(look, f"{count}." if numbered else look.glyphs.bullet, text)
    ]


def plural(count: int, noun: str) -> str:
    """`1 column`, `2 columns`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def section(look: Look, title: str, texts: Iterable[str], numbered: bool = False) -> Lines:
    """A heading with its list; nothing when the list is empty."""
    listed = items(look, texts, numbered)
    return [*heading(look, title), *listed] if listed else []


def pairs(look: Look, rows: Sequence[tuple[str, str]]) -> Lines:
    """Names and values in two columns; the values wrap."""
    before = min(max((cell_len(name) for name, _ in rows), default=0), look.width // 2)
    return [
        line for name, value in rows for line in hanging(look, fit(clean(name, look.glyphs), before + 1), value, "dim")
    ]


def table(look: Look, columns: Sequence[Column], rows: Sequence[Sequence[str]], styles: Sequence[str] = ()) -> Lines:
    """A table within the width; `styles` holds one style per row."""
    return tables.table(columns, rows, look.width, look.glyphs, styles)


def intervals(look: Look, rows: Sequence[tuple[str, Score]], marked: Sequence[str] = ()) -> Lines:
    """Scores on one axis, a dot with whiskers each, numbers before it; the names in `marked` are in bold."""
    values = finite([value for _, found in rows for value in (found.low, found.value, found.high)])
    if not values:
        return []
    numbers = [score(found.value) for _, found in rows]
    ranges = [spread(found) for _, found in rows]
    names = [clean(name, look.glyphs) for name, _ in rows]
    wide = look.width >= 60
    behind = max(map(cell_len, numbers)) + (GAP + max(map(cell_len, ranges)) if wide else 0)
    before = min(max(map(cell_len, names)), max(6, look.width - behind - 2 * GAP - 10))
    room = look.width - before - behind - 2 * GAP
    lines = []
    for name, number, reach, (_, found) in zip(names, numbers, ranges, rows, strict=True):
        told = f"{number:>{max(map(cell_len, numbers))}}" + (f"{'':{GAP}}{reach}" if wide else "")
        drawn = interval(found.low, found.value, found.high, min(values), max(values), room, look.glyphs)
        text = f"{fit(name, before, glyphs=look.glyphs)}{'':{GAP}}{fit(told, behind)}{'':{GAP}}{drawn}"
        lines.append(Text(cut(text.rstrip(), look.width, look.glyphs), style="bold" if name in marked else ""))
    low, high = score(min(values)), score(max(values))
    if room >= len(low) + len(high) + 1:
        axis = low + high.rjust(room - len(low))
        lines.append(Text(" " * (look.width - room) + axis, style="dim"))
    return lines


def spread(found: Score) -> str:
    """The 95 % interval in words, empty without one."""
    return "" if found.low is None or found.high is None else f"{score(found.low)} to {score(found.high)}"


def told(found: Score) -> str:
    """What a score is: metric, interval, number of rows, and how it was obtained."""
    reach = spread(found)
    parts = [
        metric_title(found.metric),
        f"{reach} (95%)" if reach else "",
        f"n = {found.n:,}" if found.n else "",
        found.how,
    ]
    return ", ".join(part for part in parts if part)


def metric_title(name: str) -> str:
    """The name of a metric as a person says it."""
    return METRIC_INFO[name].title.partition(":")[0] if name in METRIC_INFO else name


def better_first(rows: Iterable[tuple[str, Score]]) -> list[tuple[str, Score]]:
    """Named scores of one metric, the best first."""
    return sorted(rows, key=lambda row: row[1].value if not greater_is_better(row[1].metric) else -row[1].value)


def greater_is_better(metric: str) -> bool:
    return metric not in METRIC_INFO or METRIC_INFO[metric].greater_is_better


def groups(look: Look, found: Sequence[Cluster]) -> Lines:
    """Groups of rows with their sizes, and what sets each apart; nothing where none were looked for."""
    body = heading(look, "Clusters") if found else []
    for each in found:
        body += hanging(look, look.glyphs.bullet, f"{each.name}: {each.rows:,} rows ({each.share:.1%}), {each.apart}")
    return body
