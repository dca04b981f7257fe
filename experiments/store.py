"""Where the long runs put their results: into the library's data, so that an installed copy has them too."""

import hashlib
import json
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "nnlib" / "data" / "experiments"


def fingerprint(script):
    """The SHA-256 sum of a script's text, the same where its lines end in CRLF; taken before a run, not after it."""
    return hashlib.sha256(Path(script).read_text(encoding="utf-8").encode()).hexdigest()


def store(script, result):
    """Write a script's result to the place where `nnlib.datasets.load_experiment` looks."""
    (FOLDER / f"{Path(script).stem}.json").write_text(json.dumps(result) + "\n", encoding="utf-8")
