"""Run every chapter in the page, in Chromium, and store which cells show something else there: `make live`."""

import functools
import http.server
import json
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import nbformat
import toc
from chromium import chromium

from live import needs
from live.run import RESULTS, compared, fingerprint, run


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@contextmanager
def served(folder):
    """The address of a folder's files."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()


def main(site, only=""):
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    chapters = toc.notebooks()[0]
    results = {path.stem: results[path.stem] for path in chapters if path.stem in results}
    with served(site) as address, chromium() as browser:
        for path in chapters:
            if path.stem.startswith(only):
                notebook, page = nbformat.read(path, as_version=4), browser.new_page()
                page.goto(f"{address}_static/live/manifest.json")
                other = compared(notebook, run(page, notebook, needs.packs(notebook)))
                page.close()
                print(f"{path.stem}: {len(other)} cells show something else", file=sys.stderr)
                print(*(f"  cell {int(place) + 1}: {last}" for place, last in other.items()), sep="\n", file=sys.stderr)
                results[path.stem] = {"sha256": fingerprint(notebook), "other": other}
                RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
