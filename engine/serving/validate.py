"""Rows of a request against the schema: every cell that cannot be used is named by row and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from engine.errors import UserError
from engine.serving.contents import LOOKS, content_of
from engine.serving.schema import Field, Schema
from engine.training import parse
from engine.training.decoded import Unreadable
from engine.training.spec import Category, OneHot, Preparation
from engine.values import Value

SHOWN = 20
"""Problems, and warnings, of one request that are told."""
CUT = 40


class Problem(Value, frozen=True):
    """What is wrong with one cell; rows count from 1."""

    row: int
    column: str
    message: str


class Refused(Exception):
    """A request with cells that cannot be used."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].message)
        self.problems = tuple(problems)


def columns(
    schema: Schema, preparation: Preparation, rows: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, list[Any]], tuple[Problem, ...]]:
    """The rows as columns, and what is unusual about them. Extra columns are ignored.

    Errors: Refused with up to SHOWN problems.
    """
    problems: list[Problem] = []
    for field in schema.columns:
        for number, row in enumerate(rows, start=1):
            if field.name not in row:
                problems.append(_problem(number, field.name, "is missing: give it, or null if the value is unknown"))
                if len(problems) >= SHOWN:
                    raise Refused(problems)
    if problems:
        raise Refused(problems)
    found = {field.name: [row[field.name] for row in rows] for field in schema.columns}
    for field in schema.columns:
        if field.kind in LOOKS:
            problems += _opened(field, found[field.name], SHOWN - len(problems))
            continue
        problems += _unusable(field, found[field.name], SHOWN - len(problems))
        if len(problems) >= SHOWN:
            break
    if problems:
        raise Refused(sorted(problems, key=lambda problem: problem.row))
    return found, _unusual(schema, preparation, found)


def _opened(field: Field, values: list[Any], most: int) -> list[Problem]:
    """Put in the place of cells what the files hold that they stand for; what is no such file is told."""
    found: list[Problem] = []
    for row, value in enumerate(values, start=1):
        try:
            if not isinstance(value, str | bytes | None):
                raise Unreadable(f"{_kind(value)} was given, a file in base64 is wanted")
            content = values[row - 1] = content_of(value)
            if content is not None:
                LOOKS[field.kind](content)
        except Unreadable as error:
            found.append(_problem(row, field.name, str(error)))
        if len(found) >= most:
            break
    return found


def _problem(row: int, column: str, said: str) -> Problem:
    return Problem(row, column, f"row {row}, column {column!r}: {said}")


def _unusable(field: Field, values: list[Any], most: int) -> list[Problem]:
    accepts: tuple[type, ...] = {"number": (int, float, str), "date": (str,)}.get(field.kind, (int, float, str, bool))
    read = {"number": parse.numbers, "date": parse.instants}.get(field.kind)
    found: list[Problem] = []
    if all(value is None or type(value) in accepts for value in values) and (read is None or _reads(read, values)):
        return found
    for row, value in enumerate(values, start=1):
        wanted = _wanted(field)
        if value is not None and type(value) not in accepts:
            found.append(_problem(row, field.name, f"{_kind(value)} was given, {wanted} is wanted"))
        elif read is not None and not _reads(read, [value]):
            found.append(_problem(row, field.name, f"{str(value)[:CUT]!r} is not {wanted}"))
        if len(found) >= most:
            break
    return found


def _reads(read: Callable[[Any, str], Any], values: list[Any]) -> bool:
    try:
        found = read(values, "")
    except UserError:
        return False
    if read is not parse.numbers:
        return True
    return all(parse.is_missing(value) for value, number in zip(values, found, strict=True) if np.isnan(number))


def _wanted(field: Field) -> str:
    return {
        "number": "a number",
        "date": "a date such as 2024-12-31 or 2024-12-31T23:59",
        "boolean": "true or false",
        "text": "text",
    }.get(field.kind, "one value of a category")


def _kind(value: Any) -> str:
    return {dict: "an object", list: "a list", bool: "true or false", str: "text"}.get(type(value), "a number")


def _unusual(schema: Schema, preparation: Preparation, found: Mapping[str, list[Any]]) -> tuple[Problem, ...]:
    """Values that are accepted, but that the model never learned from."""
    warnings: list[Problem] = []
    readers = preparation.readers
    for field in schema.columns:
        encoder, values = readers[field.name], found[field.name]
        if isinstance(encoder, OneHot | Category):
            known = {*encoder.vocabulary, *(word for word, _ in encoder.merged)}
            for row, word in enumerate(parse.words(values, encoder.reading), start=1):
                if word is not None and word not in known:
                    said = f"{word[:CUT]!r} is none of the {len(encoder.vocabulary)} values the model knows"
                    warnings.append(_problem(row, field.name, said))
        elif field.low is not None and field.high is not None:
            numbers = parse.numbers(values, field.name)
            for row in np.flatnonzero((numbers < field.low) | (numbers > field.high)).tolist():
                said = f"{numbers[row]:g} is outside the range seen in training, {field.low:g} to {field.high:g}"
                warnings.append(_problem(row + 1, field.name, said))
        if len(warnings) >= SHOWN:
            break
    return tuple(warnings[:SHOWN])
