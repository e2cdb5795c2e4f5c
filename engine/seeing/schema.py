"""What is drawn, as values. Light: the wizard and the report read them from a file beside the plan."""

from engine.data.schema import Top
from engine.values import Value

Amount = float | None
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


class Histogram(Value, frozen=True, kw_only=True, tag=True):
    """Counts of a numeric column in equal bins from `low` to `high`; what lies outside is counted at either end.

    `quantiles` are at `QUANTILES`, `means` the mean of the target in each bin (None where too few rows are).
    """

    column: str
    rows: int
    missing: int = 0
    low: float
    high: float
    counts: tuple[int, ...]
    below: int = 0
    above: int = 0
    quantiles: tuple[float, ...]
    means: tuple[Amount, ...] = ()


class Classes(Value, frozen=True, kw_only=True, tag=True):
    """The most common values of a column; `means` is the mean of the target where each stands."""

    column: str
    rows: int
    missing: int = 0
    distinct: int
    counts: tuple[Top, ...]
    means: tuple[Amount, ...] = ()


class Pattern(Value, frozen=True):
    """Rows in which just these columns (places in `Missing.columns`) are missing."""

    gone: tuple[int, ...]
    rows: int


class Missing(Value, frozen=True, kw_only=True):
    """Which columns are missing together: the most common patterns, and how many rows have a rarer one."""

    columns: tuple[str, ...]
    missing: tuple[int, ...]
    rows: int
    patterns: tuple[Pattern, ...]
    rarer: int = 0
    not_shown: int = 0
    """Columns with missing values beyond these."""


class Associations(Value, frozen=True, kw_only=True):
    """How much each of two columns says of the other, -1 to 1; None where it cannot be told."""

    columns: tuple[str, ...]
    values: tuple[tuple[Amount, ...], ...]
    kinds: tuple[tuple[str, ...], ...]
    """By which measure: rho (Spearman), eta (correlation ratio), V (Cramér); empty where it cannot be told."""
    rows: int
    not_shown: int = 0


class Series(Value, frozen=True, kw_only=True):
    """Rows and the mean of the target (None where rows are too few) in equal spans of time, or of the file's order."""

    time: str
    begins: tuple[str, ...]
    counts: tuple[int, ...]
    means: tuple[Amount, ...] = ()
    rows: int


class Map(Value, frozen=True, kw_only=True):
    """Places in a grid: cells (x from the west, y from the north, rows, mean of the target) that hold any row."""

    latitude: str
    longitude: str
    west: float
    east: float
    south: float
    north: float
    across: int
    down: int
    cells: tuple[tuple[int, int, int, Amount], ...]
    rows: int
    beyond: int = 0
    """Rows far from nearly all others, or on no globe, that are not drawn."""
    fifths: tuple[float, ...] = ()
    """The means that part the rows into fifths, for as many colours; empty without a target."""


class Row(Value, frozen=True):
    """A row by its id in the file (the first is 0): its cells as text, None where missing; `why` it is shown."""

    id: int
    cells: tuple[str | None, ...]
    why: str = ""


class Group(Value, frozen=True):
    """Rows shown under one name; `finding` is the key of the finding they belong to."""

    title: str
    rows: tuple[Row, ...]
    finding: str = ""
    of: int = 0
    """How many rows there are in all."""


class Sample(Value, frozen=True):
    """A few texts of a column under one name, each with the id of its row and its length in characters."""

    title: str
    texts: tuple[tuple[int, int, str], ...]


class Texts(Value, frozen=True):
    """Texts of one column."""

    column: str
    samples: tuple[Sample, ...]


class FileSample(Value, frozen=True):
    """A file of a row as a small picture: its name, the row's id and target, and levels 0 to 255 in base64, row after
    row of `across` x `down` points of `channels`. `wave` is the height of a sound over time, 0 to 1.
    """

    id: int
    name: str
    said: str
    across: int
    down: int
    channels: int
    levels: str
    wave: tuple[float, ...] = ()


class Files(Value, frozen=True):
    """Files of one column: pictures, or spectra of sounds (time from the left, pitch upwards)."""

    column: str
    kind: str
    samples: tuple[FileSample, ...]
    rows: int


class Seen(Value, frozen=True, kw_only=True):
    """All that is drawn. `sample` rows were looked at, of `rows`; `means` says in words what means are of."""

    rows: int
    sample: int
    target: str = ""
    means: str = ""
    columns: tuple[Histogram | Classes, ...] = ()
    not_shown: int = 0
    missing: Missing | None = None
    together: Associations | None = None
    series: Series | None = None
    map: Map | None = None
    names: tuple[str, ...] = ()
    """The columns of the rows."""
    groups: tuple[Group, ...] = ()
    texts: tuple[Texts, ...] = ()
    files: tuple[Files, ...] = ()
