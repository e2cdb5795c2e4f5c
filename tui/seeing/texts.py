"""Texts of a column: random ones, the shortest, the longest."""

from rich.text import Text

from engine.seeing.schema import Seen
from tui.views.parts import Lines, Look, hanging, paragraph

LINES = 2
"""Lines of a text that are shown; all of it is in the row."""


def draw(look: Look, seen: Seen, at: int, plain: bool) -> Lines:
    """One sample: each text with its row and its length."""
    column, sample = [(each, sample) for each in seen.texts for sample in each.samples][at]
    lines = paragraph(look, f"{column.column}: {sample.title} texts", "bold")
    lines.append(Text())
    for row, length, text in sample.texts:
        shown = text[: LINES * look.width]
        told = hanging(look, f"{row:>7} {length:>6,}", shown or "(empty)")
        if len(told) > LINES or len(shown) < len(text):
            told = told[:LINES]
            # Korean, Chinese and Japanese signs are two cells wide.
            told[-1].truncate(look.width - 2)
            told[-1] = Text.assemble(told[-1], " ", look.glyphs.cut)
        lines += told
    return [*lines, *paragraph(look, "before each: its row and its length in characters", "dim")]
