"""Sounds: a folder for each class, a folder of them, or a single file. A table of paths is a table."""

from pathlib import Path

from engine.modalities.images import BESIDE, holds_mostly
from engine.modality import Modality

ENDINGS = (".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".au")


def accepts(path: Path) -> bool:
    return is_sound(path) if path.is_file() else holds_mostly(path, is_sound, BESIDE)


def is_sound(path: Path) -> bool:
    """Whether a name ends as those of sounds do."""
    return path.suffix.lower() in ENDINGS


MODALITY = Modality(
    name="audio",
    title="Sounds: a folder per class, or names that tell; WAV, FLAC, Ogg",
    depth="REAL",
    accepts=accepts,
    read="engine.audio.folder:read",
    decide="engine.training.decide:decide",
    space="engine.training.space:tabular",
)
