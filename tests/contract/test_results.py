"""Results that a plan holds can be written down whatever they do not know: TOML has no word for nothing."""

from types import NoneType
from typing import get_args

import msgspec
import pytest

import engine.steps  # noqa: F401  (defines every value that a plan may hold)
from engine.values import Value


def values(kind: type[Value] = Value) -> list[type[Value]]:
    """Every kind of value, however deep below another one."""
    return [found for below in kind.__subclasses__() for found in (below, *values(below))]


@pytest.mark.parametrize("kind", values(), ids=lambda kind: f"{kind.__module__}.{kind.__qualname__}")
def test_what_may_be_unknown_is_left_out_when_it_is(kind: type[Value]) -> None:
    for field in msgspec.structs.fields(kind):
        assert NoneType not in get_args(field.type) or not field.required, field.name
