"""The plan paths that several steps look at, kept in one place so that none forgets one."""

ROWS = (
    "framing.task",
    "framing.lowest",
    "framing.highest",
    "framing.void",
    "framing.target",
    "framing.group",
    "framing.time",
    "framing.forecast",
    "framing.horizon",
    "framing.gap",
    "framing.season",
    "framing.known",
    "framing.late",
    "framing.existing_column",
    "data.result",
    "data.drop",
    "data.decisions",
)
"""What decides which development rows and columns there are."""

FIRST_TRAINING = (
    *ROWS,
    "labels.result",
    "metric.primary",
    "metric.positive",
    "metric.gain",
    "preparation.result",
    "protocol.result",
)
"""What the first network depends on, before anything is known of it."""

TRAINING = (*FIRST_TRAINING, "baseline.result", "baseline.loss", "baseline.balance")
"""What every later network depends on: the inputs that the baseline accepted, and its loss, too."""
