"""One digest of whatever decides a result: arrays, columns, values; equal inputs have equal digests in any process."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from engine.training.parse import Column, raw


def digest_of(*parts: Any) -> str:
    """SHA-256 of the parts in their order, in hexadecimal: arrays by type, shape and content, structs as JSON."""
    total = hashlib.sha256()
    for part in parts:
        kind, content = _content(part)
        total.update(f"{kind} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()


def digest_of_columns(frame: Mapping[str, Column], names: Sequence[str]) -> str:
    """Digest of the named columns of a frame, in this order."""
    return digest_of(*(part for name in names if name in frame for part in (name, raw(frame[name]))))


def _content(part: Any) -> tuple[str, bytes]:
    if isinstance(part, np.ndarray):
        own = repr(part.tolist()).encode() if part.dtype == object else np.ascontiguousarray(part).tobytes()
        return f"{part.dtype.str} {part.shape}", own
    if isinstance(part, msgspec.Struct):
        return type(part).__name__, msgspec.json.encode(part)
    return type(part).__name__, repr(part).encode()
