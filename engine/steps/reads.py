"""The plan paths that every step which trains a network looks at, kept in one place so that none forgets one."""

TRAINING = (
    "framing.task",
    "framing.target",
    "framing.group",
    "framing.time",
    "framing.horizon",
    "framing.late",
    "framing.existing_column",
    "data.result",
    "data.drop",
    "data.decisions",
    "labels.result",
    "metric.primary",
    "metric.positive",
    "metric.gain",
    "preparation.indicator",
    "preparation.max_categories",
    "preparation.result",
    "protocol.result",
)
