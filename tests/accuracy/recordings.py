"""The recordings of people that Debian ships (asterisk-core-sounds-*): five languages, one professional reader each.

Converts them once to WAV under the work folder and tells of each file its language, part, length and syllables.
"""

import gzip
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import sound
import split
import syllables

VOICES = {
    "en": "en_US_f_Allison",
    "es": "es_MX_f_Allison",
    "fr": "fr_CA_f_June",
    "it": "it_IT_m_Carlo",
    "ru": "ru_RU_f_IvrvoiceRU",
}
SOUNDS = Path("/usr/share/asterisk/sounds")
DOCUMENTS = Path("/usr/share/doc")
SHORTEST = 3.0
"""Seconds that a recording must have for its rate to mean something."""

BATCH = 40
"""Files decoded by one process."""

BYTES_PER_SECOND = 8_000
"""Of G.722 at 64 kbit/s."""

SEVERAL = re.compile(r"(?<=[\s.])[a-z]+(?:-[a-z0-9]+)+:")
"""Some lines hold several entries: the text ends where the name of the next begins."""


@dataclass(frozen=True)
class Recording:
    """One file of speech. `syllables` is None where the transcript is missing or cannot be counted."""

    name: str
    language: str
    part: str
    wav: Path
    seconds: float
    syllables: int | None


@dataclass(frozen=True)
class _Job:
    language: str
    source: Path
    target: Path
    text: str

    @property
    def part_file(self):
        return self.target.with_suffix(".part.wav")

    def recording(self):
        name, length = f"{self.language}/{self.target.stem}", sound.seconds(self.target)
        truth = syllables.count(self.text, self.language)
        return Recording(name, self.language, split.part_of(self.source.stem), self.target, length, truth)


def _transcripts(language):
    path = DOCUMENTS / f"asterisk-core-sounds-{language}" / f"core-sounds-{language}.txt.gz"
    told = {}
    with gzip.open(path, "rt", encoding="utf-8-sig", errors="replace") as lines:
        for line in lines:
            if ":" in line and not line.startswith(";"):
                name, text = line.split(":", 1)
                told[name.strip()] = SEVERAL.split(text)[0].strip()
    return told


def _convert(jobs):
    """Decodes a batch in one process: starting a program for each would take longer than the work."""
    words = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
    for job in jobs:
        words += ["-f", "g722", "-i", job.source]
    for number, job in enumerate(jobs):
        words += ["-map", str(number), "-ar", str(sound.RATE), "-ac", "1", job.part_file]
    subprocess.run(words, check=True)
    for job in jobs:
        job.part_file.rename(job.target)


def _is_speech(name, text):
    return text is not None and not text.startswith(("[", "<", "(")) and not name.startswith("silence/")


def _jobs(work):
    for language, voice in VOICES.items():
        told = _transcripts(language)
        for source in sorted((SOUNDS / voice).rglob("*.g722")):
            name = source.relative_to(SOUNDS / voice).with_suffix("").as_posix()
            long_enough = source.stat().st_size >= SHORTEST * BYTES_PER_SECOND
            if long_enough and _is_speech(name, told.get(name)):
                target = work / "recordings" / language / f"{name.replace('/', '+')}.wav"
                yield _Job(language, source, target, told[name])


def gather(work):
    """All spoken recordings of at least three seconds that have a transcript, sorted by language and name."""
    jobs = list(_jobs(work))
    for language in VOICES:
        (work / "recordings" / language).mkdir(parents=True, exist_ok=True)
    waiting = [job for job in jobs if not job.target.exists()]
    batches = [waiting[at : at + BATCH] for at in range(0, len(waiting), BATCH)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_convert, batches))
    return [job.recording() for job in jobs]
