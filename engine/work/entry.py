"""Where every step's job begins in the worker: the plan out of the request, then the step's own function."""

from typing import Any

import msgspec

from engine.dotted import load
from engine.jobs.context import Context
from engine.steps import Plan
from engine.training.decoded import keep_in
from engine.training.devices import show_unused
from engine.training.fold_cache import CACHE

DECODED = "decoded"
"""In the cache of a project: what became of files outside the table."""


def run(inputs: dict[str, Any], context: Context) -> Any:
    """Carry out the job of a step on the plan it may see; returns the step's result."""
    show_unused()
    keep_in(context.project / CACHE / DECODED)
    plan = msgspec.convert(inputs["plan"], Plan)
    return load(inputs["job"])(plan, context)
