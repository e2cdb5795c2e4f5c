"""What is told of groups of rows. Light: the wizard shows these values."""

from engine.values import Value


class Cluster(Value, frozen=True, kw_only=True):
    """A group of rows, and in words what sets it apart from the others."""

    name: str
    rows: int
    share: float
    apart: str
