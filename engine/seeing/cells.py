"""A cell as text."""

import pandas as pd

TEXT = 2_000
"""Characters that are kept of a cell."""


def cell_text(value: object) -> str | None:
    """A cell as a person reads it, None where it is missing."""
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return str(value.date()) if value == value.normalize() else str(value)
    if isinstance(value, float):
        return f"{value:.15g}"
    text = str(value)
    return text if len(text) <= TEXT else f"{text[:TEXT]} ({len(text):,} characters)"
