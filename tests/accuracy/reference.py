"""Praat's answers, kept under the work folder so that tuning does not wait for them again; and Praat on the clock.

`python reference.py FILE...` measures the files one after the other and prints the processor seconds that took.
"""

import hashlib
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import praat

KEPT = "praat.json"


def _method():
    """A mark of this module's method: another one makes what was kept worthless."""
    return hashlib.sha256(Path(praat.__file__).read_bytes()).hexdigest()[:16]


def _mark(path):
    status = path.stat()
    return f"{path.name} {status.st_size} {status.st_mtime_ns}"


def answers(paths, work):
    """What `praat.measure` says of each file, by its path."""
    store = work / KEPT
    kept = json.loads(store.read_text()) if store.exists() else {}
    if kept.get("method") != _method():
        kept = {"method": _method(), "files": {}}
    files = kept["files"]
    missing = [path for path in paths if files.get(str(path), {}).get("mark") != _mark(path)]
    if missing:
        print(f"asking Praat about {len(missing)} files", file=sys.stderr, flush=True)
        with ProcessPoolExecutor(2) as pool:
            for path, answer in zip(missing, pool.map(praat.measure, missing, chunksize=8)):
                files[str(path)] = {"mark": _mark(path), "answer": answer}
        store.write_text(json.dumps(kept))
    return {path: files[str(path)]["answer"] for path in paths}


if __name__ == "__main__":
    begun = time.process_time()
    for name in sys.argv[1:]:
        praat.measure(name)
    print(json.dumps({"seconds": time.process_time() - begun}))
