"""Checkers for the reader's own code: ``check("sigmoid", my_sigmoid)`` says what was tried, what came out, what should.

An exercise is a reference function, proven by the library's own tests, and the inputs on which hand-written versions
tend to go wrong. Adding one means adding a line to `EXERCISES`.
"""

from nnlib.exercises.checker import check
from nnlib.exercises.table import EXERCISES as EXERCISES
from nnlib.exercises.table import Exercise

__all__ = ["Exercise", "check"]
