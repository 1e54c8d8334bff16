"""Clips of read speech with silences put in, alone and under noises; and where there is speech in them.

The truth is the energy of the clean clip: it is exact for the silences put in, and sets by convention (38 dB below the
loud part) what is still speech at the ends of words. Frames within 30 ms of an edge are not judged.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

import sound
from recordings import VOICES
from sound import RATE, STEP

SEED = 20_240_702
CLIP_SECONDS = 40
CLIPS = {"tuning": 20, "held out": 10}
LONGEST_READING = 6
"""Seconds: of short recordings a clip holds more, and with them more pauses."""
SILENCES = (0.3, 0.45, 0.6, 1, 1.5, 2, 4)
LONG_SILENCE = 10
BELOW_LOUD = 38
CLOSED_GAP, DROPPED_BURST = 10, 5
"""In steps of 10 ms."""

CONDITIONS = ("clean", "pink 20", "pink 10", "typing 10", "babble 20", "babble 10")


@dataclass(frozen=True)
class Clip:
    """One clip under one condition; `labels` say for each 10 ms whether there is speech."""

    condition: str
    part: str
    wav: Path
    labels: np.ndarray


def label(clean):
    """Where a clean clip has speech, for each 10 ms; short gaps are closed and short bursts dropped."""
    levels = sound.levels(clean)
    labels = levels > np.percentile(levels[levels > -70], 95) - BELOW_LOUD
    for start, end in sound.runs(labels, False):
        if end - start < CLOSED_GAP and start > 0 and end < len(labels):
            labels[start:end] = True
    for start, end in sound.runs(labels, True):
        if end - start < DROPPED_BURST:
            labels[start:end] = False
    return labels


def _speech(recordings, generator):
    """One speaker's recordings with silences between them, at -26 dBFS."""
    pieces, count, long_at = [], 0, generator.uniform(10, 25)
    while count < CLIP_SECONDS * RATE:
        samples, _ = sound.read(recordings[generator.integers(len(recordings))].wav)
        silence = float(generator.choice(SILENCES))
        if long_at is not None and count > long_at * RATE:
            silence, long_at = LONG_SILENCE, None
        pieces += [np.zeros(int(silence * RATE)), samples / sound.rms(samples) * 10 ** (-26 / 20)]
        count += sum(map(len, pieces[-2:]))
    whole = np.concatenate(pieces)
    return whole[: len(whole) // STEP * STEP]


def _pink(count, generator):
    spectrum = np.fft.rfft(generator.standard_normal(count))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    return np.fft.irfft(spectrum, count)


def _typing(count, generator):
    """Keys: short decaying bursts, about five in a second."""
    samples, at = np.zeros(count), 0
    while True:
        at += int((0.025 + generator.exponential(0.18)) * RATE)
        length = int(generator.uniform(0.012, 0.055) * RATE)
        if at + length >= count:
            return samples
        decay = np.exp(-5 * np.arange(length) / length)
        samples[at : at + length] += generator.uniform(0.5, 1.5) * decay * generator.standard_normal(length)


def _babble(count, generator, recordings):
    """Eight people of all languages at once."""
    total = np.zeros(count)
    for _ in range(8):
        pieces, length = [], 0
        while length < count:
            samples, _ = sound.read(recordings[generator.integers(len(recordings))].wav)
            pieces.append(samples / sound.rms(samples))
            length += len(samples)
        total += np.concatenate(pieces)[:count]
    return total


def _noise(condition, count, generator, recordings):
    kind = condition.split()[0]
    if kind == "babble":
        return _babble(count, generator, recordings)
    return {"pink": _pink, "typing": _typing}[kind](count, generator)


def make(recordings, part, work):
    """The clips of one part under all conditions; noise and silences come from the seed alone."""
    folder = work / "noisy" / part.replace(" ", "-")
    folder.mkdir(parents=True, exist_ok=True)
    mine = [one for one in recordings if one.part == part and one.seconds <= LONGEST_READING]
    generator = np.random.default_rng([SEED, len(part)])
    clips = []
    for number in range(CLIPS[part]):
        language = list(VOICES)[number % len(VOICES)]
        clean = _speech([one for one in mine if one.language == language], generator)
        labels = label(clean)
        speech_level = sound.rms(clean[np.repeat(labels, STEP)])
        hum = generator.standard_normal(len(clean)) * 10 ** (-75 / 20)
        for condition in CONDITIONS:
            samples = clean + hum
            if condition != "clean":
                noise = _noise(condition, len(clean), generator, mine)
                samples = samples + noise / sound.rms(noise) * speech_level * 10 ** (-int(condition.split()[1]) / 20)
            path = folder / f"{number:02}-{language}-{condition.replace(' ', '')}.wav"
            # Loud peaks under noise are kept inside the scale by turning the whole clip down.
            sound.write(path, samples / max(1, np.max(np.abs(samples)) / 0.99))
            clips.append(Clip(condition, part, path, labels))
    return clips
