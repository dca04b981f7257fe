"""Run every chapter in the page, in Chromium, and store which cells show something else there: `make live`."""

import json
import sys
from pathlib import Path

import toc

from live.run import RESULTS, chapters, fingerprint, in_chromium, listed


def main(site, only=""):
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results = {path.stem: results[path.stem] for path in toc.notebooks()[0] if path.stem in results}
    for name, notebook, other in chapters(site, only, in_chromium):
        print(f"{name}: {len(other)} cells show something else{listed(other)}", file=sys.stderr)
        results[name] = {"sha256": fingerprint(notebook), "other": other}
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
