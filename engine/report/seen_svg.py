"""Pictures of the rows as inline SVG: histograms, classes, gaps, associations, time and places, numbers beside each."""

from collections.abc import Sequence

from engine.report.svg import COLOURS, MARGIN, NAMES, ROW, WIDTH, frame, points, scale, text
from engine.report.words import number
from engine.seeing.schema import QUANTILES, Amount, Associations, Classes, Histogram, Map, Missing, Series

TALL = 110
DEPTHS = ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725")
"""From low to high, told apart without colour by how dark they are."""
SQUARE = 34


def histogram(column: Histogram, means: str) -> str:
    """Bars with the middle half shaded, the mean of the target as a line, the quantiles in words."""
    across = scale(column.low, column.high, MARGIN, WIDTH - MARGIN)
    up = scale(0, max(column.counts), ROW + TALL, ROW)
    wide = (WIDTH - 2 * MARGIN) / len(column.counts)
    first, third = (min(max(column.quantiles[at], column.low), column.high) for at in (2, 4))
    shade = f'x="{across(first):.1f}" width="{max(1.0, across(third) - across(first)):.1f}"'
    parts = [f'<rect {shade} y="{ROW}" height="{TALL}" fill="#eee"/>']
    parts += [
        f'<rect x="{MARGIN + at * wide:.1f}" y="{up(count):.1f}" width="{max(0.5, wide - 1):.1f}" '
        f'height="{ROW + TALL - up(count):.1f}" fill="{COLOURS[0]}"/>'
        for at, count in enumerate(column.counts)
        if count
    ]
    parts += _line(column.means, ROW + TALL, MARGIN + wide / 2, wide)
    foot = ROW + TALL + 16
    parts += _ends(number(column.low), number(column.high), foot)
    parts.append(f'<text x="0" y="{ROW + 8}">{max(column.counts):,}</text>')
    words = ("least", *(f"{at:.0%}" for at in QUANTILES[1:-1]), "most")
    told = ", ".join(f"{word} {number(value)}" for word, value in zip(words, column.quantiles, strict=True))
    parts.append(f'<text x="0" y="{foot + 18}">{text(told)}</text>')
    beyond = f"; {column.below:,} below and {column.above:,} above the ends" if column.below or column.above else ""
    parts.append(
        f'<text x="0" y="{foot + 36}">{text(_missing(column) + beyond + _mean_of(column.means, means))}</text>'
    )
    return frame(column.column, foot + 48, parts)


def classes(column: Classes, means: str) -> str:
    """A bar per value with its rows, its share and the mean of the target."""
    most = max((top.count for top in column.counts), default=1)
    room = WIDTH - NAMES - 190
    parts = []
    each = column.means or (None,) * len(column.counts)
    for at, (top, mean) in enumerate(zip(column.counts, each, strict=True)):
        y = ROW * at + 6
        wide = top.count / most * room
        told = f"{top.count:,} ({top.count / column.rows:.1%})" + ("" if mean is None else f"   {number(mean)}")
        parts.append(f'<text x="0" y="{y + 13}">{text(_short(top.value) or "(empty)")}</text>')
        parts.append(f'<rect x="{NAMES}" y="{y}" width="{wide:.1f}" height="{ROW - 7}" fill="{COLOURS[0]}"/>')
        parts.append(f'<text x="{NAMES + wide + 6:.1f}" y="{y + 13}">{told}</text>')
    rest = column.distinct - len(column.counts)
    held = column.rows - sum(top.count for top in column.counts)
    said = _missing(column) + (f"; {rest:,} rarer values in {held:,} rows" if rest else "")
    said += f"; behind the rows: {means}" if column.means else ""
    foot = ROW * len(column.counts) + 20
    return frame(column.column, foot + 12, [*parts, f'<text x="0" y="{foot}">{text(said)}</text>'])


def gaps(found: Missing) -> str:
    """A row per pattern, filled where a column is missing, with the rows that have it."""
    wide = min(SQUARE, (WIDTH - 150) / len(found.columns))
    head = 110
    parts = []
    for at, name in enumerate(found.columns):
        x = at * wide + wide / 2
        parts.append(f'<text transform="translate({x:.1f},{head - 6}) rotate(-60)">{text(_short(name, 16))}</text>')
    for row, pattern in enumerate(found.patterns):
        y = head + row * 20
        for at in range(len(found.columns)):
            fill = COLOURS[1] if at in pattern.gone else "#eee"
            parts.append(f'<rect x="{at * wide:.1f}" y="{y}" width="{wide - 2:.1f}" height="18" fill="{fill}"/>')
        told = f"{pattern.rows:,} ({pattern.rows / found.rows:.1%})"
        parts.append(f'<text x="{len(found.columns) * wide + 8:.1f}" y="{y + 13}">{told}</text>')
    foot = head + len(found.patterns) * 20 + 16
    said = f"{found.rows:,} rows, {found.rarer:,} of them in rarer patterns; filled: missing"
    return frame("Missing together", foot + 12, [*parts, f'<text x="0" y="{foot}">{said}</text>'])


