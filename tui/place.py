"""Where the user was left in a project, kept beside the plan and never in it."""

import os
from contextlib import suppress
from pathlib import Path

import msgspec

FILE = "ui.json"


class Place(msgspec.Struct, frozen=True):
    """A step and the question in it that had the focus; empty where nothing is known."""

    step: str = ""
    field: str = ""


def recall(project: Path) -> Place:
    """The place from the last time; an empty one where there is none, or none that can be read."""
    with suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode((project / FILE).read_bytes(), type=Place)
    return Place()


def remember(project: Path, place: Place) -> None:
    """Keep the place. A disk that refuses costs nothing but the place."""
    temporary = project / f".{FILE}.{os.getpid()}.tmp"
    with suppress(OSError):
        temporary.write_bytes(msgspec.json.encode(place))
        temporary.replace(project / FILE)
