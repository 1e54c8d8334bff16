"""Rows on speech with silences put in: frames and pauses, clean and under noise."""

from collections import defaultdict

import numpy as np

import noisy
import sound
from rows import Row, furthest, percent

LEAST_F1 = {"clean": 0.99, "pink 20": 0.99, "pink 10": 0.985, "typing 10": 0.985, "babble 20": 0.985, "babble 10": 0.90}
PAUSES_JUDGED = ("clean", "pink 20")
LEAST_PAUSES = 0.97
SHORTEST = 0.25
TOLERANCE = 0.05
COLLAR = 3
"""Steps of 10 ms on each side of an edge that are not judged."""


def _found(spans, count):
    middles = (np.arange(count) + 0.5) / 100
    labels = np.zeros(count, dtype=bool)
    for start, end in spans or []:
        labels |= (middles >= start) & (middles < end)
    return labels


def _judged(labels):
    edges = np.flatnonzero(np.diff(labels.astype(int))) + 1
    judged = np.ones(len(labels), dtype=bool)
    for edge in edges:
        judged[max(0, edge - COLLAR) : edge + COLLAR] = False
    return judged


class Frames:
    """Counts over frames."""

    def __init__(self):
        self.right = self.wrong = self.missed = self.silent = 0

    def add(self, found, labels):
        judged = _judged(labels)
        self.right += np.sum(found & labels & judged)
        self.wrong += np.sum(found & ~labels & judged)
        self.missed += np.sum(~found & labels & judged)
        self.silent += np.sum(~labels & judged)

    @property
    def f1(self):
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    @property
    def false_positives(self):
        return self.wrong / max(1, self.silent)


def _true_pauses(labels):
    """Stretches without speech inside the clip, in seconds, from 200 ms on."""
    inside = [(start, end) for start, end in sound.runs(labels, False) if start > 0 and end < len(labels)]
    return [(start / 100, end / 100) for start, end in inside if end - start >= 100 * (SHORTEST - TOLERANCE)]


def _matched(pauses, others):
    """How many of the pauses have one among the others that covers the same time for the greater part."""
    def same(one, other):
        shared = min(one[1], other[1]) - max(one[0], other[0])
        return shared > 0.5 * (max(one[1], other[1]) - min(one[0], other[0]))

    return sum(any(same(one, other) for other in others) for one in pauses)


def _of_length(pauses, least):
    return [pause for pause in pauses if pause[1] - pause[0] >= least - 1e-9]


def pause_counts(found, labels):
    """Found and true pauses with a partner, strictly at 250 ms and allowing 50 ms at that limit."""
    truth, told = _true_pauses(labels), found or []
    strict, loose = _of_length(truth, SHORTEST), _of_length(truth, SHORTEST + TOLERANCE)
    return np.array([_matched(told, strict), _matched(told, truth), len(told), _matched(strict, told), len(strict), _matched(loose, told), len(loose)])


def rows(parts, work, meter):
    """Rows for each condition; `parts` maps a column to its recordings."""
    frame_rows = {name: Row(f"speech frames, {name}{' dB' if ' ' in name else ''}: F1", f">= {LEAST_F1[name]}") for name in noisy.CONDITIONS}
    pause_rows = {name: Row(f"pauses >= 250 ms, {name}{' dB' if ' ' in name else ''}: precision, recall", f">= {LEAST_PAUSES} each") for name in PAUSES_JUDGED}
    for part, recordings in parts.items():
        clips = noisy.make(recordings, part, work)
        figures = meter.measure(clip.wav for clip in clips)
        frames, counts, off, left_out = defaultdict(Frames), defaultdict(lambda: np.zeros(7, dtype=int)), defaultdict(dict), defaultdict(int)
        for clip in clips:
            told = figures[clip.wav]
            found = _found(told.speech, len(clip.labels))
            frames[clip.condition].add(found, clip.labels)
            counts[clip.condition] += pause_counts(told.pauses, clip.labels)
            off[clip.condition][clip.wav.stem] = np.mean((found != clip.labels) & _judged(clip.labels))
            left_out[clip.condition] += told.speech is None
        for name, row in frame_rows.items():
            missing = f"; {left_out[name]} clips without an answer" if left_out[name] else ""
            text = f"{frames[name].f1:.3f} (false positives {percent(frames[name].false_positives)}{missing})"
            row.measured(part, text, frames[name].f1 >= LEAST_F1[name], furthest(off[name], "of the frames"))
        for name, row in pause_rows.items():
            told_strict, told_loose, told, true_strict, true, true_loose, long = counts[name]
            precision, recall = told_strict / max(1, told), true_strict / max(1, true)
            text = f"{precision:.3f}, {recall:.3f} of {true} (allowing 50 ms at the limit: {told_loose / max(1, told):.3f}, {true_loose / max(1, long):.3f})"
            row.measured(part, text, min(precision, recall) >= LEAST_PAUSES)
    return [*frame_rows.values(), *pause_rows.values()]
