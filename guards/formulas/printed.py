"""Where formulas stand: displays in all pages, inline ones in the glossary, those of nnlib's docstrings."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from guards.book import Book

DISPLAY = re.compile(r"\$\$(.*?)\$\$(?:[ \t]*\(([\w-]+)\))?", re.DOTALL)
OTHER = re.compile(r"```\{math\}|\\\[|\\begin\{(?:align|equation|gather|multline|eqnarray)\*?\}")
INLINE = re.compile(r"(?<![\\$])\$([^$\n]+)\$")
SECTION = re.compile(r"\n\s*\w+\n\s*-{3,}\n")  # of a docstring: Parameters and the like
SIGN = re.compile(r"(?<![<>!=])=(?!=)|<-|<=|>=")


@dataclass(frozen=True)
class Printed:
    """A formula, and the key under which it is known: its label, or the words before it."""

    path: str
    cell: int | None
    key: str
    tex: str


def formulas(book: Book) -> list[Printed]:
    """All formulas of the pages; a key that stands twice is numbered."""
    found, times = [], Counter[str]()
    for one in (*_displays(book), *_glossary(book.texts["chapters/glossary.md"])):
        times[one.key] += 1
        key = one.key if times[one.key] == 1 else f"{one.key} {times[one.key]}"
        found.append(Printed(one.path, one.cell, key, one.tex))
    return found


def pages(book: Book) -> Iterator[tuple[str, int | None, str]]:
    """Path, number of the cell and text of all Markdown."""
    for path, text in book.texts.items():
        if path.endswith(".md"):
            yield path, None, text
    for path, notebook in book.notebooks.items():
        for number, cell in enumerate(notebook.cells, start=1):
            if cell.cell_type == "markdown":
                yield path, number, cell.source


def _displays(book):
    for path, cell, text in pages(book):
        for match in DISPLAY.finditer(text):
            words = re.findall(r"[A-Za-z]+", re.sub(r"\$[^$]*\$", " ", text[:match.start()]))[-5:]
            yield Printed(path, cell, match[2] or f"{path.split('/')[-1].split('.')[0]}: {' '.join(words)}", match[1])


def other_forms(book: Book) -> Iterator[tuple[str, int | None, str]]:
    """Displays that are not between double dollars."""
    for path, cell, text in pages(book):
        for match in OTHER.finditer(DISPLAY.sub("", text)):
            yield path, cell, match[0]


def _glossary(text):
    """The inline formulas of an entry that are more than a letter, as one display; an entry ends at an empty line."""
    for entry in re.split(r"\n\n|\n(?=\|)", text):
        inline = [tex for tex in INLINE.findall(entry) if re.search(r"[-+=<>/^(]|\\frac", tex) and re.search(r"[a-z]", tex)]
        if inline:
            name = re.findall(r"[^\n|`{}]+", re.sub("^```{glossary}", "", entry.strip()))[0].strip()
            yield Printed("chapters/glossary.md", None, f"glossary: {name}", " , ".join(inline))


def docstrings(book: Book) -> Iterator[tuple[str, str, str]]:
    """Path, name and prose, up to the first section, of each class and function of nnlib."""
    for path, text in book.texts.items():
        if path.startswith("nnlib/"):
            yield from _documented(path, ast.parse(text), "")


def _documented(path, node, inside):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            name = f"{inside}{child.name}"
            if documentation := ast.get_docstring(child):
                yield path, name, SECTION.split(documentation)[0]
            yield from _documented(path, child, f"{name}.")


def fragments(prose: str) -> Iterator[str]:
    """The parts of a docstring's sentences that say what equals what, or becomes what."""
    depth, start = 0, 0
    for place, letter in enumerate(prose + "\n\n"):
        depth += (letter in "([{") - (letter in ")]}")
        rest = prose[place + 1:place + 2]
        if letter in ".,;:" and depth <= 0 and (not rest or rest.isspace()) or prose[place:place + 2] in ("\n\n", ""):
            if SIGN.search(prose[start:place]):
                yield prose[start:place].strip()
            start = place + 1
