"""What the labels step finds: how far labels can be trusted, what they cost, and what more of them would bring."""

from engine.values import Score, Value


class Option(Value, frozen=True):
    """A way to get more labels: what a label costs, and why it is out where it is.

    `votes` people per row, the `error` of their majority, the cost of a row, and of a label as good as a true one
    (`effective`); `total` and `days` for the labels that are wanted; `wins`: the cheapest of those that fit.
    """

    name: str
    fits: bool
    why: str
    cost_per_label: float | None = None
    hours_per_thousand: float | None = None
    votes: int = 1
    error: float | None = None
    effective: float | None = None
    total: float | None = None
    days: float | None = None
    wins: bool = False


class Confusion(Value, frozen=True):
    """Two labels that annotators gave to the same item, and how many pairs of them did."""

    first: str
    second: str
    pairs: int


class Agreement(Value, frozen=True, kw_only=True):
    """How far several annotators agree on the same items: the share of pairs, and beyond chance, with intervals."""

    items: int
    raters: int
    labels: int
    share: float
    kappa: Score | None = None
    fleiss: Score | None = None
    alpha: Score | None = None
    reading: str
    confused: tuple[Confusion, ...] = ()


class CurvePoint(Value, frozen=True):
    """An error at so many rows, measured as the mean of several draws."""

    rows: int
    error: float


class Foretold(Value, frozen=True):
    """What the fitted curve says of more rows: the error, and how much lower it is than today's, with 95 % bands."""

    rows: int
    error: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float


class LearningCurve(Value, frozen=True, kw_only=True):
    """Error of a cheap model against rows, and the power law a + b·n^(−c) through it."""

    metric: str
    model: str
    measured: tuple[CurvePoint, ...]
    foretold: tuple[Foretold, ...]
    a: float
    b: float
    c: float
    rows: int
    """Labelled rows of today."""
    sentence: str


class Batches(Value, frozen=True):
    """How delivered batches are accepted: rows to check in each, and wrong ones allowed."""

    size: int
    checked: int
    allowed: int
    good: float
    bad: float


class Gauge(Value, frozen=True, kw_only=True):
    """One of the three things that generalisation comes from: amount, reliability of labels, quality of features.

    `value` with its 95 % interval in `unit`, on `n` rows or items; `value` None where it cannot be told, which
    `sentence` says.
    """

    name: str
    unit: str
    n: int
    sentence: str
    value: float | None = None
    low: float | None = None
    high: float | None = None


class LabelsResult(Value, frozen=True):
    """What follows from the answers: ceiling of the reachable accuracy, options with cost, limits to state."""

    ceiling: float | None = None
    ceiling_how: str = ""
    options: tuple[Option, ...] = ()
    limits: tuple[str, ...] = ()
    gap_days: float = 0.0
    agreement: Agreement | None = None
    curve: LearningCurve | None = None
    curve_unknown: str = ""
    """Why there is no learning curve."""
    batches: Batches | None = None
    tool_pays_from: float | None = None
    """Labels from which the labelling software has paid for itself."""
    gauges: tuple[Gauge, ...] = ()
