"""What is stored of the comparison with production."""

from engine.values import Score, Value


class Shifted(Value, frozen=True):
    """One column that differs: `effect` is the KS distance or Cramér's V, `p` adjusted for all columns tested."""

    column: str
    test: str
    effect: float
    p: float


class Production(Value, frozen=True):
    """Development rows against a sample of production: `auc` is how well a model tells them apart, 0.5 not at all.

    `p` is by permutation, `effective` the number of rows that the weights leave, `now` and `predicted` the score of a
    cheap model on development rows as they are, and weighted to look like production; `withheld` says why it is not.
    """

    rows: int
    compared: int
    auc: Score
    p: float
    alarm: bool
    tested: int
    shifted: tuple[Shifted, ...] = ()
    effective: float = 0.0
    now: Score | None = None
    predicted: Score | None = None
    withheld: str = ""
    left_aside: tuple[str, ...] = ()
    """Columns not compared: absent from one side, the time of a row, or what names a row."""
