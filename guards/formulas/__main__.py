"""`make formulas`: print each formula that is new or changed, and store how it is guarded from now on."""

from collections import Counter

from guards.book import Book
from guards.formulas import PINS, examined, inline, stored

book, old, new = Book.read(), stored(), {}
for formula, pin, wrong in examined(book):
    new[formula.key] = pin
    if wrong:
        raise SystemExit(f"{formula.path}, cell {formula.cell}: {wrong}")
    if old.get(formula.key) != pin:
        was = old[formula.key].how if formula.key in old else "new"
        print(f"{formula.path}, cell {formula.cell}, {formula.key}: {was} -> {pin.how}\n{formula.tex.strip()}\n")
for key in old.keys() - new.keys():
    print(f"gone: {key}")
PINS.write_text("".join(f"{pin.how:8s} {pin.rest} {key}\n" for key, pin in sorted(new.items())), encoding="utf-8")

read, said = inline.stored(), inline.said(book)
now = Counter({line: len(places) for line, places in said.items()})
for change, lines in (("gone", read - now), ("new", now - read)):
    for line in sorted(lines.elements()):
        print(f"{change}: {line}")
inline.LIST.write_text("".join(f"{line}\n" for line in sorted(now.elements())), encoding="utf-8")
