"""What a column of sounds is like, from the headers of its files, and what they are brought to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.audio.decode import heard
from engine.audio.spectrum import frames_of
from engine.training.apply_picture import cells
from engine.training.decide import Decision
from engine.training.decoded import THREADS, Cell
from engine.training.parse import Column
from engine.training.spec_sound import SoundShape

SOME = 2000
"""Sounds that are looked at."""
MOST_RATE = 16_000
"""Samples per second beyond which nothing is heard that tells words or things apart."""
NARROW = 8000
"""Samples per second up to which few bands are enough."""
BANDS = (32, 40)
LONGEST = 30.0
"""Seconds that are looked at of a sound at most."""
COVERED = 0.95
"""Share of the sounds that are looked at from beginning to end."""
FRAMES, STRETCH = 96, 4
"""Frames at most, beyond which windows are joined; and what their number is a multiple of, so that stretches of them
can be masked."""


def measured(cells: Sequence[Cell]) -> SoundShape:
    """The shape for these sounds: as long as nearly all are, at their usual rate."""
    places = np.linspace(0, len(cells) - 1, min(len(cells), SOME)).astype(int) if len(cells) else ()
    with ThreadPoolExecutor(THREADS) as pool:
        looks = [each for each in pool.map(heard, [cells[place] for place in places]) if each is not None]
    if not looks:
        return SoundShape()
    rate = min(MOST_RATE, int(np.median([each.rate for each in looks])))
    seconds = min(LONGEST, float(np.quantile([each.seconds for each in looks], COVERED)))
    frames, together = frames_of(seconds, FRAMES, STRETCH)
    return SoundShape(rate=rate, frames=frames, together=together, bands=BANDS[rate > NARROW])


def shapes(decisions: Sequence[Decision], frame: Mapping[str, Column]) -> dict[str, SoundShape]:
    """The shape of every column of sounds that is used, over the sounds of `frame`; no target is looked at."""
    return {
        made.column: measured([cell for cell in cells(frame[made.column]) if cell is not None])
        for made in decisions
        if made.action == "sound"
    }
