r"""A reader of the TeX that this book uses: an expression becomes a function of the values of its letters.

A letter's name is its TeX without backslashes and braces, its accents in front: \hat m is hat_m, \theta_{t+1} is
theta_tp1, \sigma' is sigma_prime; \lambda is lam. Where a subscript holds an `Index`, as within a sum, it takes an
entry, counted from 1.
"""

import operator
import re

import numpy as np

from guards.tex.tokens import ACCENTS, CLOSING, ENDS, named, tokens
from guards.tex.values import (
    COMPARED,
    FUNCTIONS,
    Closure,
    Index,
    Unreadable,
    cases,
    constantly,
    inverse,
    norm,
    of,
    product,
    transposed,
)

REDUCED = {"sum": sum, "max": max, "min": min}
CALLED = {"sigma", "phi", "nabla", "L", "J", "Omega", "S", "f", "ell", "kappa"}  # before a bracket not a factor
MARKS = {(r"\top",): transposed, ("{", r"\top", "}"): transposed, ("{", "-", "1", "}"): inverse}


def read(words: list[str]) -> Closure:
    """The value of an expression as a function of its letters; raises `Unreadable` only when it is asked for."""
    try:
        reader = Reader(words)
        value = reader.expression()
        if reader.ahead():
            raise Unreadable(f"cannot go on at {' '.join(reader.words[reader.at:][:6])!r}")
        return value
    except Unreadable as error:
        reason = str(error)

        def unreadable(names):
            raise Unreadable(reason)

        return unreadable


