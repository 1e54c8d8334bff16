"""Reading and writing mono WAV files, levels, and runs of equal labels. Knows nothing of what is measured."""

import wave

import numpy as np

RATE = 16_000
"""Samples per second of everything made here and of the recordings."""

STEP = RATE // 100
"""Samples of 10 ms: the grid on which speech is labelled."""


def read(path):
    """The samples of a mono 16-bit WAV as floats within -1..1, and its rate."""
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return samples.astype(np.float64) / 32768, file.getframerate()


def write(path, samples, rate=RATE):
    """Writes floats within -1..1 as a mono 16-bit WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.clip(np.round(samples * 32768), -32768, 32767).astype("<i2").tobytes())


def seconds(path):
    """How long a WAV is."""
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


def rms(samples):
    """Root of the mean square, never zero."""
    return float(np.sqrt(np.mean(np.square(samples)) + 1e-20))


def levels(samples, window=400):
    """Level in dB of each 10 ms step, in a window of 25 ms around its middle."""
    count = len(samples) // STEP
    side = (window - STEP) // 2
    padded = np.concatenate([np.zeros(side), samples, np.zeros(side + STEP)])
    energy = np.concatenate([[0.0], np.cumsum(np.square(padded))])
    starts = np.arange(count) * STEP
    return 10 * np.log10((energy[starts + window] - energy[starts]) / window + 1e-12)


def runs(labels, value):
    """Start and end (exclusive) of each stretch in which the labels have that value."""
    edges = np.diff(np.concatenate([[0], (np.asarray(labels) == value).astype(int), [0]]))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist()))
