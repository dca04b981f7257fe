"""The book's TeX, read so that it can be executed.

tokens    TeX as a list of words
values    what sums, products, norms and cases are
reader    an expression as a function of its letters
display   a formula: statements, their sides, what of it has been executed
edits     single mistakes, for tests and `make sabotage`
"""

from guards.tex.display import Display, Side
from guards.tex.edits import edits
from guards.tex.values import COMPARED, CONSTANTS, Index, Names, Unreadable

__all__ = ["Display", "Side", "edits", "COMPARED", "CONSTANTS", "Index", "Names", "Unreadable"]
