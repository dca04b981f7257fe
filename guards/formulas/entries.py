"""What a line of the table can say of a formula; each makes an `Entry`.

equal     each statement's sides have these values, which nnlib computes, and equal each other
chain     the same without nnlib: sides that are closed forms equal each other
rule      the lines of an update rule, run beside an optimiser
executed  what a function of the display says
all_of    several of these

The numbers are random; none is 0 and no two are equal, so that no mistake can hide.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import EllipsisType

import numpy as np

from guards.tex import COMPARED, CONSTANTS, Display, Unreadable

rng = np.random.default_rng(17)
n, d, units = 7, 3, 4
X, y, w = rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d)
z = rng.uniform(-4, 4, size=9)
eta, lam, alpha, beta, rho = 0.23, 0.31, 0.41, 0.67, 0.79


class Wrong(AssertionError):
    """What the page says is not what the library computes."""


@dataclass(frozen=True)
class Entry:
    """How a formula is guarded: `check` raises `Wrong` where the display is."""

    kind: str
    check: Callable[[Display], None]


def equal(*library, **letters):
    """Of the statements in turn: their value, ... to compare their sides alone, None to leave them to the pin."""
    return Entry("executed", lambda display: _equal(display, library or (...,), letters))


def chain(*numbers, **letters):
    return Entry("chained", lambda display: _equal(display, numbers or (...,), letters))


def executed(function):
    return Entry("executed", function)


def chained(function):
    return Entry("chained", function)


def all_of(*entries):
    def check(display):
        for entry in entries:
            entry.check(display)

    return Entry(entries[0].kind, check)


def rule(optimizer, *, before="", after="", skipped=(), name="", **letters):
    """The lines in their order, step after step from memories of 0, beside the optimiser; both get random gradients.

    `before` and `after` are lines of other displays, `skipped` the names of left sides that are no updates, `name` that
    of what the display computes where it does not say so.
    """
    def check(display):
        theta, numbers, first = np.linspace(1, 2, d), np.random.default_rng(4), Display(before)
        names = letters | dict.fromkeys(("m", "s", "u", "v"), np.zeros(d)) | {"theta": theta.copy()}
        lines = [(part, statement) for part in (first, display, Display(after)) for statement in part.statements
                 if statement[0].name not in skipped and (statement[1:] or name)]
        optimizer.start(theta)
        for t in range(1, 7):
            names |= {"g": 3 * numbers.normal(size=d), "t": t}
            for part, statement in lines:
                told = statement[1:] or statement
                values = [part(side, names) for side in told]
                _compare(part, told, values)
                names[statement[0].name if statement[1:] else name] = values[0]
            optimizer.step(theta, names["g"])
            same(names["theta"], theta, f"theta after step {t}")

    return Entry("executed", check)


def same(told, computed, what):
    told, computed = np.squeeze(told), np.squeeze(computed)
    if told.shape != computed.shape and told.size > 1 and computed.size > 1:
        raise Wrong(f"{what} has the shape {told.shape}, not {computed.shape}")
    if not np.allclose(told, computed, rtol=1e-7, atol=1e-12):
        raise Wrong(f"{what} is {_shown(told)} as printed, {_shown(computed)} as computed")


def text(display, side):
    return "`" + " ".join(display.tokens[k] for k in side.places) + "`"


def _equal(display, values, letters):
    if len(display.statements) < len(values):
        raise Wrong(f"it makes {len(display.statements)} statements, not {len(values)}")
    for statement, value in zip(display.statements, values):
        if value is None:
            continue
        known = [] if isinstance(value, EllipsisType) else [value]
        told = statement[1:] or statement if known or _is_only_named(statement[0], letters) else statement
        told = [side for side in told if r"\int" not in (display.tokens[k] for k in side.places)]
        known += [display(side, letters) for side in told]
        if len(known) < 2:
            raise Wrong(f"{text(display, told[0])} is compared with nothing")
        _compare(display, told, known)


def _is_only_named(side, letters):
    """Whether a left side has no value: it is what the statement defines."""
    try:
        side.value(CONSTANTS | letters)
    except Unreadable:
        return True
    return False


def _compare(display, told, values):
    """Each value with the one before it, by the relation that its side begins with."""
    for a, b, side in zip(values, values[1:], told[len(told) - len(values) + 1:]):
        if side.relation == r"\approx":
            if not np.allclose(a, b, rtol=0.005):
                raise Wrong(f"{text(display, side)} is {_shown(b)}, not nearly {_shown(a)}")
        elif side.relation in ("", "=", r"\leftarrow"):
            same(b, a, text(display, side))
        elif not COMPARED[side.relation](a, b).all():
            raise Wrong(f"{_shown(a)} {side.relation} {text(display, side)}, which is {_shown(b)}, does not hold")
        if side.relation not in ("", "=", r"\leftarrow"):                    # an inequality decides little: pinned, too
            display.executed.difference_update(*(side.places for side in told))


def _shown(value):
    return " ".join(f"{x:.6g}" for x in np.ravel(value)[:3])
