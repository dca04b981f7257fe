"""Numbers in words: what prose, captions, alt texts, tables and solutions say stands in the code, outputs or formulas near.

A number of two or more digits (a zero before the point does not count) must stand in its own section or the one before, rounded as it
is said: 0.7313 printed is 0.73 or 73 % in words, and about 700 is 681. Beginnings and summaries answer to the whole
chapter, an alt text or caption to what is printed or asserted, pages that are no notebooks to their own code. What only
the world can say (a year, a standard) is on the list exempt.csv, keyed by the words around it. Numbers written as words
are left to the reader, and numbers of one digit to the report (guards/verdicts.py).
"""

import ast
import csv
import io
import math
import operator
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache

from guards.book import Fault

LIST = "guards/exempt.csv"
REASONS = {
    "world": "a fact outside the book: a year, a standard, a format, another's number as cited",
    "reckoned": "follows from numbers that stand near, in words or code, by a line of arithmetic",
    "drawn": "read off the picture that the words describe",
    "elsewhere": "stands in another section or chapter, which the sentence names",
    "for example": "an example or a question; nothing depends on it",
}
NUMBER = r"(?<![\w.])(?:\d{1,3}(?:[,_]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:e[-+]?\d+)?"
NAMED = re.compile(r"\b(?:chapters?|sections?|sec\.|ch\.|figures?|fig\.|tables?|equations?|eq\.|theorems?|lemma|algorithm|appendix|"
                   r"exercises?|pages?|pp?\.|vol\.|Python|version|problem|cells?|AoS|JRSS B)\s*(?:\d[\d.]*\s*(?:,|and|to|or)\s*)*$",
                   re.IGNORECASE)
VAGUE = re.compile(r"(?:about|nearly|some|roughly|almost|over|under|than|least|most|around|above|below|within|beyond|~|<|>)\s*$")
WHOLE = re.compile(r"## (?:What |Summary|Five sentences|Often said|In practice|Where it breaks|References|Exercises)")
GREEK = "alpha|beta|gamma|delta|epsilon|varepsilon|eta|theta|kappa|lambda|mu|rho|sigma|tau|phi|omega"
FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1 *$", re.MULTILINE | re.DOTALL)
LOOK = {"figsize", "fontsize", "linewidth", "markersize", "alpha", "zorder", "width", "color", "height_ratios", "pad", "ncol",
        "s", "lw", "rotation", "hspace", "wspace", "precision", "decimals", "dps"}
LOOKING = {"default_rng", "round", "set_printoptions", "subplots", "annotate", "text", "set_size_inches", "set_ylim"}
OPERATE = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow}
FUNCTIONS = {"ln": math.log, "log": math.log, "sqrt": math.sqrt, "exp": math.exp}


@dataclass
class Section:
    """What a section says and what its numbers may be taken from."""

    whole: bool = False  # its numbers may stand anywhere in the chapter
    said: list = field(default_factory=list)  # (path, cell, kind, text)
    known: set = field(default_factory=set)


@dataclass(frozen=True)
class Said:
    """A number in words: its value, give or take half a unit of its last digit, and the words around it."""

    path: str
    cell: int | None
    kind: str
    shown: str
    words: str
    value: float
    half: float
    percent: bool

    @property
    def digits(self):
        return len(re.sub(r"^0(?=\.)|\D", "", self.shown).lstrip("0" if "." in self.shown else ""))

    def stands_in(self, known):
        """Whether one of the sorted numbers, rounded as this one is said, is this one; none is 07."""
        if re.match(r"0\d", self.shown):
            return False
        tries = [(self.value, self.half)]
        if self.percent:
            tries += [(self.value / 100, self.half / 100)]
        for value, half in tries:
            at = bisect_left(known, value - half * 1.0001)
            if at < len(known) and known[at] <= value + half * 1.0001:
                return True
        return False


def faults(book):
    """Numbers in words that stand nowhere near, and exemptions that nothing needs any more."""
    exempt = {(row["page"], row["words"]): row["reason"] for row in csv.DictReader(io.StringIO(book.texts[LIST]))}
    used = set()
    for number in unknown(book):
        page = page_of(number.path)
        covering = {key for key in exempt if key[0] == page and number.shown in key[1] and key[1] in number.words}
        used |= covering
        if number.digits > 1 and not covering:
            yield Fault(number.path, number.cell, f"the {number.kind} says {number.shown} ({number.words!r}), which no output, "
                        "assertion or formula near it does", f"correct it, assert it there, or exempt it in {LIST}")
    for key, reason in exempt.items():
        if reason not in REASONS:
            yield Fault(LIST, None, f"{key} has the reason {reason!r}", f"choose one of {', '.join(REASONS)}")
        if key not in used:
            yield Fault(LIST, None, f"nothing needs {key} any more", "delete its line")


