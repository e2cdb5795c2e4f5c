"""What a report is made of, before it is Markdown or HTML."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (the title) to 4."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `source` is the place in the plan that it comes from."""

    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A sentence that must not be overlooked."""

    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences, each with its source."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. `source` is the place in the plan that all rows come from."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Scores by name, each a value with its interval (None where unknown)."""

    title: str
    rows: tuple[tuple[str, float, float | None, float | None], ...]


@dataclass(frozen=True, slots=True)
class Curves:
    """Lines by name over `first` (1 or 0), and the whole numbers after it."""

    title: str
    across: str
    lines: tuple[tuple[str, tuple[float, ...]], ...]
    dots: bool = False
    first: int = 1
    band: tuple[tuple[float, float], ...] = ()
    """Low and high of an area behind the lines, at each place."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An upright axis: its name, and what its ends or its words are, lowest first."""

    name: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parallel:
    """Parallel coordinates: each line by its heights on the axes (0 to 1, None for none) and its rank (0 worst)."""

    title: str
    axes: tuple[Axis, ...]
    lines: tuple[tuple[tuple[float | None, ...], float], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure that is drawn already, as HTML with SVG inside."""

    html: str


Block = Heading | Paragraph | Alarm | Bullets | Table | Intervals | Curves | Parallel | Picture
