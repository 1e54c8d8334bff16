"""A made voice whose every property is known: harmonics under formants, with hissed consonants.

Additive synthesis: each harmonic of a given pitch has the level that a source of -12 dB per octave and the formants of
a vowel give it. No recording is involved, so length, pitch and pauses are exact by construction.
"""

import numpy as np

from sound import RATE, rms

VOWELS = {
    "a": (730, 1090, 2440, 3400),
    "e": (530, 1840, 2480, 3400),
    "i": (270, 2290, 3010, 3600),
    "o": (570, 840, 2410, 3300),
    "u": (300, 870, 2240, 3300),
}
"""Formants in hertz (Peterson and Barney 1952, men; the fourth by convention)."""

BANDWIDTHS = (80, 100, 140, 200)


def _gains(vowel):
    """Level of a harmonic by its frequency, on a grid of 1 Hz."""
    hertz = np.arange(RATE // 2 + 1, dtype=np.float64)
    gain = 1 / np.maximum(hertz / 100, 0.5) ** 2 * np.maximum(hertz / 100, 0.5)
    for formant, width in zip(VOWELS[vowel], BANDWIDTHS):
        squared = formant**2 + (width / 2) ** 2
        gain *= squared / np.sqrt(((hertz - formant) ** 2 + (width / 2) ** 2) * ((hertz + formant) ** 2 + (width / 2) ** 2))
    return gain


GAINS = {vowel: _gains(vowel) for vowel in VOWELS}


def voiced(hertz, vowels):
    """A voice that follows a pitch given for each sample and goes through the vowels at even steps."""
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    place = np.linspace(0, len(vowels), len(hertz), endpoint=False)
    sound = np.zeros(len(hertz))
    for number in range(1, int(RATE / 2 * 0.95 / np.min(hertz)) + 1):
        frequency = hertz * number
        index = np.minimum(frequency, RATE // 2).astype(int)
        level = np.zeros(len(hertz))
        for position, vowel in enumerate(vowels):
            # Neighbouring vowels melt into each other within the last fifth of a step.
            weight = np.clip((place - position + 0.1) / 0.2, 0, 1) if position > 0 else np.ones(len(hertz))
            if position + 1 < len(vowels):
                weight = weight * (1 - np.clip((place - position - 0.9) / 0.2, 0, 1))
            level += weight * GAINS[vowel][index]
        sound += np.where(frequency < RATE / 2 * 0.95, level, 0) * np.cos(number * phase)
    return sound


def hiss(count, generator):
    """A consonant such as s: noise without its low end."""
    noise = np.fft.rfft(generator.standard_normal(count))
    noise *= np.clip((np.fft.rfftfreq(count, 1 / RATE) - 2_000) / 2_000, 0, 1)
    return np.fft.irfft(noise, count)


def faded(sound, seconds=0.008):
    """The same with soft ends, which stay inside its length."""
    count = min(int(seconds * RATE), len(sound) // 2)
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / count)
    result = sound.copy()
    result[:count] *= ramp
    result[len(sound) - count :] *= ramp[::-1]
    return result


def phrase(syllables, pitch, generator):
    """Syllables of consonant and vowel in one breath: pitch falls by four semitones, each syllable swells and ebbs."""
    pieces = []
    for number in range(syllables):
        length = int(generator.uniform(0.13, 0.22) * RATE)
        along = (number + np.arange(length) / length) / syllables
        hertz = pitch * 2 ** ((2 - 4 * along) / 12)
        vowel = voiced(hertz, [generator.choice(list(VOWELS))])
        vowel *= 0.4 + 0.6 * np.sin(np.pi * np.arange(length) / length)
        consonant = faded(hiss(int(generator.uniform(0.04, 0.08) * RATE), generator))
        pieces += [0.35 * consonant / rms(consonant), vowel / rms(vowel)]
    return faded(np.concatenate(pieces))
