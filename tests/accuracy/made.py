"""Made signals with known answers: turns with exact pauses, tones, pitch that swings, and the loudness cases of the EBU."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import sound
import voice
from sound import RATE

SEED = 20_240_701


@dataclass(frozen=True)
class Signal:
    """A made file and what is true of it; `spans` are the stretches of speech in seconds."""

    kind: str
    wav: Path
    spans: list = field(default_factory=list)
    hertz: float | None = None
    semitones: float | None = None
    lufs: float | None = None


def _at_level(samples, decibels):
    return samples / sound.rms(samples) * 10 ** (decibels / 20)


def _room(count, generator, decibels=-68):
    return generator.standard_normal(count) * 10 ** (decibels / 20)


def _turn(generator):
    """Six to nine phrases with pauses of 0.3 to 3 s between them, and silence around."""
    pitch, level = generator.uniform(90, 240), generator.uniform(-32, -20)
    pieces, spans, at = [np.zeros(RATE // 2)], [], RATE // 2
    for _ in range(generator.integers(6, 10)):
        spoken = _at_level(voice.phrase(generator.integers(4, 14), pitch, generator), level)
        silence = np.zeros(int(np.exp(generator.uniform(np.log(0.3), np.log(3))) * RATE))
        spans.append((at / RATE, (at + len(spoken)) / RATE))
        pieces += [spoken, silence]
        at += len(spoken) + len(silence)
    samples = np.concatenate(pieces)
    return samples + _room(len(samples), generator), spans


def _voice_in_room(hertz, generator):
    """Half a second of room, the voice in five vowels with a slow swell, half a second of room."""
    swell = 0.7 + 0.3 * np.sin(2 * np.pi * 4 * np.arange(len(hertz)) / RATE)
    spoken = _at_level(voice.faded(voice.voiced(hertz, list("aeiou")) * swell, 0.02), -23)
    samples = np.concatenate([np.zeros(RATE // 2), spoken, np.zeros(RATE // 2)])
    return samples + _room(len(samples), generator)


def _swing(centre, depth, seconds=8):
    """Pitch that swings like a sine on the scale of semitones over whole periods: the spread is depth / sqrt(2)."""
    moments = np.arange(seconds * RATE) / RATE
    return centre * 2 ** (depth * np.sin(2 * np.pi * 0.5 * moments) / 12)


def _sine(parts, rate=48_000):
    """A sine of 1 kHz through stretches of (peak level in dBFS, seconds)."""
    level = np.concatenate([np.full(int(seconds * rate), 10 ** (decibels / 20)) for decibels, seconds in parts])
    return level * np.sin(2 * np.pi * 1000 * np.arange(len(level)) / rate)


LOUDNESS = {
    "1": ([(-23, 20)], -23),
    "2": ([(-33, 20)], -33),
    "3": ([(-36, 10), (-23, 60), (-36, 10)], -23),
    "4": ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
    "5": ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
}
"""Cases 1 to 5 of EBU Tech 3341 (signal on both channels, which mono taken twice is) and the loudness they have."""


def make(work):
    """All signals, written anew each time: they are quick to make."""
    folder = work / "made"
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(SEED)
    signals = []

    def keep(kind, name, samples, rate=RATE, **truth):
        path = folder / f"{kind}-{name}.wav"
        sound.write(path, samples, rate)
        signals.append(Signal(kind, path, **truth))

    for number in range(12):
        samples, spans = _turn(generator)
        keep("turn", f"{number:02}", samples, spans=spans)
    for hertz in np.geomspace(85, 420, 12):
        keep("tone", f"{hertz:.0f}", _voice_in_room(np.full(4 * RATE, hertz), generator), hertz=float(hertz))
    for centre, depth in [(100, 1), (100, 3), (120, 5), (150, 2), (180, 4), (200, 1.5), (220, 6), (240, 3)]:
        samples = _voice_in_room(_swing(centre, depth), generator)
        keep("swing", f"{centre}-{depth}", samples, hertz=centre, semitones=depth / np.sqrt(2))
    for name, (parts, lufs) in LOUDNESS.items():
        keep("loudness", name, _sine(parts), rate=48_000, lufs=lufs)
    return signals
