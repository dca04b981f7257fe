"""What readers write for the exercises, a file a chapter: wrong in the usual ways, right in unusual ones.

An answer called "in place" writes into its arguments, one called "overflow" lets that warning through.
"""

from importlib import import_module

from nnlib.exercises.table import CHAPTERS

_FILES = [import_module(f"answers.{chapter.__name__.rpartition('.')[2]}") for chapter in CHAPTERS]
WRONG = {name: answers for file in _FILES for name, answers in file.WRONG.items()}
RIGHT = {name: answers for file in _FILES for name, answers in file.RIGHT.items()}
