"""The book's sources as text in memory, so that a guard can also be asked about an edit that no file has."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType

import nbformat
import toc

ROOT = Path(__file__).parents[1]
SOURCES = ("README.md", "intro.md", "chapters/*.md", "chapters/claims.csv", "chapters/explorables/*.js",
           "nnlib/**/*.py", "guards/exempt.csv")


@dataclass(frozen=True)
class Fault:
    """What is wrong where. Cells are counted from 1, Markdown cells too."""

    path: str
    cell: int | None
    wrong: str
    remedy: str = ""

    def __str__(self):
        where = self.path if self.cell is None else f"{self.path}, cell {self.cell}"
        return f"{where}: {self.wrong}" + (f"; {self.remedy}" if self.remedy else "")


@lru_cache(maxsize=64)
def parsed(text):
    """A notebook, which nobody may change: an edited book shares those that are as they were."""
    return nbformat.reads(text, as_version=4)


class Book:
    """The sources: a text for each path from the root.

    Parameters
    ----------
    texts : mapping of str to str
        Their texts by path, such as "chapters/02_sigmoid.ipynb".
    """

    def __init__(self, texts):
        self.texts = MappingProxyType(dict(texts))

    @classmethod
    def read(cls, root=ROOT):
        files = [*toc.notebooks(root)[0], *(file for pattern in SOURCES for file in sorted(root.glob(pattern)))]
        return cls({file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in files})

    def edited(self, path, text):
        """The same book with another text at one path."""
        return Book({**self.texts, path: text})

    @cached_property
    def notebooks(self):
        """The chapters' notebooks, by path."""
        return {path: parsed(text) for path, text in self.texts.items() if path.endswith(".ipynb")}

    def cells(self):
        """Yield each cell of the notebooks after its path and its place, from 1."""
        for path, notebook in self.notebooks.items():
            yield from ((path, place, cell) for place, cell in enumerate(notebook.cells, start=1))

    def described(self):
        """Yield each caption and alternative text: path, place, cell, its two keys in the cell's metadata, and it."""
        for path, place, cell in self.cells():
            form = cell.metadata.get("mystnb", {})
            for part, key in (("figure", "caption"), ("image", "alt")):
                if text := form.get(part, {}).get(key):
                    yield path, place, cell, (part, key), text
