"""Reads a folder of sounds: one row per file, its path, and what folders and names say of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from engine.audio.decode import trouble
from engine.data import filed
from engine.data.schema import ColumnKind, Manner, Reading
from engine.modalities.audio import is_sound

AUDIO = "audio"
SOUNDS = filed.Filed(AUDIO, "audio", "sound", is_sound, trouble, "WAV, FLAC or Ogg", told_by_names=True)
AS_FOUND = Manner()


def read(
    path: Path | str,
    manner: Manner = AS_FOUND,
    *,
    like: Mapping[str, ColumnKind] | None = None,
    rejected: Path | None = None,
) -> tuple[pd.DataFrame, Reading]:
    """One row per sound (see `filed.read`); no kind is in doubt, so that `manner` and `like` change nothing.

    Errors: UserError where no file can be decoded.
    """
    return filed.read(path, SOUNDS, rejected)
