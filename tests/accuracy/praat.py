"""The reference: Praat (through parselmouth) on one file, with the settings that are usual in the field.

Syllable nuclei after N. H. de Jong and T. Wempe, "Praat script to detect syllable nuclei and measure speech rate
automatically", Behavior Research Methods 41 (2009): peaks of intensity, 2 dB above the dip that follows, voiced, inside
sounding stretches. Like their script this one never counts the last peak. Pitch after P. Boersma (1993), 75 to 500 Hz.
"""

import parselmouth
from parselmouth.praat import call
import numpy as np

SETTINGS = {
    "silence below the 99 % quantile of intensity": 25,
    "dip between two peaks": 2,
    "shortest pause": 0.3,
    "shortest sounding": 0.1,
    "intensity floor": 50,
    "voicing of nuclei": {"step": 0.02, "floor": 30, "ceiling": 450, "threshold": 0.25},
    "pitch": {"step": 0.01, "floor": 75, "ceiling": 500},
}


def _sounding(intensity, quantile):
    """The stretches that Praat's silence detection calls sounding."""
    loudest = call(intensity, "Get maximum", 0, 0, "Parabolic")
    threshold = -SETTINGS["silence below the 99 % quantile of intensity"] - (loudest - quantile)
    pause, shortest = SETTINGS["shortest pause"], SETTINGS["shortest sounding"]
    grid = call(intensity, "To TextGrid (silences)", threshold, pause, shortest, "silent", "sounding")
    count = call(grid, "Get number of intervals", 1)
    return [
        (call(grid, "Get start time of interval", 1, number), call(grid, "Get end time of interval", 1, number))
        for number in range(1, count + 1)
        if call(grid, "Get label of interval", 1, number) == "sounding"
    ]


def _peaks(intensity, threshold):
    """Moments of the maxima of intensity above a threshold, and the intensity there."""
    curve = call(call(intensity, "Down to Matrix"), "To Sound (slice)", 1)
    points = call(curve, "To PointProcess (extrema)", "Left", "yes", "no", "Sinc70")
    moments = [call(points, "Get time from index", number + 1) for number in range(call(points, "Get number of points"))]
    heights = [call(curve, "Get value at time", "Average", moment, "Cubic") for moment in moments]
    return [(moment, height) for moment, height in zip(moments, heights) if height > threshold]


def _nuclei(snd, intensity, quantile, sounding):
    least = call(intensity, "Get minimum", 0, 0, "Parabolic")
    peaks = _peaks(intensity, max(quantile - SETTINGS["silence below the 99 % quantile of intensity"], least))
    voicing = SETTINGS["voicing of nuclei"]
    words = (voicing["step"], voicing["floor"], 4, "no", 0.03, voicing["threshold"], 0.01, 0.35, 0.25, voicing["ceiling"])
    pitch = call(snd, "To Pitch (ac)", *words)
    count = 0
    for (moment, height), (after, _) in zip(peaks, peaks[1:]):
        dip = call(intensity, "Get minimum", moment, after, "None")
        voiced = not np.isnan(call(pitch, "Get value at time", moment, "Hertz", "Linear"))
        inside = any(start <= moment <= end for start, end in sounding)
        count += abs(height - dip) > SETTINGS["dip between two peaks"] and voiced and inside
    return count


def _pitch(snd):
    settings = SETTINGS["pitch"]
    track = snd.to_pitch_ac(time_step=settings["step"], pitch_floor=settings["floor"], pitch_ceiling=settings["ceiling"])
    hertz = track.selected_array["frequency"]
    hertz = hertz[hertz > 0]
    if len(hertz) == 0:
        return {"median_hz": None, "low_hz": None, "high_hz": None, "spread_semitones": None}
    low, median, high = np.quantile(hertz, [0.05, 0.5, 0.95])
    spread = np.std(12 * np.log2(hertz))
    return {"median_hz": float(median), "low_hz": float(low), "high_hz": float(high), "spread_semitones": float(spread)}


def measure(path):
    """What Praat finds in a file: nuclei, sounding stretches (seconds) and pitch."""
    snd = parselmouth.Sound(str(path))
    intensity = call(snd, "To Intensity", SETTINGS["intensity floor"], 0, "yes")
    quantile = call(intensity, "Get quantile", 0, 0, 0.99)
    sounding = _sounding(intensity, quantile)
    return {"syllables": int(_nuclei(snd, intensity, quantile, sounding)), "sounding": sounding, "pitch": _pitch(snd)}
