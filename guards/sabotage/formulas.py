"""A slip of the pen in a formula: a display, the plain formula of a docstring; or one within a sentence."""

import ast
import re
from functools import partial

from guards import formulas, read
from guards.formulas import printed
from guards.sabotage.trial import Edit, Kind, by_guard, replaced, shuffled, with_source
from guards.tex import edits as slips


def inline(book):
    """Path, cell, the whole text, and where a formula within a sentence starts and ends in it."""
    for path, cell, text in printed.pages(book):
        yield from ((path, cell, text, match.span(1)) for match in printed.inline(text))


def displayed(book):
    """The same of displays and docstrings."""
    for path, cell, text in printed.pages(book):
        yield from ((path, cell, text, match.span(1)) for match in printed.DISPLAY.finditer(text))
    for path, text in book.texts.items():
        if path.startswith("nnlib/") and "/_" not in path:
            for _, documentation in printed._documented(ast.parse(text), ""):
                yield from ((path, None, text, span) for span in in_docstring(text, documentation))


def in_docstring(text, documentation):
    """Where the formulas of a docstring stand in its module."""
    for part in printed._parts(printed.SECTION.split(documentation)[0]):
        start = text.find(part)
        if printed.FORMULA.search(printed.CITED.sub(" ", part)) and start >= 0:
            yield start, start + len(part)


def slip(text, rng, plain):
    """A formula with one slip in it; in plain text none in words and citations."""
    def apart(text):
        return re.findall(rf"[A-Za-z]{{2,}}|\b[aI]\b|{printed.CITED.pattern}", text)

    found = [(what, new) for what, new in slips(text) if new != text and (not plain or apart(new) == apart(text))]
    return rng.choice(found) if found else None


def edits(places, book, rng):
    for path, cell, text, (start, end) in shuffled(places(book), rng):
        if chosen := slip(text[start:end], rng, path.endswith(".py")):
            what, new = chosen
            edited = replaced(text, start, end, new)
            whole = with_source(book.texts[path], cell, edited) if cell else edited
            yield Edit(path, cell, " ".join(text[start:end].split()), f"{' '.join(new.split())} ({what})", whole)


KINDS = (Kind("formulas", 10, 0.95, partial(edits, displayed), by_guard(formulas.faults, near=False)),
         Kind("inline formulas", 10, 0.95, partial(edits, inline), by_guard(read.faults)))
