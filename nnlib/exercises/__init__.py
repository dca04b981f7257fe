"""Checkers for the reader's own code: ``check("sigmoid", my_sigmoid)`` says what was tried, what came out, what should.

An exercise is a reference function, proven by the library's own tests, and the inputs on which hand-written versions
tend to go wrong. Each chapter has a file, named for it, such as `sigmoid.py` for 02: adding an exercise means adding it
there. `table` joins them.
"""

from nnlib.exercises.checker import check
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.table import EXERCISES as EXERCISES

__all__ = ["Exercise", "check"]
