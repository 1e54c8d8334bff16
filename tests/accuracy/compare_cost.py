"""Rows on what the figures cost: time on one core beside Praat in the same run, and memory over five minutes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

import sound
from compare_mp3 import captured
from rows import BOTH, Row

SECONDS = 600
REPEAT = 5
LEAST_RATIO, LEAST_REAL_TIME = 5, 200
STREAMED = 300
MOST_MEBIBYTES = 16
MOST_GROWTH = 1
"""Mebibytes between the first minute and the fifth that still count as flat: the figures themselves grow by some kilobytes."""


def _pinned():
    return ["taskset", "-c", "0"] if shutil.which("taskset") else []


def _enough(paths):
    """The first files that together last the wanted time, and how long they last."""
    picked, total = [], 0.0
    for path in paths:
        if total >= SECONDS:
            break
        picked.append(path)
        total += sound.seconds(path)
    return picked, total


def speed(recordings, work, meter):
    """All figures of ten minutes of recordings at the app's rate, each side the best of several times."""
    paths, total = _enough(captured(recordings, work).values())
    ours = meter.seconds(paths, REPEAT, _pinned())
    command = [*_pinned(), sys.executable, str(Path(__file__).with_name("reference.py")), *map(str, paths)]
    theirs = min(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)["seconds"] for _ in range(2))
    times = f"{ours:.2f} s for {total:.0f} s of sound"
    return [
        Row("speed on one core, all figures, against Praat", f">= {LEAST_RATIO} x").measured(
            BOTH, f"{theirs / ours:.1f} x ({times}; Praat {theirs:.2f} s)", theirs / ours >= LEAST_RATIO
        ),
        Row("the same, against real time", f">= {LEAST_REAL_TIME} x").measured(
            BOTH, f"{total / ours:.0f} x (Praat {total / theirs:.0f} x)", total / ours >= LEAST_REAL_TIME
        ),
    ]


def memory(recordings, work, streamer):
    """Peak resident memory of a process that streams five minutes in blocks of 20 ms."""
    pieces, count = [], 0
    for wav in captured(recordings, work).values():
        samples, rate = sound.read(wav)
        pieces.append(samples)
        count += len(samples)
        if count >= STREAMED * rate:
            break
    whole = np.concatenate(pieces)
    path = work / "five-minutes.wav"
    sound.write(path, np.tile(whole, -(-STREAMED * rate // len(whole)))[: STREAMED * rate], rate)
    told = json.loads(subprocess.run([str(streamer), str(path)], check=True, stdout=subprocess.PIPE).stdout)
    growth, peak = (told["peakKib"] - told["peakAfterMinuteKib"]) / 1024, told["peakKib"] / 1024
    return Row("memory when streaming 5 minutes: peak of the process, growth after the first minute", f"<= {MOST_MEBIBYTES} MiB, flat").measured(
        BOTH, f"{peak:.1f} MiB, +{growth:.2f} MiB ({told['startKib'] / 1024:.1f} MiB before the first sample)", peak <= MOST_MEBIBYTES and growth <= MOST_GROWTH
    )
