"""Run every snippet beside nnlib, and store both answers with the snippet's fingerprint: `make frameworks`."""

import json
import os
import sys
from importlib.metadata import version

os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy as np

from frameworks.snippets import RESULTS, answer, snippets


def main():
    results = []
    for snippet in snippets():
        theirs, ours = answer(snippet.code), answer(snippet.ours)
        worst = np.max(np.abs(np.subtract(theirs, ours)) / np.maximum(np.abs(ours), 1e-300))
        print(f"{snippet.chapter}, {snippet.framework}: relative difference {worst:.1e}", file=sys.stderr)
        results.append({"chapter": snippet.chapter, "cell": snippet.cell, "framework": snippet.framework,
                        "version": version(snippet.framework), "sha256": snippet.fingerprint,
                        "theirs": theirs, "ours": ours})
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
