"""Cells that are files: in a request they are what a file holds, in base64; a path is read by nobody's server."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from engine.audio import decode as audio
from engine.image import decode as image
from engine.training.decoded import Unreadable


def _picture(content: bytes) -> None:
    image.opened(content).close()


def _sound(content: bytes) -> None:
    audio.opened(content).close()


LOOKS: dict[str, Callable[[bytes], None]] = {"image": _picture, "audio": _sound}
"""Kinds of columns whose cells are files, and what tells by a look whether a file is of the kind (else Unreadable)."""


def content_of(value: Any) -> bytes | None:
    """What a file holds, from bytes, from base64, or from a data URL; None where there is none.

    Errors: Unreadable with what is wrong, in words.
    """
    if value is None or isinstance(value, bytes):
        return value
    text = str(value).strip()
    if not text:
        return None
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("not a file in base64; send what it holds, not its path") from None


def as_base64(path: str) -> str:
    """What a file holds, as a request gives it."""
    with open(path, "rb") as file:
        return base64.b64encode(file.read()).decode()
