"""What is known about a file and its columns once it was read. Light: the wizard shows these values."""

from typing import Literal

from engine.values import Value

ColumnKind = Literal["numeric", "categorical", "boolean", "date", "text", "image", "audio", "mask", "empty"]
FILE_KINDS = ("image", "audio", "mask")
"""Kinds whose cells are paths of files."""
REMARKS = ("#", "%", "//")
"""What lines that are remarks begin with in the files of many programs."""


class Top(Value, frozen=True):
    """A value of a column and how many rows hold it."""

    value: str
    count: int


class Column(Value, frozen=True):
    """One column: its kind, how much is missing, and the shape of its values (quantiles at 0, 25, 50, 75, 100 %)."""

    name: str
    kind: ColumnKind
    rows: int
    missing: int = 0
    distinct: int = 0
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    std: float | None = None
    quantiles: tuple[float, ...] = ()
    earliest: str = ""
    latest: str = ""
    top: tuple[Top, ...] = ()
    integer: bool = False
    monotone: bool = False
    """Whether the values never fall (or never rise) in file order."""
    examples: tuple[str, ...] = ()


class Preview(Value, frozen=True):
    """The first rows of the file, as text."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()


class TargetColumn(Value, frozen=True):
    """The values of one target column, without any look at the inputs; `lag1` is its autocorrelation in file order."""

    column: str
    kind: ColumnKind
    missing: int = 0
    distinct: int = 0
    integer: bool = False
    counts: tuple[Top, ...] = ()
    """Classes, most common first, up to 50."""
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    std: float | None = None
    skew: float | None = None
    lag1: float | None = None
    separators: str = ""
    """What stands between the labels of a cell that holds several."""
    labels: int = 0
    """How many different labels such cells hold."""


class TargetSummary(TargetColumn, frozen=True):
    """The target: its first column, and those that are predicted with it."""

    others: tuple[TargetColumn, ...] = ()
    lists: str = ""
    """The column, of the same file, that says of which list a row is one: a query, a search, a session."""

    @property
    def columns(self) -> tuple[str, ...]:
        """All target columns."""
        return (self.column, *(other.column for other in self.others))


class Manner(Value, frozen=True):
    """How a text file is to be read, or was: what is "auto" the reader finds out from the file.

    `missing` are further words for a missing value; `kinds` gives columns by name the kind they are to have.
    """

    header: str = "auto"
    """How many of the first lines hold names: yes (one), two, no."""
    encoding: str = "auto"
    delimiter: str = "auto"
    decimal: str = "auto"
    """point or comma"""
    dates: str = "auto"
    """Which comes first in dates such as 01/02/2020: day or month."""
    comment: str = "auto"
    """What a line begins with that is a remark and no row, or "none"."""
    missing: tuple[str, ...] = ()
    kinds: dict[str, ColumnKind] = {}


class Rejected(Value, frozen=True):
    """A line that is no row, having another number of cells: where it is (from 1), and its text."""

    line: int
    cells: int
    text: str


class Reading(Value, frozen=True):
    """A file as it was read: digest of its bytes (sha256), its columns, and what had to be assumed."""

    path: str
    digest: str
    rows: int
    columns: tuple[Column, ...]
    assumptions: tuple[str, ...] = ()
    preview: Preview | None = None
    manner: Manner | None = None
    """How a text was read, nothing left to find out; None for a file that says of itself how it is read."""
    rejected: int = 0
    rejects: tuple[Rejected, ...] = ()
    """The first of the rejected lines, their text cut."""
    doubts: dict[str, str] = {}
    """What a person should look at: the name of a `Manner` field to the reason."""
    hints: dict[str, str] = {}
    """Columns made of the names of files that may say which of them belong together, each with the reason."""
