"""What is wrong with sounds: far too long, silent, quiet, clipped; real ones raise no question."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from auditing import look, made

from engine.audio.loudness import CLIPPED, LEVEL, SECONDS, clipped, measures
from engine.audit import DETECTORS
from engine.data.read import as_said
from engine.data.schema import Manner
from engine.detector import AuditData
from engine.training.decoded import keep_in

TIMES = np.arange(2400) / 8000


def audit(files: list[Path]) -> AuditData:
    found = made(
        {"said": [str(file) for file in files], "digit": [file.name[0] for file in files]}, "digit", "multiclass"
    )
    columns = as_said(tuple(found.columns.values()), Manner(kinds={"said": "audio"}))
    return replace(found, columns={column.name: column for column in columns}, names=())


@pytest.fixture
def digits(tmp_path: Path, shared_data: Path) -> list[Path]:
    keep_in(tmp_path / "cache")
    files = sorted((shared_data / "free_spoken_digits" / "recordings").glob("[0-3]_*_[0-3].wav"))
    assert len(files) == 96
    return files


def saved(path: Path, values: np.ndarray) -> Path:
    soundfile.write(path, values, 8000)
    return path


def test_real_digits_raise_nothing_that_is_asked(digits: list[Path]) -> None:
    for name in ("sound_length", "sound_silence", "sound_clipping"):
        assert all(finding.severity == "note" for finding in look(name, audit(digits)).values()), name


def test_what_is_too_long_silent_or_quiet_is_found(digits: list[Path], tmp_path: Path) -> None:
    tone = np.sin(2 * np.pi * 300 * TIMES)
    long = saved(tmp_path / "1_long.wav", np.tile(tone, 20) * 0.1)
    none = saved(tmp_path / "2_none.wav", tone * 0)
    quiet = saved(tmp_path / "3_quiet.wav", tone * 0.001)
    data = audit([*digits, long, none, quiet])
    assert 96 in look("sound_length", data)[("said",)].row_ids
    findings = {each.detector: each for each in DETECTORS["sound_silence"].look(data)}
    assert findings["silent_sounds"].row_ids == (97,) and findings["silent_sounds"].rows_out
    assert findings["silent_sounds"].severity == "ask" and 98 in findings["sound_silence"].row_ids


def test_flat_tops_are_clipped_and_a_whole_tone_is_not(digits: list[Path], tmp_path: Path) -> None:
    tone = np.sin(2 * np.pi * 300.3 * TIMES)
    cut = saved(tmp_path / "1_cut.wav", np.clip(2 * tone, -0.99, 0.99))
    assert clipped(0.99 * tone) < 0.001 and clipped(np.clip(2 * tone, -1, 1)) > 0.5
    assert 96 in look("sound_clipping", audit([*digits, cut]))[("said",)].row_ids
    found = measures([str(cut), None], "said")
    assert found[0, SECONDS] == pytest.approx(0.3) and -3 < found[0, LEVEL] < 0 and found[0, CLIPPED] > 0.5
    assert np.isnan(found[1]).all()


def test_a_length_that_tells_a_class_is_said(tmp_path: Path) -> None:
    keep_in(tmp_path / "cache")
    noise = np.random.default_rng(1).normal(0, 0.1, 4000)
    files = [
        saved(tmp_path / f"{place % 2}_{place}.wav", noise[: 2000 + 900 * (place % 2) + place]) for place in range(20)
    ]
    (finding,) = look("sound_length", audit(files)).values()
    assert "tells a class with AUC 1.00" in finding.evidence
