"""Reads a folder of pictures: one row per file, its path, and what folders and names say of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from engine.data import filed
from engine.data.schema import ColumnKind, Manner, Reading
from engine.image.decode import trouble
from engine.modalities.images import is_picture

IMAGE = "image"
PICTURES = filed.Filed(IMAGE, "image", "picture", is_picture, trouble, "PNG or JPEG")
AS_FOUND = Manner()


def read(
    path: Path | str,
    manner: Manner = AS_FOUND,
    *,
    like: Mapping[str, ColumnKind] | None = None,
    rejected: Path | None = None,
) -> tuple[pd.DataFrame, Reading]:
    """One row per picture (see `filed.read`); no kind is in doubt, so that `manner` and `like` change nothing.

    Errors: UserError where no file can be decoded.
    """
    return filed.read(path, PICTURES, rejected)
