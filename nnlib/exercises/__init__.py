"""Checkers for the reader's own code: ``check("sigmoid", my_sigmoid)`` says what was tried, what came out, what should.

An exercise is a reference function, proven by the library's own tests, and the inputs on which hand-written versions
tend to go wrong. Adding one means adding a line to `EXERCISES`, or to that
of its chapter's file, such as `sigmoid.py`.
"""

from nnlib.exercises.checker import check
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.table import EXERCISES as EXERCISES

__all__ = ["Exercise", "check"]
