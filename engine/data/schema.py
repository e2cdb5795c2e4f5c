"""What is known about a file and its columns once it was read. Light: the wizard shows these values."""

from typing import Literal

from engine.values import Value

ColumnKind = Literal["numeric", "categorical", "boolean", "date", "text", "empty"]


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


class TargetSummary(Value, frozen=True):
    """The values of the target, without any look at the inputs; `lag1` is its autocorrelation in file order."""

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


class Reading(Value, frozen=True):
    """A file as it was read: digest of its bytes (sha256), its columns, and what had to be assumed."""

    path: str
    digest: str
    rows: int
    columns: tuple[Column, ...]
    assumptions: tuple[str, ...] = ()
    preview: Preview | None = None
