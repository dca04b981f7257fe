"""What is known to have been read, as nothing executes it: formulas in sentences, tables, numbers of captions.

read.txt has a line each time that the two pages of a chapter, or the glossary, say a formula of more than a letter,
without its layout, for each row of a table, without its formulas, and for the numbers of each caption and alt text. In
the commit that changes one, its line goes and another comes: the change is seen, and read again. `make formulas` prints
what is new or gone, and stores that it was read. Words are not listed: a red test for each change of wording would be
in the way.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from guards.book import Book, Fault
from guards.formulas.printed import inline, pages
from guards.reading import ALT, NUMBER
from guards.tex.display import bare
from guards.tex.tokens import tokens

LIST = Path(__file__).with_suffix(".txt")
REMEDY = "read the place again, then `make formulas`"


def said(book: Book) -> dict[str, list[tuple[str, int | None]]]:
    """By line of the list, the places that say it."""
    found: dict[str, list[tuple[str, int | None]]] = {}
    for path, cell, line in _lines(book):
        found.setdefault(line, []).append((path, cell))
    return found


def _lines(book):
    for path, cell, text in pages(book):
        page = path.removeprefix("chapters/")
        yield from ((path, cell, f"{page[:2] if cell else page} {line}") for line in _in_markdown(text, bool(cell)))
    for path, place, cell, (_, key), text in book.described():
        if numbers := _numbers(text):
            yield path, place, f"{path[9:11]} {key} of {cell.metadata.mystnb.figure.name}: {numbers}"


@cache
def _in_markdown(text: str, cell: bool) -> list[str]:
    """Of a page that is no notebook only its formulas."""
    formulas = [bare(tokens(match[1])) for match in inline(text)]
    rows = [re.sub(r"\$[^$]*\$", "$", row) for row in re.findall(r"^\|.*[^-:| \n].*\|$", text, re.MULTILINE)]
    alts = [f"alt: {numbers}" for alt in ALT.findall(text) if (numbers := _numbers(alt))]
    return [*filter(re.compile(" ").search, formulas), *(rows + alts if cell else [])]


def _numbers(text: str) -> str:
    return " ".join(match[0] for match in re.finditer(NUMBER, text))


def stored() -> Counter[str]:
    """The lines of the list, and how often each stands there."""
    return Counter(LIST.read_text(encoding="utf-8").splitlines())


def faults(book: Book) -> Iterator[Fault]:
    """What a page says now, and what it does not say any more."""
    listed, found = stored(), said(book)
    for line in sorted(listed.keys() | found.keys()):
        page, _, words = line.partition(" ")
        more = len(places := found.get(line, [])) - listed[line]
        if more > 0:
            yield Fault(*places[0], f"`{words}` is new, or stands here once more", REMEDY)
        elif more < 0:
            yield Fault(f"chapters/{page}", None, f"`{words}` is gone, or stands there once less", REMEDY)


def main() -> None:
    old, new = stored(), Counter({line: len(places) for line, places in said(Book.read()).items()})
    for change, lines in (("gone", old - new), ("new", new - old)):
        for line in sorted(lines.elements()):
            print(f"{change}: {line}")
    LIST.write_text("".join(f"{line}\n" for line in sorted(new.elements())), encoding="utf-8")


if __name__ == "__main__":
    main()
