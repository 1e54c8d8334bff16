"""Rows on what the app's MP3 does to the figures: the sound as it is captured against the decoded clip."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from rows import Row, furthest, percent

CAPTURED = 24_000
"""The app's own rate."""

EVERY = 4
"""Each fourth recording is enough, and quick."""


def _run(*words):
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)


def _ffmpeg(source, target):
    _run("ffmpeg", "-nostdin", "-v", "error", "-y", "-i", source, "-ar", CAPTURED, "-ac", 1, "-c:a", "pcm_s16le", target)


def captured(recordings, work):
    """Each fourth recording at the rate of the app, by recording."""
    folder = work / "captured"
    picked = {one: folder / f"{one.name.replace('/', '-')}.wav" for one in recordings[::EVERY]}
    folder.mkdir(parents=True, exist_ok=True)
    waiting = [(one.wav, wav) for one, wav in picked.items() if not wav.exists()]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda pair: _ffmpeg(*pair), waiting))
    return picked


def _decoded(wav, encoder, folder):
    clip, back = folder / f"{wav.stem}.mp3", folder / f"{wav.stem}.wav"
    _run(encoder, wav, clip)
    _ffmpeg(clip, back)
    return back


def rows(parts, work, meter, encoder):
    """Rows for speaking time, pitch and syllables: mean absolute change of a file."""
    folder = work / "decoded"
    folder.mkdir(parents=True, exist_ok=True)
    figures_of = {
        "speaking time": (lambda one: one.speaking, 0.01),
        "median pitch": (lambda one: one.median_hz, 0.01),
        "syllables": (lambda one: one.syllables, 0.02),
    }
    table = {name: Row(f"{name}, live against the MP3: mean change of a file", f"+-{100 * bar:.0f} %") for name, (_, bar) in figures_of.items()}
    for part, recordings in parts.items():
        live = captured(recordings, work)
        with ThreadPoolExecutor(2) as pool:
            back = dict(zip(live, pool.map(lambda wav: _decoded(wav, encoder, folder), live.values())))
        figures = meter.measure([*live.values(), *back.values()])
        for name, (figure, bar) in figures_of.items():
            pairs = {one.name: (figure(figures[live[one]]), figure(figures[back[one]])) for one in live}
            changes = {key: 1.0 if None in pair or not pair[0] else pair[1] / pair[0] - 1 for key, pair in pairs.items()}
            sums = np.sum([[value or 0 for value in pair] for pair in pairs.values()], axis=0)
            mean = np.mean(np.abs(list(changes.values())))
            text = f"{percent(mean, 2)}, together {100 * (sums[1] / max(sums[0], 1e-9) - 1):+.2f} %; {len(pairs)} files"
            table[name].measured(part, text, mean <= bar, furthest(changes, "of it"))
    return list(table.values())
