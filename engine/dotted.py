"""Names of functions as data: `package.module:function`, so that a plan or a registry can point at heavy code."""

from importlib import import_module
from typing import Any


def load(dotted: str) -> Any:
    """The object that `package.module:name` names. Errors: ImportError, AttributeError."""
    module, _, name = dotted.partition(":")
    return getattr(import_module(module), name)
