"""The population's shares as a person names them, `region=north:0.3,south:0.7; sex=f:0.5,m:0.5`, or in a file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from engine.errors import UserError
from engine.values import Value

REST = "*"
"""Stands for every value that is not named; it gets what the named shares leave over."""
BAND = ".."
"""Between the two ends of a band of numbers: from the first, below the second."""
SLACK = 0.01
"""How far the shares of a column may be from 1, as printed tables round them; they are scaled then."""
SHAPE = "column=value:share,value:share; column=value:share"


class Margin(Value, frozen=True):
    """The population's shares of the values of one column, which sum to 1; `REST` stands for the values not named."""

    column: str
    shares: tuple[tuple[str, float], ...]


def parse(text: str) -> tuple[Margin, ...]:
    """The margins that a person typed. Errors: UserError."""
    found = []
    for part in filter(str.strip, text.split(";")):
        column, equals, listed = part.partition("=")
        if not equals or not column.strip():
            raise UserError(f"data.margins: {part.strip()!r} names no column; write {SHAPE}")
        found += [(column.strip(), *_pair(each)) for each in filter(str.strip, listed.split(","))]
    return _margins(found, "data.margins")


def is_file(text: str) -> bool:
    """Whether the answer names a file instead of the shares themselves."""
    return "=" not in text


def read(path: Path) -> tuple[Margin, ...]:
    """The margins of a CSV file with the columns column, value, share. Errors: UserError naming the file and line."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"data.margins: {path} cannot be read ({error}); write {SHAPE}, or name a file") from None
    if not lines or [word.strip().lower() for word in lines[0]] != ["column", "value", "share"]:
        raise UserError(f"{path}, line 1: the columns are to be column,value,share")
    found = []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) == 3:
            found.append((line[0].strip(), line[1].strip(), _share(line[2], f"{path}, line {number}")))
        elif line:
            raise UserError(f"{path}, line {number}: {len(line)} cells, wanted are 3: column,value,share")
    return _margins(found, str(path))


def _pair(text: str) -> tuple[str, float]:
    value, colon, share = text.rpartition(":")
    if not colon or not value.strip():
        raise UserError(f"data.margins: {text.strip()!r} is no value with its share; write {SHAPE}")
    return value.strip(), _share(share, "data.margins")


def _share(text: str, where: str) -> float:
    """A share, also as percent."""
    word = text.strip()
    try:
        found = float(word.removesuffix("%")) / (100 if word.endswith("%") else 1)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise UserError(f"{where}: {word!r} is no share; give a number from 0 to 1, or a percentage such as 30%")
    return found


def _margins(found: Iterable[tuple[str, str, float]], where: str) -> tuple[Margin, ...]:
    """Values grouped by column; what the shares of a column leave over is that of all other values."""
    columns: dict[str, dict[str, float]] = {}
    for column, value, share in found:
        shares = columns.setdefault(column, {})
        if value in shares:
            raise UserError(f"{where}: {column} names {value!r} twice; give each value one share")
        shares[value] = share
    if not columns:
        raise UserError(f"{where}: no share is named; write {SHAPE}")
    return tuple(Margin(column, _whole(column, shares, where)) for column, shares in columns.items())


def _whole(column: str, shares: dict[str, float], where: str) -> tuple[tuple[str, float], ...]:
    total = sum(shares.values())
    if total > 1 + SLACK or (REST in shares and total < 1 - SLACK) or total == 0:
        raise UserError(f"{where}: the shares of {column} sum to {total:.4g}; they are to sum to 1 at most")
    if total < 1 - SLACK:
        return (*shares.items(), (REST, 1 - total))
    return tuple((value, share / total) for value, share in shares.items())
