"""The kinds of input. Adding one is one file and one line here; the first that accepts a path reads it."""

from pathlib import Path

from engine.modalities import audio, images, lists, masks, tabular, text
from engine.modality import Modality

MODALITIES: dict[str, Modality] = {
    modality.name: modality
    for modality in (masks.MODALITY, images.MODALITY, audio.MODALITY, lists.MODALITY, text.MODALITY, tabular.MODALITY)
}


def pick(path: Path) -> Modality:
    """The kind of input a path holds; the table reader is the last resort, because it says best what is wrong."""
    return next((modality for modality in MODALITIES.values() if modality.accepts(path)), tabular.MODALITY)
