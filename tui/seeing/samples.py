"""Samples of files: pictures and spectra in half blocks, or in characters where colours cannot be seen."""

from __future__ import annotations

import base64
from itertools import groupby

from rich.text import Text

from engine.seeing.schema import Files, FileSample, Seen
from tui.views.parts import Lines, Look, paragraph
from tui.widgets.cells import clean, fit

BESIDE = {"image": 3, "audio": 2}
"""How many fit beside each other in 80 columns."""
BETWEEN = 2
DARKNESS = " .:-=+*#%@"
"""From dark to light."""
GREYS = 9
"""Levels of grey that are told apart: fewer change from cell to cell, which a slow line thanks."""


def sets(seen: Seen) -> list[tuple[Files, tuple[FileSample, ...]]]:
    """What is shown at once: as many samples of a column as fit beside each other."""
    return [
        (files, files.samples[start : start + BESIDE[files.kind]])
        for files in seen.files
        for start in range(0, len(files.samples), BESIDE[files.kind])
    ]


def draw(look: Look, seen: Seen, at: int, plain: bool) -> Lines:
    """A few samples beside each other, each under its target and its row."""
    files, shown = sets(seen)[at]
    plain = plain or look.glyphs.ascii
    what = {"image": "pictures", "audio": "sounds: height over time, and pitch (upwards) over time"}[files.kind]
    lines = paragraph(look, f"{files.column}: {len(files.samples)} of {files.rows:,} {what}", "bold")
    blocks = [_block(look, sample, plain) for sample in shown]
    gap = " " * BETWEEN
    for parts in zip(*blocks, strict=True):
        line = Text(gap).join(parts)
        line.truncate(look.width)
        lines.append(line)
    brightness = f"  from dark to light:{DARKNESS}" if plain else ""
    names = ", ".join(sample.name for sample in shown)
    return [
        *lines,
        Text(),
        *paragraph(look, names, "dim"),
        *paragraph(look, f"c: colours or characters{brightness}", "dim"),
    ]


def _block(look: Look, sample: FileSample, plain: bool) -> Lines:
    width = sample.across
    said = clean(f"{sample.said or sample.name}  row {sample.id}", look.glyphs)
    lines = [Text(fit(said, width, glyphs=look.glyphs), "bold")]
    if sample.wave:
        top = max(sample.wave) or 1.0
        levels = look.glyphs.levels
        wave = "".join(levels[min(len(levels) - 1, int(len(levels) * each / top))] for each in sample.wave)
        lines.append(Text(wave))
    values, channels = base64.b64decode(sample.levels), sample.channels

    def point(x: int, y: int) -> tuple[int, ...]:
        start = (y * width + x) * channels
        return tuple(values[start : start + channels])

    for y in range(0, sample.down - 1, 2):
        pairs = [(point(x, y), point(x, y + 1)) for x in range(width)]
        if plain:
            light = [sum(above + below) / (2 * channels) for above, below in pairs]
            lines.append(Text("".join(DARKNESS[int(each / 256 * len(DARKNESS))] for each in light)))
            continue
        line = Text()
        for style, alike in groupby(f"{_colour(above)} on {_colour(below)}" for above, below in pairs):
            line.append(look.glyphs.upper * len(list(alike)), style)
        lines.append(line)
    return lines


def _colour(levels: tuple[int, ...]) -> str:
    """The nearest of few colours that every terminal of 256 has."""
    if len(levels) == 1:
        step = round(levels[0] / 255 * (GREYS - 1))
        return f"color({232 + round(step * 23 / (GREYS - 1))})"
    red, green, blue = (round(level / 255 * 5) for level in levels)
    return f"color({16 + 36 * red + 6 * green + blue})"
