"""Rows on the recordings: syllable rate against the transcripts, pitch and pauses against Praat."""

import numpy as np

import reference
from recordings import VOICES
from rows import Row, furthest, percent

NAMES = {"en": "English", "es": "Spanish", "fr": "French", "it": "Italian", "ru": "Russian"}
PAUSE = 0.3


def _rates(recordings, count):
    """Measured and true syllables per second of the file. What is left out counts as no syllable found."""
    found = np.array([(count(one) or 0) / one.seconds for one in recordings])
    truth = np.array([one.syllables / one.seconds for one in recordings])
    return found, truth


def _quality(recordings, count):
    found, truth = _rates(recordings, count)
    error = np.mean(np.abs(found - truth) / truth)
    correlation = np.corrcoef(found, truth)[0, 1] if np.std(found) > 0 else 0.0
    return error, correlation, np.sum(found) / np.sum(truth)


def _named(one, told):
    """The name of a recording, with the reason where its syllables were left out."""
    reason = told.missing.get("syllables")
    return one.name if reason is None else f"{one.name} (left out: {reason})"


def _rate_rows(parts, figures, praat):
    ours = lambda one: figures[one.wav].syllables
    theirs = lambda one: praat[one.wav]["syllables"]
    error_row = Row("syllable rate against the transcript, five languages: mean relative error", "<= 12 %")
    correlation_row = Row("the same: correlation", ">= 0.65")
    language_rows = {language: Row(f"syllable rate, {NAMES[language]}: mean relative error", "not worse than Praat") for language in VOICES}
    for part, recordings in parts.items():
        counted = [one for one in recordings if one.syllables]
        error, correlation, bias = _quality(counted, ours)
        praat_error, praat_correlation, praat_bias = _quality(counted, theirs)
        off = {_named(one, figures[one.wav]): (ours(one) or 0) / one.syllables - 1 for one in counted}
        text = f"{percent(error)} (Praat {percent(praat_error)}); {len(counted)} files; count / true {bias:.2f} (Praat {praat_bias:.2f})"
        error_row.measured(part, text, error <= 0.12, furthest(off, "of the count"))
        correlation_row.measured(part, f"{correlation:.2f} (Praat {praat_correlation:.2f})", correlation >= 0.65)
        for language, row in language_rows.items():
            spoken = [one for one in counted if one.language == language]
            if not spoken:
                continue
            error, correlation, bias = _quality(spoken, ours)
            praat_error, praat_correlation, praat_bias = _quality(spoken, theirs)
            text = (
                f"{percent(error)} (Praat {percent(praat_error)}); r {correlation:.2f} ({praat_correlation:.2f}); "
                f"count / true {bias:.2f} ({praat_bias:.2f}); {len(spoken)} files"
            )
            off = {_named(one, figures[one.wav]): (ours(one) or 0) / one.syllables - 1 for one in spoken}
            row.measured(part, text, error <= praat_error, furthest(off, "of the count"))
    return [error_row, correlation_row, *(row for row in language_rows.values() if row.columns)]


def _pitch_rows(parts, figures, praat):
    mean_row = Row("median pitch against Praat: mean error", "<= 0.5 %")
    worst_row = Row("the same: files off by more than 5 %", "none")
    range_row = Row("5 % and 95 % points of pitch, spread, against Praat: mean errors", None)
    for part, recordings in parts.items():
        errors, edges, spreads = {}, [], []
        for one in recordings:
            found, truth = figures[one.wav], praat[one.wav]["pitch"]
            if truth["median_hz"] is None:
                continue
            errors[one.name] = 1.0 if found.median_hz is None else found.median_hz / truth["median_hz"] - 1
            if found.median_hz is not None:
                edges.append((abs(found.low_hz / truth["low_hz"] - 1), abs(found.high_hz / truth["high_hz"] - 1)))
                spreads.append(abs(found.spread_semitones - truth["spread_semitones"]))
        sizes = np.abs(list(errors.values()))
        far = {name: error for name, error in errors.items() if abs(error) > 0.05}
        mean_row.measured(part, f"{percent(np.mean(sizes), 2)} of {len(sizes)} files", np.mean(sizes) <= 0.005, furthest(errors, "of it"))
        worst_row.measured(part, f"{len(far)}, worst {percent(np.max(sizes))}", not far, furthest(far, "of it"))
        low, high = np.mean(edges, axis=0) if edges else (np.nan, np.nan)
        range_row.measured(part, f"{percent(low)}, {percent(high)}, {np.mean(spreads) if spreads else np.nan:.2f} semitone")
    return [mean_row, worst_row, range_row]


def _long(spans):
    return sum(end - start >= PAUSE for start, end in spans)


def _pause_row(parts, figures, praat):
    row = Row("pauses >= 300 ms: files with the same count as Praat", ">= 99 %")
    for part, recordings in parts.items():
        off = {}
        for one in recordings:
            sounding = praat[one.wav]["sounding"]
            truth = len(sounding) - 1 if sounding else 0
            off[one.name] = _long(figures[one.wav].pauses or []) - truth
        same = np.mean([difference == 0 for difference in off.values()])
        row.measured(part, f"{percent(same)} of {len(off)}", same >= 0.99, furthest(off, "pauses", 20))
    return row


def rows(parts, work, meter, wanted):
    """Rows of the wanted comparisons: syllables, pitch, pauses. `parts` maps a column to its recordings."""
    paths = [one.wav for recordings in parts.values() for one in recordings]
    praat = reference.answers(paths, work)
    figures = meter.measure(paths)
    result = []
    if "syllables" in wanted:
        result += _rate_rows(parts, figures, praat)
    if "pitch" in wanted:
        result += _pitch_rows(parts, figures, praat)
    if "pauses" in wanted:
        result.append(_pause_row(parts, figures, praat))
    return result