def associations(found: Associations) -> str:
    """A square per pair with its number in hundredths, darker where one says more of the other."""
    size = min(SQUARE, (WIDTH - NAMES) / len(found.columns))
    head = 110
    parts = []
    for at, name in enumerate(found.columns):
        x, y = NAMES + at * size + size / 2, head + at * size
        parts.append(f'<text transform="translate({x:.1f},{head - 6}) rotate(-60)">{text(_short(name, 16))}</text>')
        parts.append(f'<text x="0" y="{y + size / 2 + 4:.1f}">{text(_short(name))}</text>')
        for other, value in enumerate(found.values[at]):
            if value is None or other == at:
                continue
            left, deep = NAMES + other * size, min(1.0, abs(value))
            colour, dark = COLOURS[value < 0], "#fff" if deep > 0.6 else "#222"
            parts.append(
                f'<rect x="{left:.1f}" y="{y:.1f}" width="{size - 1:.1f}" height="{size - 1:.1f}" fill="{colour}" '
                f'fill-opacity="{deep:.2f}"/><text x="{left + size / 2:.1f}" y="{y + size / 2 + 4:.1f}" '
                f'text-anchor="middle" fill="{dark}">{round(100 * value)}</text>'
            )
    foot = head + len(found.columns) * size + 16
    said = f"hundredths, {found.rows:,} rows; amounts: Spearman; words: Cramér's V; one of each: correlation ratio"
    return frame("Associations", foot + 12, [*parts, f'<text x="0" y="{foot:.1f}">{text(said)}</text>'])


def series(found: Series, means: str) -> str:
    """Rows per span as bars, the mean of the target as a line."""
    wide = (WIDTH - 2 * MARGIN) / len(found.counts)
    up = scale(0, max(found.counts), ROW + TALL, ROW)
    parts = [
        f'<rect x="{MARGIN + at * wide:.1f}" y="{up(count):.1f}" width="{max(0.5, wide - 1):.1f}" '
        f'height="{ROW + TALL - up(count):.1f}" fill="#c9d6df"/>'
        for at, count in enumerate(found.counts)
    ]
    parts += _line(found.means, ROW + TALL, MARGIN + wide / 2, wide)
    foot = ROW + TALL + 16
    parts += _ends(found.begins[0], found.begins[-1], foot)
    said = f"{found.rows:,} rows, at most {max(found.counts):,} in a span{_mean_of(found.means, means)}"
    parts.append(f'<text x="0" y="{foot + 18}">{text(said)}</text>')
    return frame(f"Over {found.time}", foot + 30, parts)


def places(found: Map, means: str) -> str:
    """A dot per place that holds rows, darker where the mean of the target is lower."""
    step = min((WIDTH - 2) / found.across, 420 / found.down)
    limits = found.fifths
    parts = []
    for x, y, _, mean in found.cells:
        fill = COLOURS[0] if mean is None or not limits else DEPTHS[sum(mean > limit for limit in limits)]
        parts.append(
            f'<rect x="{x * step:.1f}" y="{y * step:.1f}" width="{step:.1f}" height="{step:.1f}" fill="{fill}"/>'
        )
    foot = found.down * step + 18
    beyond = f"; {found.beyond:,} rows lie far from these" if found.beyond else ""
    ends = f"{found.rows:,} rows, west {number(found.west)} to east {number(found.east)}, "
    ends += f"south {number(found.south)} to north {number(found.north)}{beyond}"
    parts.append(f'<text x="0" y="{foot:.1f}">{text(ends)}</text>')
    if limits:
        foot += 22
        words = [f"to {number(limit)}" for limit in limits] + ["above"]
        for at, word in enumerate(words):
            parts.append(f'<rect x="{at * 110}" y="{foot - 11:.1f}" width="12" height="12" fill="{DEPTHS[at]}"/>')
            parts.append(f'<text x="{at * 110 + 17}" y="{foot:.1f}">{word}</text>')
        foot += 18
        parts.append(f'<text x="0" y="{foot:.1f}">{text(means)}, a fifth of the rows in each colour</text>')
    return frame(f"Map: {found.latitude}, {found.longitude}", foot + 12, parts)


def _line(means: Sequence[Amount], foot: float, left: float, step: float) -> list[str]:
    known = [mean for mean in means if mean is not None]
    if not known:
        return []
    up = scale(min(known), max(known), foot - 4, foot - TALL + 4)
    line = points((left + at * step, up(mean)) for at, mean in enumerate(means) if mean is not None)
    return [f'<polyline points="{line}" fill="none" stroke="{COLOURS[1]}" stroke-width="2"/>']


def _mean_of(means: Sequence[Amount], words: str) -> str:
    known = [mean for mean in means if mean is not None]
    return f"; line: {words}, {number(min(known))} to {number(max(known))}" if known else ""


def _ends(first: str, last: str, foot: float) -> list[str]:
    return [
        f'<text x="{MARGIN}" y="{foot}">{text(first)}</text>',
        f'<text x="{WIDTH - MARGIN}" y="{foot}" text-anchor="end">{text(last)}</text>',
    ]


def _missing(column: Histogram | Classes) -> str:
    return f"{column.rows:,} values, {column.missing:,} missing"


def _short(name: str, most: int = 26) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
