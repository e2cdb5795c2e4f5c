"""Folders of sounds: rows, parts of names, what is damaged; and what a column of them is brought to."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio.decode import heard, samples, trouble
from engine.audio.folder import read
from engine.audio.shape import measured
from engine.errors import UserError
from engine.modalities import pick
from engine.training.apply import transform
from engine.training.decide import Decision, Recipe
from engine.training.prepare import fit


def tone(path: Path, hertz: float = 440, seconds: float = 0.3, rate: int = 8000, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    values = 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    soundfile.write(path, np.column_stack([values, 0 * values]) if options.pop("stereo", False) else values, rate)
    return path


def test_names_of_real_digits_are_columns_and_speakers_a_hint(shared_data: Path) -> None:
    top = shared_data / "free_spoken_digits"
    assert pick(top).name == "audio" == pick(top / "recordings" / "0_george_0.wav").name
    frame, reading = read(top)
    assert len(frame) == 480 and set(frame.columns) == {"audio", "name 1", "name 2"}
    assert next(iter(reading.hints)) == "name 2" and frame["name 2"].nunique() == 6
    assert {column.name: column.kind for column in reading.columns}["audio"] == "audio"
    shape = measured(list(frame["audio"]))
    assert shape.rate == 8000 and 0.5 < shape.seconds < 1.5 and shape.frames % 4 == 0


def test_folders_are_classes(tmp_path: Path) -> None:
    for kind, hertz in (("high", 2000), ("low", 200)):
        for number in range(3):
            tone(tmp_path / kind / f"{number}.flac", hertz)
    frame, reading = read(tmp_path)
    assert frame["label"].tolist() == ["high"] * 3 + ["low"] * 3 and not reading.hints


def test_every_rate_kind_and_number_of_channels_is_the_same_sound(tmp_path: Path) -> None:
    files = [
        tone(tmp_path / f"{name}.{ending}", rate=rate, stereo=stereo)
        for name, ending, rate, stereo in (
            ("a", "wav", 8000, False),
            ("b", "flac", 44_100, False),
            ("c", "ogg", 22_050, False),
            ("d", "wav", 48_000, True),
        )
    ]
    recipe = Recipe(decisions=(Decision("audio", "sound", ""),), sounds={"audio": measured([str(files[0])])})
    cells = np.array([*map(str, files), None], dtype=object)
    made = transform(fit(recipe, {"audio": cells[:1]}), {"audio": cells})
    assert np.corrcoef(made[:4])[0].min() > 0.97 and not made[4].any()
    assert heard(str(files[3])).channels == 2
    sent = np.array([files[0].read_bytes()], dtype=object)
    assert np.array_equal(transform(fit(recipe, {"audio": cells[:1]}), {"audio": sent})[0], made[0])


def test_what_is_no_whole_sound_is_named_and_left_out(tmp_path: Path) -> None:
    whole = tone(tmp_path / "whole.wav")
    wrong = {
        "cut.wav": (whole.read_bytes()[:2000], "cut off"),
        "none.wav": (b"", "the file is empty"),
        "text.wav": (b"hello, this is no sound", "not a sound that can be read"),
        "silent.wav": (tone(tmp_path / "silent.wav", seconds=0).read_bytes(), "holds no sound"),
    }
    for name, (content, said) in wrong.items():
        (tmp_path / name).write_bytes(content)
        assert trouble(str(tmp_path / name)).startswith(f"{tmp_path / name}: ") and said in trouble(
            str(tmp_path / name)
        )
    assert not trouble(str(whole)) and samples(str(whole))[1] == 8000
    _, reading = read(tmp_path, rejected=tmp_path / "rejected.csv")
    assert reading.rows == 1 and reading.rejected == 4 and "none.wav" in (tmp_path / "rejected.csv").read_text()
    whole.unlink()
    with pytest.raises(UserError, match="cut off"):
        read(tmp_path)
