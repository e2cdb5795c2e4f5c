"""Samples as spectra, against scipy and TensorFlow; and sounds at other rates."""

import numpy as np
import pytest
from scipy import signal

from engine.audio.decode import at_rate, resampled
from engine.audio.spectrum import FLOOR, LOWEST, filters, frames_of, log_mel, powers
from engine.training.spec_sound import SoundShape


def noise(count: int, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, count)


def test_powers_of_windows_are_those_of_scipy() -> None:
    samples, length, hop = noise(2000), 256, 128
    cut = np.lib.stride_tricks.sliding_window_view(samples, length)[::hop]
    window = signal.get_window("hann", length)
    reference = signal.ShortTimeFFT(window, hop, fs=8000, scale_to="magnitude")
    expected = np.abs(reference.stft(samples, p0=1, p1=1 + len(cut), k_offset=length // 2 - hop)) ** 2
    assert np.abs(powers(cut).T - expected).max() < 1e-9


@pytest.mark.parametrize(("rate", "bands"), [(8000, 32), (16_000, 40)])
def test_bands_are_those_of_tensorflow(rate: int, bands: int) -> None:
    import tensorflow as tf

    length = SoundShape(rate=rate).window
    reference = tf.signal.linear_to_mel_weight_matrix(
        bands, length // 2 + 1, rate, LOWEST, rate / 2, dtype=tf.float64
    ).numpy()
    # Its scale differs by a factor (1127 ln for 2595 log10), which triangles on it do not see.
    assert np.abs(filters(rate, length, bands) - reference).max() < 1e-9


def test_a_tone_is_in_its_band_and_silence_is_the_floor() -> None:
    own = SoundShape(rate=8000, frames=8, bands=32)
    tone = np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000)
    found = log_mel(tone, own)
    middles = np.argmax(filters(8000, own.window, 32), axis=0) * 8000 / own.window
    assert found.shape == (8, 32) and abs(middles[found[3].argmax()] - 1000) < 130
    short = log_mel(tone[:300], own)
    assert (short[-1] == np.log10(FLOOR)).all() and short[0].max() > -3


def test_joined_windows_are_means_of_power() -> None:
    fine, joined = SoundShape(frames=12, bands=8), SoundShape(frames=4, together=3, bands=8)
    samples = noise(4000)
    expected = (10 ** log_mel(samples, fine)).reshape(4, 3, 8).mean(axis=1)
    assert np.abs(10 ** log_mel(samples, joined) / expected - 1).max() < 1e-9


@pytest.mark.parametrize(("count", "wanted"), [(800, 400), (801, 400), (400, 800), (401, 997), (640, 441), (999, 1000)])
def test_other_rates_are_those_of_scipy(count: int, wanted: int) -> None:
    samples = noise(count)
    assert np.abs(resampled(samples, wanted) - signal.resample(samples, wanted)).max() < 1e-9


def test_a_tone_keeps_its_pitch_and_the_middle_is_kept_of_what_is_long() -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(44_100) / 44_100)
    found = at_rate(tone, 44_100, 8000, 0.5)
    assert len(found) == 4000
    assert np.fft.rfft(found * np.hanning(4000)).__abs__().argmax() * 8000 / 4000 == 440
    steps = np.repeat([0.0, 1.0, 0.0], 800)
    assert at_rate(steps, 800, 800, 1.0).tolist() == [1.0] * 800


def test_frames_are_enough_for_a_sound_and_never_too_many() -> None:
    assert frames_of(0.7, 96, 4) == (44, 1)
    frames, together = frames_of(10.0, 96, 4)
    assert frames <= 96 and frames % 4 == 0 and frames * together * 0.016 >= 10 - 0.5
