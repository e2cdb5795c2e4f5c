"""What is stored of the comparison with production, of the sources of rows, and of the change with time."""

from engine.values import Score, Value


class Shifted(Value, frozen=True):
    """One column that differs: `effect` is the KS distance, Cramér's V or the population stability index (PSI), `p`
    adjusted for all tests of all columns.
    """

    column: str
    test: str
    effect: float
    p: float


class Production(Value, frozen=True):
    """Development rows against a sample of production: `auc` is how well a model tells them apart, 0.5 not at all.

    `p` is by permutation, `effective` the number of rows that the weights leave, `now` and `predicted` the score of a
    cheap model on development rows as they are, and weighted to look like production; `withheld` says why it is not.
    `sampled` of the `rows` were looked at, drawn at random, where the file would not fit into memory.
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
    sampled: int | None = None
    left_aside: tuple[str, ...] = ()
    """Columns not compared: absent from one side, the time of a row, or what names a row."""


class Source(Value, frozen=True):
    """One source of rows: its score when the model learnt from it too, and when it did not; `rows` scored."""

    name: str
    rows: int
    within: Score
    without: Score


class Decay(Value, frozen=True, kw_only=True):
    """What a model loses as its training rows grow old, over `periods` of like size in the order of time.

    `loss` by age in periods (0: rows of the same period that it did not learn from): error rate or squared error.
    `change` is the first period, from 1, of another relation between inputs and target, None where none is seen;
    `p` is by permutation of the periods. `half_life` in periods: None where nothing decays; its 95 % interval is not
    known where `half_life_low` is None, and open above where `half_life_high` alone is. `retrain`: how often, in words,
    by the lower end.
    """

    periods: int
    rows: int
    loss: tuple[float, ...]
    change: int | None = None
    p: float
    half_life: float | None = None
    half_life_low: float | None = None
    half_life_high: float | None = None
    retrain: str = ""
    period: str
    """How long one period is, in words."""


class Stratum(Value, frozen=True, kw_only=True):
    """One value of one column: its share of the population as a person said, of the rows, and of the weighted rows.

    `value` may be a band of numbers, or stand for all values not named; `factor` is what it multiplies a weight by.
    """

    column: str
    value: str
    wanted: float
    rows: int
    before: float
    after: float
    factor: float


class Weighting(Value, frozen=True, kw_only=True):
    """How rows weigh so that they have the population's shares: the product of the factors of a row's values, at most
    `limit`, times `scale`, which makes the mean of the development rows 1.

    Of the `rows` they leave `effective` ones (Kish, 1965); `trimmed` rows are at the limit. `used` is False where the
    weights would cost more than they mend; `notes` say what cannot be met.
    """

    rows: int
    effective: float
    largest: float
    trimmed: int
    limit: float
    scale: float
    used: bool
    strata: tuple[Stratum, ...]
    notes: tuple[str, ...] = ()
