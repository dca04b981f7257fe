"""Sabotage: random single edits of the book, as a slip or a hurried author makes them. How many are noticed?

trial       an edit, a kind of edits, and the share of them that its check notices
outputs     a digit in a stored output                              nbval's comparison
formulas    a slip in a formula of a page or a docstring            guards.formulas; guards.read
pictures    figures swapped, curves moved, letters changed          guards.figures, guards.pictures
code        code without a run; claims widened                      guards.figures; guards.claims and nnlib.claims
words       numbers in words; verdicts                              guards.words, guards.read; guards.claims
references  labels, keys and links                                  Sphinx, in this process
readme      a word of a command of the README                       tests/test_readme.py
scripts     a constant of an explorable                             tests/judges/, in one browser

`make sabotage` runs it and prints what nothing noticed, to be read: a hole in a guard, or an edit that changes nothing.
"""

from guards.sabotage import code, formulas, outputs, pictures, readme, references, scripts, words

KINDS = (*outputs.KINDS, *formulas.KINDS, *pictures.KINDS, *code.KINDS, *words.KINDS, *references.KINDS, *readme.KINDS,
         *scripts.KINDS)
