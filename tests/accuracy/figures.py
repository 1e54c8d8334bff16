"""The app's figures: runs the crate's example on files and answers what it prints, by file.

A figure that the crate leaves out is None here.
"""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

BATCH = 50


@dataclass(frozen=True)
class Figures:
    """What is compared of a turn. Times in seconds; spans are (start, end)."""

    duration: float
    taken: float
    speech: list | None
    pauses: list | None
    nuclei: list | None
    articulation_rate: float | None
    median_hz: float | None
    low_hz: float | None
    high_hz: float | None
    spread_semitones: float | None
    lufs: float | None
    missing: dict

    @property
    def speaking(self):
        """Speaking time, or None."""
        return None if self.speech is None else sum(end - start for start, end in self.speech)

    @property
    def syllables(self):
        """Count of nuclei, or None."""
        return None if self.nuclei is None else len(self.nuclei)


def _spans(known):
    return None if known is None else [(span["start_ms"] / 1000, span["end_ms"] / 1000) for span in known["spans"]]


def _figures(told):
    names = ("speech", "pauses", "syllables", "pitch", "loudness")
    known = {name: told[name].get("known") for name in names}
    pitch, nuclei, loudness = known["pitch"] or {}, known["syllables"] or {}, known["loudness"] or {}
    return Figures(
        duration=told["duration_ms"] / 1000,
        taken=told["secondsTaken"],
        speech=_spans(known["speech"]),
        pauses=_spans(known["pauses"]),
        nuclei=nuclei.get("nuclei_ms"),
        articulation_rate=nuclei.get("articulation_rate"),
        median_hz=pitch.get("median_hz"),
        low_hz=pitch.get("low_hz"),
        high_hz=pitch.get("high_hz"),
        spread_semitones=pitch.get("spread_semitones"),
        lufs=loudness.get("integrated_lufs"),
        missing={name: told[name]["missing"] for name in names if "missing" in told[name]},
    )


class Meter:
    """The built example."""

    def __init__(self, program):
        self.program = program

    def _told(self, paths, before=(), options=()):
        command = [*before, self.program, *options, *paths]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        return [_figures(json.loads(line)) for line in done.stdout.splitlines()]

    def measure(self, paths):
        """The figures of each file, by its path."""
        paths = list(paths)
        batches = [paths[at : at + BATCH] for at in range(0, len(paths), BATCH)]
        with ThreadPoolExecutor(2) as pool:
            figures = [one for batch in pool.map(self._told, batches) for one in batch]
        return dict(zip(paths, figures, strict=True))

    def seconds(self, paths, repeat, before=()):
        """Seconds that all files together took, each the best of so many times; the words before pin the process."""
        return sum(one.taken for one in self._told(paths, before, ["--repeat", str(repeat)]))
