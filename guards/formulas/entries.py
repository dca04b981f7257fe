"""What a line of the table can say of a formula. An entry is called with the `Display` and raises `Wrong`.

equal   each statement's sides have these values, which nnlib computes, and equal each other
chain   the same without nnlib: sides that are closed forms equal each other
rule    the lines of an update rule, run beside an optimiser

The numbers are random; none is 0 and no two are equal, so that no mistake can hide.
"""

from dataclasses import dataclass, field
from types import EllipsisType
from typing import Any

import numpy as np

from guards.reader import CONSTANTS, Unreadable
from guards.tex import Display

rng = np.random.default_rng(17)
n, d, units = 7, 3, 4
X, y, w = rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d)
z = rng.uniform(-4, 4, size=9)
eta, lam, alpha, beta, rho = 0.23, 0.31, 0.41, 0.67, 0.79


class Wrong(AssertionError):
    """What the page says is not what the library computes."""


def same(told, computed, what):
    told, computed = np.squeeze(np.asarray(told, float)), np.squeeze(np.asarray(computed, float))
    if told.shape != computed.shape and told.size > 1 and computed.size > 1:
        raise Wrong(f"{what} has the shape {told.shape}, not {computed.shape}")
    if not np.allclose(told, computed, rtol=1e-7, atol=1e-12):
        raise Wrong(f"{what} is {_shown(told)}, not {_shown(computed)}")


def _shown(value):
    return " ".join(f"{x:.6g}" for x in np.ravel(value)[:3])


def related(a, relation, b, what):
    if relation in ("", "=", r"\leftarrow"):
        same(b, a, what)
    elif relation == r"\approx":
        if not np.allclose(a, b, rtol=0.005):
            raise Wrong(f"{what} is {_shown(b)}, not nearly {_shown(a)}")
    elif not {r"\le": np.less_equal, r"\ge": np.greater_equal, "<": np.less, ">": np.greater,
              r"\ne": np.not_equal}[relation](a, b).all():
        raise Wrong(f"{what}: {_shown(a)} {relation} {_shown(b)} does not hold")


def text(display, side):
    return "`" + " ".join(display.tokens[k] for k in side.places) + "`"


@dataclass
class Equal:
    """What the library says of the statements in turn: a value, ... to compare the sides alone, None to leave it."""

    library: tuple
    letters: dict[str, Any]
    kind: str = "executed"

    def __call__(self, display: Display):
        if len(display.statements) < len(self.library):
            raise Wrong(f"it makes {len(display.statements)} statements, not {len(self.library)}")
        for statement, value in zip(display.statements, self.library):
            if value is None:
                continue
            told = statement if isinstance(value, EllipsisType) else statement[1:] or statement
            values = [] if isinstance(value, EllipsisType) else [value]
            if not values and _is_defined_here(statement[0], self.letters):
                told = statement[1:]
            values += [display(side, self.letters) for side in told]
            if len(values) < 2:
                raise Wrong(f"{text(display, told[0])} is compared with nothing")
            for a, b, side in zip(values, values[1:], told[-len(values) + 1:]):
                related(a, side.relation, b, text(display, side))


def _is_defined_here(side, letters):
    """Whether a left side is only a name, without a value."""
    try:
        side.value(CONSTANTS | letters)
    except Unreadable:
        return True
    return False


def equal(*library, **letters):
    return Equal(library or (...,), letters)


def all_of(*entries):
    """Several entries for one formula: other numbers, other cases."""
    def each(display):
        for entry in entries:
            entry(display)

    each.kind = entries[0].kind
    return each


def chain(*statements, **letters):
    return Equal(statements or (...,), letters, kind="chained")


@dataclass
class Rule:
    """The lines in their order, step after step from memories of 0, beside the optimiser; both get random gradients.

    `between` are lines of other displays, as TeX, that come before; `skipped` are left sides that are not updates.
    """

    optimizer: Any
    letters: dict[str, Any]
    before: str = ""
    after: str = ""
    skipped: tuple[str, ...] = ()
    name: str = ""
    kind: str = field(default="executed", init=False)

    def __call__(self, display: Display):
        theta, rule, numbers = np.random.default_rng(3).normal(size=d), self.optimizer, np.random.default_rng(4)
        names = self.letters | {memory: np.zeros(d) for memory in ("m", "s", "u", "v")} | {"theta": theta.copy()}
        rule.start(theta)
        given = [(other, s) for other in map(Display, (self.before, self.after)) for s in other.statements]
        cut = len(Display(self.before).statements)
        lines = [*given[:cut], *((display, s) for s in display.statements), *given[cut:]]
        for t in range(1, 7):
            names |= {"g": 3 * numbers.normal(size=d), "t": t}
            for where, statement in lines:
                if statement[0].name in self.skipped or not (statement[1:] or self.name):
                    continue
                told = statement[1:] or statement
                values = [where(side, names) for side in told]
                for a, b, side in zip(values, values[1:], told[1:]):
                    related(a, side.relation, b, text(where, side))
                names[statement[0].name if statement[1:] else self.name] = values[0]
            rule.step(theta, names["g"])
            same(names["theta"], theta, f"theta after step {t}")


def rule(optimizer, *, before="", after="", skipped=(), name="", **letters):
    return Rule(optimizer, letters, before, after, skipped, name)


def executed(function):
    """An entry that needs more than a line: a function of the display."""
    function.kind = "executed"
    return function
