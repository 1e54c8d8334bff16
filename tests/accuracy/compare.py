"""Compares the app's delivery figures with known answers and with Praat, and prints the rows as JSON.

Asked for by `.scripts/accuracy.mjs`, which builds the examples and prints the table.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import compare_cost
import compare_made
import compare_mp3
import compare_noise
import compare_speech
import made
import noisy
import recordings
import split
from figures import Meter

PARTS = ("made", "syllables", "pitch", "pauses", "noise", "mp3", "speed", "memory")


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; without one, all")
    parser.add_argument("--work", type=Path, required=True, help="folder for what is made and kept")
    parser.add_argument("--examples", type=Path, required=True, help="folder of the built examples")
    parser.add_argument("--tuning-only", action="store_true", help="leave the held-out third untouched")
    parser.add_argument("--language", choices=sorted(recordings.VOICES), help="recordings of one language only (not for noise)")
    chosen = parser.parse_args()
    unknown = set(chosen.parts) - set(PARTS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; the parts are {', '.join(PARTS)}")
    chosen.parts = set(chosen.parts or PARTS)
    return chosen


def _by_part(everything, chosen):
    columns = split.PARTS[:1] if chosen.tuning_only else split.PARTS
    mine = [one for one in everything if chosen.language in (None, one.language)]
    return {column: [one for one in mine if one.part == column] for column in columns}


def _rows(chosen, work, meter):
    """The rows part by part."""
    if "made" in chosen.parts:
        yield "made", compare_made.rows(work, meter)
    if chosen.parts == {"made"}:
        return
    everything = recordings.gather(work)
    parts = _by_part(everything, chosen)
    # What costs the same with any recording uses the tuning ones.
    tuning = parts["tuning"]
    spoken = chosen.parts & {"syllables", "pitch", "pauses"}
    if spoken:
        yield ", ".join(sorted(spoken)), compare_speech.rows(parts, work, meter, spoken)
    if "noise" in chosen.parts:
        columns = {column: everything for column in parts}
        yield "noise", compare_noise.rows(columns, work, meter)
    if "mp3" in chosen.parts:
        yield "mp3", compare_mp3.rows(parts, work, meter, chosen.examples / "encode_bench")
    if "speed" in chosen.parts:
        yield "speed", compare_cost.speed(tuning, work, meter)
    if "memory" in chosen.parts:
        yield "memory", [compare_cost.memory(tuning, work, chosen.examples / "stream_memory")]


def main():
    chosen = _arguments()
    work = chosen.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    meter = Meter(chosen.examples / "measure")
    rows, begun = [], time.monotonic()
    for name, more in _rows(chosen, work, meter):
        print(f"{name}: after {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        rows += [row.as_json() for row in more]
    print(json.dumps({"seeds": [made.SEED, noisy.SEED], "rows": rows}))


if __name__ == "__main__":
    main()
