"""Guards of what is printed: each reads the book's sources and says where they and the library do not agree.

book       the sources as text in memory, and what a guard says of them
formulas   the TeX of every formula, evaluated and compared with nnlib      (tex reads it)
read       formulas in sentences, tables, numbers of captions: a change is to be read again
figures    the stored pictures, and the code that drew them                 (pictures compares two)
words      numbers in prose, captions, alt texts, solutions, claims.csv     (reading finds them)
claims     published numbers, tolerances and the verdicts of the statements
verdicts   a report: what is decided in words, beside the assertions        (`make verdicts`)
sabotage   random single edits: how many do the guards notice? (`make sabotage`)

A guard is a function of a `Book` that yields `Fault`s; tests/test_guards_*.py ask for none.
"""