def page_of(path):
    return path.rpartition("/")[2].partition(".")[0]


def unknown(book):
    """Yield every number said, of any length, that does not stand near."""
    for sections in chapters(book):
        everything = sorted(set().union(*(section.known for section in sections)))
        before = set()
        for section in sections:
            near = everything if section.whole else sorted(section.known | before)
            before = section.known
            for path, cell, kind, text in section.said:
                here = sorted({*near, *reckoned(text)}) if kind == "text" else near
                yield from (number for number in numbers(path, cell, kind, text) if not number.stands_in(here))


def chapters(book):
    """The sections of each chapter (its core and its deeper page together), and of each page that is no notebook."""
    by_chapter = {}
    for path, notebook in book.notebooks.items():
        by_chapter.setdefault(page_of(path)[:2], []).extend(split(path, notebook))
    for path in ("README.md", "intro.md"):
        section = Section()
        read_markdown(section, path, None, book.texts[path])
        by_chapter[path] = [section]
    return by_chapter.values()


def split(path, notebook):
    """The sections of a notebook: at headings of the second level and at exercises."""
    sections = [Section(whole=True)]
    for place, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            for piece in re.split(r"^(?=## |`{3,}\{exercise)", cell.source, flags=re.MULTILINE):
                if re.match(r"## |`{3,}\{exercise", piece):
                    sections.append(Section(whole=bool(WHOLE.match(piece))))
                read_markdown(sections[-1], path, place, piece)
        else:
            form = cell.metadata.get("mystnb", {})
            for kind, text in (("caption", form.get("figure", {}).get("caption")), ("alt text", form.get("image", {}).get("alt"))):
                sections[-1].said.append((path, place, kind, plain(text or "")))
            sections[-1].known |= in_code(cell.source)
            for output in cell.outputs:
                printed = output.get("text") or output.get("data", {}).get("text/plain", "")
                sections[-1].known |= in_text("" if printed.startswith("<Figure") else printed)
    return sections


def read_markdown(section, path, place, text):
    for alt in re.findall(r"^:alt: (.*)$", text, re.MULTILINE):
        section.said.append((path, place, "alt text", plain(alt)))
    for code in unfenced(text)[1]:
        section.known |= in_code(code)
    for formula in re.findall(r"\$\$(.*?)\$\$", text, re.DOTALL):
        formula = tex(formula)
        section.known |= in_text(formula) | set(reckoned(formula))
    section.said.append((path, place, "text", plain(text)))


def unfenced(text):
    """Markdown without its fences, and the code in those that are no directives."""
    code = []

    def opened(fence):
        if fence[2].startswith("{"):
            return "\n" + FENCE.sub(opened, fence[3]) + "\n"
        code.append(fence[3])
        return "\n"

    return FENCE.sub(opened, text), code


