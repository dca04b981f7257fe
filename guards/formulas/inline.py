"""Formulas within sentences, but for single letters and numbers: all are on a list, so that a change is seen and read.

inline.txt has a line, without layout, each time that a chapter (its two pages, or the glossary) says a formula: in the
commit that changes one, the line of the old one goes and that of the new one comes. Of claims.csv, which is no TeX, it
has the words with a sign of operation or relation.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from guards.book import Book, Fault
from guards.claims import STATEMENTS
from guards.formulas.printed import inline, pages
from guards.tex.display import bare
from guards.tex.tokens import tokens

LIST = Path(__file__).with_name("inline.txt")
SIGN = re.compile(r"[=<>^*/|+]|^-")


def said(book: Book) -> dict[str, list[tuple[str, int | None]]]:
    """By line of the list, where its formula stands."""
    found: dict[str, list[tuple[str, int | None]]] = {}
    for path, cell, text in pages(book):
        page = path.removeprefix("chapters/")
        for formula in _said(text):
            found.setdefault(f"{page[:2] if cell else page} {formula}", []).append((path, cell))
    for row in csv.DictReader(io.StringIO(book.texts[STATEMENTS])):
        for word in filter(SIGN.search, f"{row['claim']} {row['what_holds']}".split()):
            found.setdefault(f"claims.csv {word.strip('.,;:')}", []).append((STATEMENTS, None))
    return found


@cache
def _said(text: str) -> list[str]:
    formulas = [bare(tokens(match[1])) for match in inline(text)]
    return [formula for formula in formulas if " " in formula]


def stored() -> Counter[str]:
    """The lines of the list, and how often each stands there."""
    return Counter(LIST.read_text(encoding="utf-8").splitlines())


def faults(book: Book, remedy: str) -> Iterator[Fault]:
    """What is not as it was read."""
    listed, found = stored(), said(book)
    for line in sorted(listed.keys() | found.keys()):
        page, _, formula = line.partition(" ")
        more = len(places := found.get(line, [])) - listed[line]
        if more > 0:
            yield Fault(*places[0], f"a sentence says `{formula}` that did not", remedy)
        elif more < 0:
            yield Fault(f"chapters/{page}", None, f"a sentence does not say `{formula}` any more", remedy)
