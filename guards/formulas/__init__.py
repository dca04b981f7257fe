"""The TeX of every formula, evaluated on random numbers and compared with nnlib; what is not executed is pinned.

printed           where formulas stand: pages, the glossary, docstrings
entries           what a line of the table can say
chapterNN, ...    the table: the label of a formula -> what nnlib computes, and what its letters are
pins.txt          how each formula is guarded, and a hash of what of it is not executed

Executed: compared with nnlib. Chained: the sides of its equalities equal each other. Pinned: only known to have been
read. `make formulas` prints what is new or changed, and stores that it was read.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np

from guards.book import Book, Fault
from guards.formulas import printed
from guards.formulas.entries import Entry, Wrong
from guards.tex import Display, Unreadable

PINS = Path(__file__).with_name("pins.txt")
READ = "read it again, then `make formulas`"


@dataclass(frozen=True)
class Pin:
    """How a formula is guarded, and the hash of what of it is not executed."""

    how: str
    rest: str

    @classmethod
    def of(cls, how, text):
        return cls(how, hashlib.sha256(text.encode()).hexdigest()[:8])


@cache
def table() -> dict[str, Entry]:
    """The lines of all modules beside this one that have a TABLE."""
    lines: dict[str, Entry] = {}
    for file in sorted(PINS.parent.glob("*.py")):
        if file.stem not in ("__init__", "__main__", "printed", "entries"):
            more = import_module(f"guards.formulas.{file.stem}").TABLE
            if twice := lines.keys() & more.keys():
                raise ValueError(f"{sorted(twice)} stand in two tables")
            lines |= more
    return lines


def stored() -> dict[str, Pin]:
    """The pins by key."""
    rows = [line.split(maxsplit=2) for line in PINS.read_text(encoding="utf-8").splitlines()]
    return {key: Pin(how, rest) for how, rest, key in rows}


def examined(book: Book) -> Iterator[tuple[printed.Printed, Pin, str]]:
    """Each formula, its pin, and what is wrong with it."""
    for formula in printed.formulas(book):
        yield formula, *examine(formula)


@cache
def examine(formula: printed.Printed) -> tuple[Pin, str]:
    """The pin of a formula, and what is wrong with it."""
    display, entry, wrong = Display(formula.tex), table().get(formula.key), ""
    if entry is not None:
        try:
            with np.errstate(all="ignore"):
                entry.check(display)
        except (Wrong, Unreadable, ArithmeticError, LookupError, TypeError, ValueError) as error:
            wrong = f"{formula.key}: {error}"
    return Pin.of(entry.kind if entry else "pinned", display.unexecuted()), wrong


def faults(book: Book) -> Iterator[Fault]:
    """Where a formula and the library do not agree, and what has changed since it was read."""
    pins, seen = stored(), set()
    for formula, pin, wrong in examined(book):
        seen.add(formula.key)
        old = pins.get(formula.key)
        if wrong:
            yield Fault(formula.path, formula.cell, wrong, "correct the formula, or its line in guards/formulas/")
        elif old is None:
            yield Fault(formula.path, formula.cell, f"the formula `{formula.key}` is new",
                        "give it a line in guards/formulas/ if nnlib computes it, then `make formulas`")
        elif old.how != pin.how:
            yield Fault(formula.path, formula.cell, f"`{formula.key}` was {old.how}, and is {pin.how}",
                        "a line of the table in guards/formulas/ came or went; `make formulas` stores it")
        elif old.rest != pin.rest:
            yield Fault(formula.path, formula.cell, f"what is not executed of `{formula.key}` has changed", READ)
    for key in sorted((pins.keys() | table().keys()) - seen):
        yield Fault("guards/formulas", None, f"no page has the formula `{key}` any more",
                    "take its line out of the table, or give the formula its label back, then `make formulas`")
    for path, cell, start in printed.other_forms(book):
        yield Fault(path, cell, f"a display starts with {start}", "write it between $$ and $$, where it is guarded")
