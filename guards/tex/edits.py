"""Single mistakes in a formula, as a slip of the pen makes them: what a guard should see."""

import re
from collections.abc import Iterator

from guards.tex.tokens import SPACING, TOKEN

OTHER = {"+": "-", "-": "+", "<": ">", ">": "<", r"\le": r"\ge", r"\ge": r"\le", r"\max": r"\min", r"\min": r"\max",
         r"\log": r"\exp", r"\exp": r"\log", r"\sqrt": "", r"\hat": "", r"\top": "2", "'": "", r"\sum": "",
         "=": r"\le", "^": "_", "_": "^"}
LETTER = re.compile(r"[a-zA-Z]|\\(?:eta|beta|lambda|rho|theta|alpha|tau|sigma|phi|gamma|delta|Delta|kappa|varepsilon)")
FRACTION = re.compile(r"\s*\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}")
ROOT = re.compile(r"\\sqrt\{((?:[^{}]|\{[^{}]*\})*)\}( \+ \\varepsilon)")
WHOLE = re.compile(r"\\(?:begin|end)\{\w+\}|\\(?:text|operatorname\*?|mathrm)\{[^{}]*\}|" + TOKEN.pattern, re.DOTALL)


def edits(tex: str) -> Iterator[tuple[str, str]]:
    """Each kind of edit at each place of a formula, and the formula with it; words and layout are left alone."""
    spaced = SPACING.sub(lambda match: " " * len(match[0]), tex)
    found = [(match.start(), match.end(), match[0]) for match in WHOLE.finditer(spaced)]
    letters = sorted({word for _, _, word in found if LETTER.fullmatch(word)})
    for start, end, word in found:
        def put(new, start=start, end=end):
            return tex[:start] + new + (" " if new[-1:].isalpha() else "") + tex[end:]

        if word in OTHER:
            yield f"{word} -> {OTHER[word]}", put(OTHER[word])
        elif word.isdigit():
            yield "number", put(str(int(word) + 1))
        elif LETTER.fullmatch(word) and len(letters) > 1:
            yield "letter", put(letters[(letters.index(word) + 1) % len(letters)])
        elif word in (r"\frac", r"\tfrac"):
            yield from (("turned over", put(rf"{word}{{{m[2]}}}{{{m[1]}}}", end=end + m.end()))
                        for m in [FRACTION.match(tex[end:])] if m)
    for match in ROOT.finditer(tex):
        yield "into the root", tex[:match.start()] + rf"\sqrt{{{match[1]}{match[2]}}}" + tex[match.end():]
