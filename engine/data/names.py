"""Names of columns: made unique when a file is read, and found from what a person types. Imports nothing heavy."""

from collections.abc import Sequence

from engine.errors import UserError
from engine.questions import nearest

ROW = "__row__"
"""The name under which files of a project keep the row id; no column of the data may have it."""


def unique_names(raw: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Trimmed, filled (`column_N` for a blank one) and unique names, and a sentence for each kind of change."""
    wanted = [" ".join(name.split()) for name in raw]
    blank = [number for number, name in enumerate(wanted, 1) if not name]
    taken, names, repeated = {name for name in wanted if name} | {ROW}, [], []
    seen = {ROW}
    for number, name in enumerate(wanted, 1):
        free = name or f"column_{number}"
        if free in seen or (not name and free in taken):
            counter = 2
            while f"{free}_{counter}" in taken:
                counter += 1
            if name:
                repeated.append(free)
            free = f"{free}_{counter}"
            taken.add(free)
        seen.add(free)
        names.append(free)
    notes = []
    if blank:
        places = listed([f"column_{number}" for number in blank])
        notes.append(f"{counted(len(blank), 'column')} without a name, called after the place: {places}")
    if repeated:
        notes.append(f"repeated names were numbered: {listed(sorted(set(repeated)))}")
    return tuple(names), tuple(notes)


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 row, 2 rows."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(words: Sequence[str], most: int = 6) -> str:
    """Words with commas, cut after `most` with the number of the rest."""
    text = ", ".join(words[:most])
    return text if len(words) <= most else f"{text} and {len(words) - most} more"


def resolve_column(name: str, names: Sequence[str]) -> str:
    """The column meant by what was typed: its name, its name in other case, its place (`3`, `#3`, `-1`, `last`).

    Errors: UserError naming the nearest column.
    """
    if name in names:
        return name
    plain = " ".join(name.split()).casefold()
    alike = [known for known in names if known.casefold() == plain]
    if len(alike) == 1:
        return alike[0]
    if len(alike) > 1:
        raise UserError(f"{name!r} may be any of {listed(alike)}: write it exactly as in the file")
    place = {"last": "-1"}.get(plain, plain.removeprefix("#"))
    if place.removeprefix("-").isdecimal() and place != "0":
        number = int(place)
        if 1 <= number <= len(names):
            return names[number - 1]
        if -len(names) <= number < 0:
            return names[number]
        raise UserError(f"{name!r} is not a column: there are {len(names)} columns")
    hint = nearest(name, list(names)) or f"; the columns are {listed(list(names))}"
    raise UserError(f"{name!r} is not a column{hint}")
