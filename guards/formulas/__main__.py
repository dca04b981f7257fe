"""`make formulas`: print each formula that is new or changed, and store how it is guarded from now on."""

from guards.book import Book
from guards.formulas import PINS, examined, stored

old, new = stored() if PINS.exists() else {}, {}
for formula, pin, wrong in examined(Book.read()):
    new[formula.key] = pin
    if wrong:
        raise SystemExit(f"{formula.path}, cell {formula.cell}: {wrong}")
    if old.get(formula.key) != pin:
        was = old[formula.key].how if formula.key in old else "new"
        print(f"{formula.path}, cell {formula.cell}, {formula.key}: {was} -> {pin.how}\n{formula.tex.strip()}\n")
for key in old.keys() - new.keys():
    print(f"gone: {key}")
PINS.write_text("".join(f"{pin.how:8s} {pin.rest} {key}\n" for key, pin in sorted(new.items())), encoding="utf-8")
