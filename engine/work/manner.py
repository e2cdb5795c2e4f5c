"""How the data file is to be read, as framing says."""

import msgspec

from engine.data.schema import Manner
from engine.steps import Plan

REJECTED = "data/rejected.csv"
"""Where in a project the lines lie that are no rows."""


def manner(plan: Plan) -> Manner:
    """What framing says of the file; what it does not say, the reader finds out."""
    said = {"header": plan.framing.header}
    return msgspec.convert({name: answer for name, answer in said.items() if answer is not None}, Manner)