class Reader:
    """Recursive descent: each method reads what it is named after, and returns its value as a function of the names."""

    def __init__(self, words: list[str]):
        self.words, self.at = list(words), 0
        self.bars: list[str] = []                       # of |z| and the like, that are open
        self.entries: list[tuple[str, str, int]] = []   # (index, letter, axis) of all that has been read: z_j

    def ahead(self, k=0) -> str:
        return self.words[self.at + k] if self.at + k < len(self.words) else ""

    def take(self, *wanted) -> str:
        word = self.ahead()
        if not word or wanted and word not in wanted:
            raise Unreadable(f"expected {' or '.join(wanted) or 'more'} at {' '.join(self.words[self.at:][:6])!r}")
        self.at += 1
        return word

    def expression(self) -> Closure:
        value = self.term()
        while self.ahead() in ("+", "-"):
            value = of({"+": operator.add, "-": operator.sub}[self.take()], value, self.term())
        return value

    def more(self) -> bool:
        """Whether another factor follows."""
        return bool(self.ahead()) and self.ahead() not in ENDS and self.ahead() not in self.bars[-1:]

    def term(self) -> Closure:
        if self.ahead() in ("-", "+"):
            return of({"-": operator.neg, "+": operator.pos}[self.take()], self.term())
        value = self.power()
        while self.more():
            if self.ahead() == "/":
                self.take()
                value = of(operator.truediv, value, self.below())
            elif self.ahead() == r"\odot":
                self.take()
                value = of(operator.mul, value, self.power())
            else:
                self.at += self.ahead() == r"\cdot"
                value = of(product, value, self.power())
        return value

    def below(self) -> Closure:
        """A denominator: a bracket, or all factors up to the next sign, as in z^2 / 2 s^2."""
        bracket = self.ahead() in CLOSING
        value = self.power()
        while not bracket and self.more() and self.ahead() not in ("/", r"\odot", r"\cdot", *CLOSING):
            value = of(product, value, self.power())
        return value

    def power(self) -> Closure:
        base = self.atom()
        while self.ahead() == "^":
            self.take()
            for mark, meaning in MARKS.items():
                if self.words[self.at:self.at + len(mark)] == list(mark):
                    self.at += len(mark)
                    base = of(meaning, base)
                    break
            else:
                base = of(operator.pow, base, self.group())
        return base

    def group(self) -> Closure:
        r"""What \frac, \sqrt or ^ is applied to: in braces or not; of digits only the first, \frac12."""
        if self.ahead().isdigit() and len(self.ahead()) > 1:
            self.words[self.at:self.at + 1] = [self.ahead()[0], self.ahead()[1:]]
        if self.ahead() == "-":                                # z^-1
            self.take()
            return of(operator.neg, self.group())
        return self.atom()

    def argument(self) -> Closure:
        """What a function without brackets is applied to: the factors up to the next sign or function."""
        if self.ahead() in ("(", "{", "["):
            return self.brackets()[0]
        value = self.power()
        while self.more() and self.ahead() not in (r"\cdot", "/", r"\odot") and self.ahead()[1:] not in FUNCTIONS:
            value = of(product, value, self.power())
        return value

    def brackets(self) -> list[Closure]:
        """What stands in brackets of any kind, at commas; a comparison is 1 or 0."""
        closing = CLOSING[self.take(*CLOSING)]
        self.bars.append(closing)
        inside = [self.comparison()]
        while self.ahead() == ",":
            self.take()
            inside.append(self.comparison())
        self.take(closing)
        self.bars.pop()
        return inside

    def comparison(self) -> Closure:
        sides, truths = [self.expression()], []
        while self.ahead() in COMPARED:
            compared = COMPARED[self.take()]
            sides.append(self.expression())
            truths.append(of(compared, *sides[-2:]))
        return of(lambda *parts: np.logical_and.reduce(parts) * 1.0, *truths) if truths else sides[0]

    def atom(self) -> Closure:
        word = self.ahead()
        if re.match(r"\d", word):
            return constantly(float(self.take().replace("{,}", "")))
        if word in ("(", "[", "{", r"\{"):
            inside = self.brackets()
            return inside[0] if len(inside) == 1 else of(lambda *entries: np.array(entries), *inside)
        if word in CLOSING:
            inside = self.brackets()
            if word in ("|", r"\lvert"):
                return of(np.abs, *inside)
            return of(norm, *inside, constantly(self.subscript() if self.ahead() == "_" else ""))
        if word in ENDS or word in self.bars:
            raise Unreadable(f"no factor at {' '.join(self.words[self.at:][:6])!r}")
        self.take()
        if word in (r"\frac", r"\tfrac", r"\dfrac"):
            return of(operator.truediv, self.group(), self.group())
        if word == r"\underbrace":
            value = self.group()
            self.subscript()
            return value
        if word == r"\begin{cases}":
            return of(cases, *[part for row in self.rows(2) for part in row])
        if word == r"\begin{pmatrix}":
            return of(lambda *rows: np.array(rows), *[of(lambda *row: row, *row) for row in self.rows()])
        if word in (r"\sum", r"\max", r"\min") and self.ahead() == "_":
            return self.reduced(REDUCED[word[1:]])
        return self.letter(word)

    def rows(self, columns=None) -> list[list[Closure]]:
        rows: list[list[Closure]] = [[self.comparison()]]
        while not self.ahead().startswith(r"\end{"):
            if self.take("&", r"\\", ",", ".") == "&":
                rows[-1].append(self.comparison())
            elif self.ahead() != "&" and not self.ahead().startswith((r"\end{", "\\\\")):
                rows.append([self.comparison()])
        self.take()
        if columns and any(len(row) != columns for row in rows):
            raise Unreadable(f"a row must have {columns} parts")
        return rows

    def reduced(self, function) -> Closure:
        r"""\sum_j, \max_j, \sum_{i=1}^n: over a range, or as many as the letter below it has entries."""
        index, _, start = self.subscript().partition("=")
        index, _, left_out = index.partition(r"\ne")
        top = None
        if self.ahead() == "^":
            self.take()
            top = self.group()
        known = len(self.entries)
        body = self.term()
        over = [(letter, axis) for i, letter, axis in self.entries[known:] if i == index]

        def value(names):
            if top is not None:
                last = top(names)
            else:
                sizes = [np.shape(names[letter])[axis] for letter, axis in over if letter in names]
                if not sizes:
                    raise Unreadable(f"how far does the index {index} go?")
                last = sizes[0]
            return function([body(names | {index: Index(i)}) for i in range(int(start or 1), int(last) + 1)
                             if i != names.get(left_out)])

        return value

    def subscript(self) -> str:
        """The words of a subscript, joined."""
        self.take("_")
        return self.braced()

    def braced(self) -> str:
        if self.ahead() != "{":
            return self.take()
        depth, words = 0, list[str]()
        while depth or not words:
            words.append(self.take())
            depth += (words[-1] == "{") - (words[-1] == "}")
        return "".join(words[1:-1])

    def letter(self, word) -> Closure:
        roman = word in (r"\operatorname", r"\operatorname*")
        if roman:
            word = self.braced()
        name = named([word, self.take()] if word in ACCENTS else [word])
        if word == r"\nabla":
            name += "_" + named([self.take()])
        if not re.fullmatch(r"\w+", name):
            raise Unreadable(f"no letter: {word!r}")
        below = ""
        while self.ahead() in ("'", "_") or self.ahead() == "^" and self.ahead(1) in ("*", r"\ast"):
            if self.ahead() == "_":
                below = self.subscript()
            elif self.take() == "'":
                name += "_prime"
            else:
                self.take()
                name += "_star"
        if name in FUNCTIONS and not below:
            return of(FUNCTIONS[name], self.argument())
        if name in ("min", "max") and not below:
            return of({"min": np.minimum, "max": np.maximum}[name], *self.brackets())
        value = self.entry(name, below)
        if self.ahead() == "(" and (name.removesuffix("_prime").removeprefix("nabla_") in CALLED or roman):
            value = of(lambda function, *arguments: function(*arguments), value, *self.brackets())
            if self.ahead() == "_":                            # softmax(z)_k
                value = of(lambda entries, k: entries[int(k) - 1], value, read(tokens(self.subscript())))
        return value

    def entry(self, name, below) -> Closure:
        """The letter of this name, or where it has no value, an entry of the one without the indices below."""
        whole = f"{name}_{named(tokens(below))}" if below else name
        parts = [p for part in below.split(",") for p in ([part] if re.search(r"\W", part) else part)] if below else []
        read_parts = [(p, f"{name}_{named(tokens(p))}", read(tokens(p))) for p in parts]
        for axis, p in enumerate(parts):
            self.entries.append((p, name, axis))
            self.entries += [(p, f"{name}_{named(tokens(parts[0]))}", axis - 1)] if axis else []

        def value(names):
            if whole in names:
                return names[whole]
            array, indices = names.get(name), []
            for letters, longer, index in read_parts:
                if array is None or not any(isinstance(names.get(t), Index) for t in re.findall("[a-z]", letters)):
                    array = names.get(longer, array)
                    continue
                indices.append(int(index(names)))
            if array is None or not indices:
                raise Unreadable(f"no value for {whole}")
            return array[indices[0]] if isinstance(array, dict) else array[tuple(i - 1 for i in indices)]

        return value
