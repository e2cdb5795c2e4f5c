"""A map of the rows in braille dots, coloured by the mean of the target; or in digits, which need no colour."""

from collections.abc import Sequence
from itertools import groupby

from rich.text import Text

from engine.seeing.schema import Map, Seen
from tui.views.parts import Lines, Look, paragraph
from tui.widgets.cells import Glyphs, number

COLOURS = ("blue", "cyan", "green", "yellow", "red")
LEFT, RIGHT = (0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80)
"""The dots of a braille character, from above."""
WIDE, TALL = 2, 4
"""Places of the grid within one character."""


def draw(look: Look, seen: Seen, at: int, plain: bool) -> Lines:
    """The map, its ends in degrees, and what the colours stand for."""
    found = seen.map
    assert found is not None
    limits = found.fifths
    lines = paragraph(look, f"{found.rows:,} rows by {found.latitude} and {found.longitude}", "bold")
    digits = plain or look.glyphs.ascii
    lines += _rows(found, limits, digits, look.glyphs)
    ends = f"west {number(found.west)}  east {number(found.east)}  south {number(found.south)}"
    beyond = f"; {found.beyond:,} rows lie far from these" if found.beyond else ""
    lines += paragraph(look, f"{ends}  north {number(found.north)}{beyond}", "dim")
    return [*lines, *(_legend(look, limits, seen.means) if limits else paragraph(look, _dense(digits), "dim"))]


def _rows(found: Map, limits: Sequence[float], digits: bool, glyphs: Glyphs) -> Lines:
    across, down = -(-found.across // WIDE), -(-found.down // TALL)
    dots = [[0] * across for _ in range(down)]
    counts = [[0] * across for _ in range(down)]
    sums = [[0.0] * across for _ in range(down)]
    for x, y, rows, mean in found.cells:
        column, row = x // WIDE, y // TALL
        dots[row][column] |= (RIGHT if x % WIDE else LEFT)[y % TALL]
        counts[row][column] += rows
        sums[row][column] += rows * (mean or 0.0)
    most = max((count for row in counts for count in row), default=1)
    lines = []
    for row in range(down):
        cells = []
        for column in range(across):
            count = counts[row][column]
            if not count:
                cells.append((" ", ""))
                continue
            level = _level(sums[row][column] / count, limits) if limits else min(4, 5 * (count - 1) // most)
            shape = str(level + 1) if digits else chr(0x2800 + dots[row][column])
            cells.append((shape, COLOURS[level] if limits else ""))
        # Neighbours of one colour are one piece, because each piece costs its colour codes on the wire.
        pieces = [("".join(shape for shape, _ in run), key) for key, run in groupby(cells, key=lambda cell: cell[1])]
        lines.append(Text.assemble(*pieces))
        lines[-1].rstrip()
    return lines


def _level(value: float, limits: Sequence[float]) -> int:
    return sum(value > limit for limit in limits)


def _legend(look: Look, limits: Sequence[float], means: str) -> Lines:
    """Each colour with its digit and the means it stands for."""
    edges = [number(limit) for limit in limits]
    words = [f"to {edges[0]}", *(f"to {edge}" for edge in edges[1:]), "above"]
    pieces: list[tuple[str, str]] = []
    for level, word in enumerate(words):
        pieces.append((f"{level + 1} {word}", COLOURS[level]))
        pieces.append(("  ", ""))
    return [Text.assemble(*pieces[:-1]), *paragraph(look, f"{means}, c: digits or dots", "dim")]


def _dense(digits: bool) -> str:
    return "1 few rows to 5 many; c: dots" if digits else "c: digits from few rows (1) to many (5)"
