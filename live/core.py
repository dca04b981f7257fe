"""Find the modules that the chapters open, and write core.txt: `PYTHONPATH=_ext python -m live.core _build/html`.

It takes half an hour. Whether they are enough `make live` says: a cell that fetches the pack `rest` counts there as one
that shows something else.
"""

import sys
from pathlib import Path

from live import needs
from live.packs import ASIDE, ENCODINGS, ROOT, pack_of
from live.run import answers, code, in_chromium, pages

WATCH = """import sys
sys.opened = {str(getattr(getattr(module, "__spec__", 0), "origin", "")) for module in sys.modules.values()}
sys.addaudithook(lambda event, given: event == "open" and sys.opened.add(str(given[0])))"""
TELL = "import sys; print(*sorted(sys.opened), sep='\\n')"


def opened(page, notebook, packs):
    """The files of the library that a chapter's cells open."""
    cells = [["first", WATCH], *([str(place), cell.source] for place, cell in code(notebook)), ["last", TELL]]
    text = "".join(text for _, text in answers(page, cells, packs)[-1])
    return {line.removeprefix(ROOT) for line in text.split() if line.startswith(ROOT) and line.endswith(".pyc")}


def main(site):
    found = set()
    for name, notebook, page in pages(site, "", in_chromium):
        found |= opened(page, notebook, [*needs.BASE, *ASIDE, "rest"])
        print(f"{name}: {len(found)} modules until here", file=sys.stderr)
    names = {name for name in found if pack_of(name) not in ASIDE} - ENCODINGS
    Path(__file__).with_name("core.txt").write_text("\n".join(sorted(names)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
