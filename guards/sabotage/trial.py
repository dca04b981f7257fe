"""Random single edits of one kind, each tried against its own check, and the share that is noticed."""

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from math import sqrt
from random import Random
from time import perf_counter

import nbformat

from guards.book import Book, parsed


@dataclass(frozen=True)
class Edit:
    """One place of one file, changed: what stood there, what stands there now, and the file's text with it."""

    path: str
    cell: int | None
    old: str
    new: str
    text: str = field(repr=False)

    def __str__(self):
        where = self.path if self.cell is None else f"{self.path}, cell {self.cell}"
        return f"{where}: {self.old} -> {self.new}"


Noticed = Callable[[Edit], bool]


@dataclass(frozen=True)
class Kind:
    """What part of all edits a kind is, the share to be noticed, the edits in random order, and their check."""

    name: str
    part: int
    aim: float
    edits: Callable[[Book, Random], Iterator[Edit]]
    check: Callable[[Book], AbstractContextManager[Noticed]]


@dataclass
class Score:
    """How many edits of a kind were tried, and which of them nothing noticed."""

    kind: Kind
    tried: int
    survivors: list[Edit]
    seconds: float

    @property
    def share(self):
        return 1 - len(self.survivors) / self.tried

    @property
    def interval(self):
        """Wilson's, of 95 %."""
        n, p, z = self.tried, self.share, 1.96
        middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max((middle - half) / (1 + z * z / n), 0.0), min((middle + half) / (1 + z * z / n), 1.0)

    def __str__(self):
        low, high = self.interval
        return (f"{self.kind.name:18}{self.tried - len(self.survivors):5} of {self.tried:3} noticed,{self.share:6.0%} "
                f"({low:.0%} to {high:.0%}; aim {self.kind.aim:.0%}), {self.seconds:.0f} s")


def tried(kind: Kind, book: Book, edits: int, seed: int) -> Score:
    """Try as many edits of a kind, the same for the same seed."""
    start = perf_counter()
    with kind.check(book) as noticed:
        chosen = list(islice(kind.edits(book, Random(f"{seed} {kind.name}")), edits))
        if not chosen:
            raise ValueError(f"the book must have something to edit for {kind.name}, got nothing")
        if noticed(replace(chosen[0], text=book.texts[chosen[0].path])):
            raise ValueError(f"the check of {kind.name} must find nothing before an edit, got a fault; run `make test`")
        survivors = [edit for edit in chosen if not noticed(edit)]
    return Score(kind, len(chosen), survivors, perf_counter() - start)


def by_guard(guard, near=True):
    """The check that asks a guard: an edit is noticed if the edited book has a fault that the book does not have.

    With `near` it is asked about the page's chapter and the tables, as faults elsewhere stay as they are; about a table
    it is asked with all chapters.
    """
    @contextmanager
    def check(book):
        def part(path):
            if not near or path.endswith(".csv"):
                return book
            chapter = path.rpartition("/")[2][:2] if path.endswith(".ipynb") else None
            return Book({name: text for name, text in book.texts.items() if name == path or name.endswith(".csv")
                         or (name.endswith(".ipynb") and name.rpartition("/")[2][:2] == chapter)})

        @cache
        def before(path):
            return Counter(map(str, guard(part(path))))

        yield lambda edit: bool(Counter(map(str, guard(part(edit.path).edited(edit.path, edit.text))))
                                - before(edit.path))
    return check


def with_cell(text: str, place: int, change: Callable[..., object], *given) -> str:
    """A notebook's text after `change(cell, *given)` of one cell, counted from 1."""
    notebook = copy.deepcopy(parsed(text))
    change(notebook.cells[place - 1], *given)
    return nbformat.writes(notebook)


def with_source(text: str, place: int, source: str) -> str:
    """A notebook's text with another source of one cell."""
    return with_cell(text, place, lambda cell: cell.update(source=source))


def shuffled(places, rng: Random) -> list:
    """All places in random order."""
    places = list(places)
    rng.shuffle(places)
    return places


def other_digit(number: str, rng: Random) -> str:
    """A number with one digit changed, or two neighbours that differ changed over."""
    places = [i for i, letter in enumerate(number) if letter.isdigit()]
    over = [(i, k) for i, k in zip(places, places[1:]) if number[i] != number[k] and (i or number[k] != "0")]
    if over and rng.random() < 0.5:
        i, k = rng.choice(over)
        return number[:i] + number[k] + number[i + 1:k] + number[i] + number[k + 1:]
    i = rng.choice(places)
    others = [digit for digit in "0123456789" if digit != number[i] and (i or digit != "0")]
    return number[:i] + rng.choice(others) + number[i + 1:]


def replaced(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def around(text: str, start: int, end: int, room: int = 20) -> str:
    """What stands at a place, with a little of what is around it, in one line."""
    return " ".join(text[max(start - room, 0):end + room].split())
