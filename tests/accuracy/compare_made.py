"""Rows on the made signals, whose answers are known."""

import numpy as np

import made
from rows import BOTH, Row, furthest, percent

MISSING = float("inf")
"""The error of a figure that was left out although the signal carries it."""


def _error(value, truth):
    return MISSING if value is None else value - truth


def _worst_of(errors):
    return max(map(abs, errors.values()))


def _gaps(spans):
    return [(end, start) for (_, end), (start, _) in zip(spans, spans[1:])]


def _turns(signals, figures):
    speaking, pauses, lengths, extra = {}, {}, {}, 0
    for signal in signals:
        found = figures[signal.wav]
        truth = sum(end - start for start, end in signal.spans)
        speaking[signal.wav.stem] = _error(found.speaking, truth) / truth
        told = list(found.pauses or [])
        for number, (start, end) in enumerate(_gaps(signal.spans)):
            match = max(told, key=lambda pause: min(end, pause[1]) - max(start, pause[0]), default=(0, 0))
            name = f"{signal.wav.stem} pause {number + 1}"
            pauses[name] = min(end, match[1]) > max(start, match[0])
            if pauses[name]:
                told.remove(match)
                lengths[name] = (match[1] - match[0]) - (end - start)
        extra += len(told)
    share = np.mean(list(pauses.values()))
    right = np.mean([name in lengths and abs(lengths[name]) <= 0.05 for name in pauses])
    missed = [name for name, found in pauses.items() if not found]
    return [
        Row("made turns: speaking time, worst of 12", "+-2 %").measured(
            BOTH, percent(_worst_of(speaking)), _worst_of(speaking) <= 0.02, furthest(speaking, "of it")
        ),
        Row("made turns: pauses >= 250 ms found", ">= 95 %, none too many").measured(
            BOTH, f"{percent(share)} of {len(pauses)}, {extra} too many", share >= 0.95 and extra == 0, missed
        ),
        Row("made turns: pauses whose length is right", ">= 95 % within +-50 ms").measured(
            BOTH, f"{percent(right)}, worst {1000 * _worst_of(lengths or {'none': MISSING}):.0f} ms", right >= 0.95, furthest(lengths, "s")
        ),
    ]


def _pitch(tones, swings, figures):
    height = {one.wav.stem: _error(figures[one.wav].median_hz, one.hertz) / one.hertz for one in tones + swings}
    spread = {one.wav.stem: _error(figures[one.wav].spread_semitones, one.semitones) for one in swings}
    return [
        Row(f"made voices: median pitch, worst of {len(height)} (85 to 420 Hz)", "+-1 %").measured(
            BOTH, percent(_worst_of(height), 2), _worst_of(height) <= 0.01, furthest(height, "of it")
        ),
        Row(f"made voices: spread of pitch, worst of {len(spread)}", "+-0.3 semitone").measured(
            BOTH, f"{_worst_of(spread):.2f} semitone", _worst_of(spread) <= 0.3, furthest(spread, "semitone")
        ),
    ]


def _loudness(signals, figures):
    errors = {one.wav.stem: _error(figures[one.wav].lufs, one.lufs) for one in signals}
    return Row("loudness: cases 1 to 5 of EBU Tech 3341, worst", "+-1 dB").measured(
        BOTH, f"{_worst_of(errors):.2f} LU", _worst_of(errors) <= 1, furthest(errors, "LU")
    )


def rows(work, meter):
    """All rows on made signals."""
    signals = made.make(work)
    figures = meter.measure(one.wav for one in signals)
    kind = lambda name: [one for one in signals if one.kind == name]
    return [*_turns(kind("turn"), figures), *_pitch(kind("tone"), kind("swing"), figures), _loudness(kind("loudness"), figures)]
