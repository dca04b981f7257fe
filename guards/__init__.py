"""Guards of what is printed: each reads the book's sources and says where they and the library do not agree.

book       the sources as text in memory, and what a guard says of them
formulas   the TeX of every formula, evaluated and compared with nnlib      (tex reads it)
figures    the stored pictures, compared with the new ones
words      numbers in prose, captions, alt texts, solutions and the front page
claims     published numbers, tolerances and the verdicts of the statements
sabotage   random single edits: how many do the guards notice? (`make sabotage`)

A guard is a function of a `Book` that yields `Fault`s; tests/test_guards_*.py ask for none.
"""
