"""A formula of the book: its tokens, and its statements, whose sides are functions of their letters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from guards.tex.reader import read
from guards.tex.tokens import CLOSING, RELATIONS, named, tokens
from guards.tex.values import CONSTANTS, Closure, Names

SAME = {r"\tfrac": r"\frac", r"\dfrac": r"\frac", r"\lVert": r"\|", r"\rVert": r"\|", r"\lvert": "|", r"\rvert": "|",
        "&": "", r"\\": "", r"\begin{aligned}": "", r"\end{aligned}": ""}


@dataclass
class Side:
    """What stands between two relations; `name` is what it would be called as a letter."""

    relation: str
    places: list[int]  # of its tokens
    name: str
    value: Closure


@dataclass
class Display:
    """A formula: its tokens without spacing, and its statements, each a list of sides."""

    tex: str
    tokens: list[str] = field(init=False)
    statements: list[list[Side]] = field(init=False)
    executed: set[int] = field(init=False, default_factory=set)

    def __post_init__(self):
        self.tokens = tokens(self.tex)
        self.statements = [self._sides(places) for places in _statements(self.tokens)]

    def _sides(self, places):
        cuts = [k for k, depth in _depths(self.tokens, places) if not depth and self.tokens[k] in RELATIONS]
        sides = []
        for start, end in zip([None, *cuts], [*cuts, None]):
            own = [k for k in places if (start is None or k > start) and (end is None or k < end)]
            words = [self.tokens[k] for k in own]
            sides.append(Side("" if start is None else self.tokens[start], own, named(words), read(words)))
        return sides

    def __call__(self, side: Side, names: Names) -> Any:
        """The value of a side; it has then been executed."""
        value = side.value(CONSTANTS | names)
        self.executed.update(side.places)
        return value

    def unexecuted(self) -> str:
        """What is left to be pinned: the tokens but those of layout, with a gap for what has been executed."""
        kept = ["_" if k in self.executed else token for k, token in enumerate(self.tokens)]
        return re.sub(r"(_ )+", "_ ", bare(kept))


def bare(words: list[str]) -> str:
    """Tokens without those of layout, as one text."""
    return " ".join(" ".join(SAME.get(word, word) for word in words).split())


def _depths(toks, places) -> Iterator[tuple[int, int]]:
    depth = 0
    for k in places:
        depth -= toks[k] in CLOSING.values() and toks[k] not in CLOSING or toks[k] in (r"\end{cases}", r"\end{pmatrix}")
        yield k, depth
        depth += toks[k] in CLOSING and CLOSING[toks[k]] != toks[k] or toks[k] in (r"\begin{cases}", r"\begin{pmatrix}")


def _statements(toks) -> Iterator[list[int]]:
    """The places of the tokens of each statement.

    It ends at a comma, a colon, a full stop or words, and with a row of `aligned` unless the next one starts with &.
    """
    statement: list[int] = []
    for k, depth in [*_depths(toks, range(len(toks))), (len(toks), 0)]:
        t = toks[k] if k < len(toks) else ","
        ends = t in ",;:." or t.startswith((r"\text", r"\\")) and toks[k + 1:k + 2] != ["&"]
        if depth == 0 and ends:
            if statement:
                yield statement
            statement = []
        elif depth or not (t.startswith(("&", r"\\")) or t in (r"\begin{aligned}", r"\end{aligned}")):
            statement.append(k)
