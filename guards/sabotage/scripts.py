"""A constant of an explorable's mathematics; what the page computes, says and draws is compared with nnlib.

Left out is what has no counterpart in nnlib: where the picture and its axes end, where a slider starts, how many digits
are said; and what changes nothing: where a saturated argument is cut off, a short cut for doubles, how many random
numbers are drawn and not used, how an interval is scaled for orthogonal polynomials.
"""

import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from guards.book import ROOT
from guards.sabotage.trial import Edit, Kind, around, other_digit, replaced, shuffled

FOLDER = "chapters/explorables"
APART = re.compile(r"//(?! ----)[^\n]*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"|"
                   r"clip\(z, [-\d, ]+\)|max\(z, -\d+\)|digits === 53|(?<=\+ )\w+ % 2|hour / 12 - 1", re.DOTALL)


def numbers(text):
    """Where the numbers of a script's mathematics stand; not in comments and words."""
    text = APART.sub(lambda it: " " * len(it[0]), text)
    start = text.find("// ---- The mathematics") + 1
    end = text.find("// ----", start + 1)
    numbers = re.finditer(r"(?<![\w.$\\])\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.])", text[:end] if end > 0 else text)
    yield from (match.span() for match in numbers if match.start() >= start)


def edits(book, rng):
    places = [(path, span) for path in book.texts if path.endswith(".js") and not path.endswith("/explorable.js")
              for span in numbers(book.texts[path])]
    for path, (start, end) in shuffled(places, rng):
        text = book.texts[path]
        new = other_digit(text[start:end], rng)
        yield Edit(path, None, around(text, start, end), new, replaced(text, start, end, new))


@contextmanager
def in_browser(book):
    """Bare pages of a copy of the scripts, in one browser; every explorable that loads the edited script is tried."""
    from chromium import chromium
    from test_explorables import LIVE, NEEDS
    from test_explorables_alone import bare

    def sound(page, file, kind):
        wrong = []
        page.once("pageerror", lambda error: wrong.append(error))
        page.goto(file.as_uri())
        live = kind(page)
        try:
            for changes in ({}, kind.TELLING, *kind.STATES):
                live.set(changes)
                live.check()
            return not wrong and all(error < 1e-9 for error in live.disagreement().values())
        except Exception:  # whatever the page's words and pictures make a check stumble over
            return False

    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        shutil.copytree(ROOT / FOLDER, folder, dirs_exist_ok=True)
        pages = {name: bare(Path(folder), name) for name in LIVE}
        page = browser.new_page(viewport={"width": 800, "height": 900})
        page.set_default_timeout(20_000)  # on a busy machine, too, so that what is late is not taken for noticed

        def noticed(edit):
            script = Path(folder, edit.path.rpartition("/")[2])
            before = script.read_text(encoding="utf-8")
            using = [name for name in LIVE if script.name in (f"{name}.js", *NEEDS.get(name, []))]
            script.write_text(edit.text, encoding="utf-8")
            found = not all(sound(page, pages[name], LIVE[name]) for name in using)
            script.write_text(before, encoding="utf-8")
            return found
        yield noticed


KINDS = (Kind("scripts", 12, 0.95, edits, in_browser),)