def plain(text):
    """Markdown as it is read, TeX as one would type it; without what is checked otherwise: displays, roles, links, code."""
    text = re.sub(r"\$\$.*?\$\$(?: \([\w-]+\))?", " ", unfenced(text)[0], flags=re.DOTALL)
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^(?:`{3,}|:{3,}|:[\w-]+:).*$|\{[\w:]+\}`[^`]*`|\bS\d-\d\d\b|<[^>\s][^>]*>|https?://\S+", " ", text,
                  flags=re.MULTILINE)
    text = re.sub(r"\$([^$]+)\$", lambda math: tex(math[1]), text)
    return re.sub(r"\s+", " ", text.replace("−", "-").replace("`", " ").replace("*", ""))


def tex(formula):
    """TeX as one would type it, as far as its numbers go."""
    formula = re.sub(r"\\[,;!]|\\(?:left|right|[bB]igg?[lr]?)\b", "", formula.replace("{,}", ",").replace(r"\%", "%"))
    formula = re.sub(r"_(?:\{[^{}]*\}|\\?\w)", "", formula)
    formula = re.sub(rf"\\({GREEK})(?![a-zA-Z])", r" \1 ", formula)
    formula = re.sub(r"\\[td]?frac\s*(\d)\s*(\d)", r"(\1/\2)", formula)
    formula = re.sub(r"\\[td]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"((\1)/(\2))", formula)
    formula = re.sub(r"(?:([\d.]+)\s*\\(?:cdot|times)\s*)?(?<![\d.])10\^\{?(-?\d+)\}?", lambda m: f"{m[1] or 1}e{m[2]}", formula)
    formula = re.sub(r"\\(?:cdot|times)\b", "·", re.sub(r"\\(ln|log|sqrt|exp)\b", r" \1 ", formula))
    formula = re.sub(r"\\(?:approx|sim)\b", " about ", re.sub(r"\\leq?\b", "<", re.sub(r"\\geq?\b", ">", formula)))
    return re.sub(r"\\[a-zA-Z]+|[\\&]", " ", formula).replace("{", "(").replace("}", ")")


def numbers(path, cell, kind, text):
    """Yield each number that a plain text says; not those of chapters and sections, nor years."""
    for match in re.finditer(NUMBER + r"(?!\w|\.\d)|" + NUMBER + r"(?=(?:st|nd|rd|th)\b)", text):
        shown, before, after = match[0], text[max(0, match.start() - 40):match.start()], text[match.end():match.end() + 40]
        if NAMED.search(before) or re.fullmatch(r"1[5-9]\d\d|20[012]\d", shown):
            continue
        mantissa, _, power = re.sub("[,_]", "", shown).partition("e")
        unit = 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))
        if VAGUE.search(before) and not power and "." not in mantissa:
            unit = 10.0 ** (len(mantissa) - len(mantissa.rstrip("0")))
        value = float(mantissa + (f"e{power}" if power else ""))
        scale = re.match(r" (thousand|million|billion)\b", after)
        times = {"thousand": 1e3, "million": 1e6, "billion": 1e9}[scale[1]] if scale else 1
        yield Said(path, cell, kind, shown, before + shown + after, value * times, min(unit / 2, value / 8 or 0.5) * times,
                   bool(re.match(r"(?:(?: to| and|,| or|–|-) ?[\d.]+)? ?(?:%|per ?cent)", after)))


def in_text(text):
    return {float(re.sub("[,_]", "", number)) for number in re.findall(NUMBER, text)}


@cache
def in_code(source):
    """The numbers of a cell's code, its strings and comments, and what its constants come to; not how a figure looks."""
    known = in_text(" ".join(re.findall(r"#(.*)", source)))
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return in_text(source)
    look = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in LOOK:
            look |= set(ast.walk(node.value))
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in LOOKING:
            look |= {inner for argument in node.args for inner in ast.walk(argument)}
        elif isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            look |= set(ast.walk(node.slice))  # which one of several; [:400] says how many
        elif isinstance(node, ast.FormattedValue) and node.format_spec:
            look |= set(ast.walk(node.format_spec))
    for node in ast.walk(tree):
        if node not in look and isinstance(node, ast.expr):
            value = constant(node)
            known |= in_text(value) if isinstance(value, str) else set() if value is None else {abs(value)}
    return known


def constant(node):
    """The number, or the string, that an expression of constants is; else None."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float, str):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = constant(node.operand)
        return -value if isinstance(value, (int, float)) else None
    try:
        if isinstance(node, ast.BinOp):
            return float(OPERATE[type(node.op)](float(constant(node.left)), float(constant(node.right))))
        if isinstance(node, ast.Call) and len(node.args) == 1:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            return FUNCTIONS[name](constant(node.args[0]))
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    return None


def reckoned(text):
    """Yield what the sums, products and powers in a plain text come to, such as 53 ln 2."""
    part = r"(?:\d[\d,]*\.?\d*(?:e-?\d+)?|ln|log|sqrt|exp|[-+·×/^() ])"
    for term in re.findall(rf"(?<![\w.]){part}+(?![\w.])", text):
        term = re.sub(r"(ln|log|sqrt|exp) *(\d[\d.]*)", r"\1(\2)", re.sub(r"(?<=\d),(?=\d{3})", "", term).strip())
        term = re.sub(r"([\d)]) *(?=ln|log|sqrt|exp|\()", r"\1·", term)
        term = term.replace("·", "*").replace("×", "*").replace("^", "**")
        if re.search(r"\d", term) and not re.fullmatch(r"[\d.,e() -]+", term):
            try:
                value = constant(ast.parse(term.lstrip("+*/ "), mode="eval").body)
            except SyntaxError:
                continue
            if isinstance(value, float) and math.isfinite(value):
                yield abs(value)
