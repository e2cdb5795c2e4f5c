"""Samples of pictures and sounds: drawn of the given rows only, in colours, in characters, and inside a page."""

import base64
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from engine.data.schema import Column
from engine.report.seen_files import files, png
from engine.seeing.files import EACH, SIDE, of_files
from engine.seeing.schema import Seen
from tui.seeing import samples
from tui.views.parts import Look


def test_samples_of_real_pictures_and_sounds(shared_data: Path) -> None:
    signs = sorted((shared_data / "sign_language_digits").glob("*/*.JPG"))[::20]
    said = sorted((shared_data / "free_spoken_digits" / "recordings").glob("*_0.wav"))[: len(signs)]
    frame = pd.DataFrame(
        {"photo": list(map(str, signs)), "said": list(map(str, said)), "sign": [file.parent.name for file in signs]}
    )
    kinds = {"photo": "image", "said": "audio", "sign": "categorical"}
    columns = {name: Column(name=name, kind=kind, rows=len(frame)) for name, kind in kinds.items()}
    found = of_files(frame.iloc[5:], columns, "sign")
    assert [each.column for each in found] == ["photo", "said"]
    assert all(sample.id >= 5 and sample.name != signs[0].name for each in found for sample in each.samples)
    assert len(found[0].samples) == min(EACH, len(frame) - 5) and len({sample.said for sample in found[0].samples}) > 5
    assert found[0].samples[0].channels == 3 and max(found[1].samples[0].wave) > 0.05
    seen = Seen(rows=9, sample=9, files=found)
    for at in range(len(samples.sets(seen))):
        for plain in (False, True):
            lines = samples.draw(Look(78), seen, at, plain)
            assert len(lines) <= 22 and max(line.cell_len for line in lines) <= 78
    drawn = "\n".join(line.plain for line in samples.draw(Look(78), seen, 0, True))
    assert "▀" not in drawn and len(set(drawn) & set(samples.DARKNESS)) > 4
    shown = png(found[0].samples[0])
    with Image.open(io.BytesIO(shown)) as image:
        assert image.size == (SIDE, SIDE)
        assert np.asarray(image).tobytes() == base64.b64decode(found[0].samples[0].levels)
    page = files(found[1])
    assert len(re.findall("data:image/png;base64,", page)) == len(found[1].samples) and len(page) < 60_000
