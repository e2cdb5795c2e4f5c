"""Which columns are missing together, as a matrix: a row per pattern, a place per column."""

from rich.text import Text

from engine.seeing.schema import Seen
from tui.views.parts import Lines, Look, paragraph
from tui.widgets.cells import clean, cut, fit, share

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def draw(look: Look, seen: Seen, at: int, plain: bool) -> Lines:
    """Every pattern with its rows; letters stand for the columns, which are named below."""
    found = seen.missing
    assert found is not None
    lines = paragraph(look, f"Missing together, {len(found.columns)} columns of {found.rows:,} rows", "bold")
    letters = LETTERS[: len(found.columns)]
    lines += [Text(), Text("  ".join(letters) + "     rows", style="dim")]
    for pattern in found.patterns:
        marks = "  ".join(look.glyphs.full if n in pattern.gone else look.glyphs.empty for n in range(len(letters)))
        words = f"{pattern.rows:>9,} {share(pattern.rows, found.rows):>6}{'' if pattern.gone else '  nothing missing'}"
        lines.append(Text(cut(marks + words, look.width, look.glyphs)))
    if found.rarer:
        lines += paragraph(look, f"and {found.rarer:,} rows in rarer patterns", "dim")
    lines += [Text()]
    named = [
        f"{letter} {clean(name, look.glyphs)} {share(gone, found.rows)}"
        for letter, name, gone in zip(letters, found.columns, found.missing, strict=True)
    ]
    half = (look.width - 2) // 2
    for left in range(0, len(named), 2):
        pair = [fit(word, half, glyphs=look.glyphs) for word in named[left : left + 2]]
        lines.append(Text("  ".join(pair).rstrip()))
    if found.not_shown:
        lines += paragraph(look, f"and {found.not_shown:,} more columns with missing values", "dim")
    return lines
