"""Where formulas stand: displays and inline ones of the pages, entries of the glossary, nnlib's docstrings."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from guards.book import Book
from guards.reading import blank, codeless

DISPLAY = re.compile(r"\$\$(.*?)\$\$(?:[ \t]*\(([\w-]+)\))?", re.DOTALL)
OTHER = re.compile(r"```\{math\}|\\\[|\\begin\{(?:align|equation|gather|multline|eqnarray)\*?\}")
INLINE = re.compile(r"(?<![\\$])\$((?:[^$\n]|\n(?!\n))+)\$")
SECTION = re.compile(r"\n\s*\w+\n\s*-{3,}\n")  # of a docstring: Parameters and the like
FORMULA = re.compile(r"<-|<=|>=|(?<![<>!=])=(?!=)|\^|\*| / |\bsum[_ ]|\bis \S*\(| [-+] |"
                     r"(?:max|exp|log|sigma)\(")  # in a docstring
FORMULA_INLINE = re.compile(r"[a-z].*[-+=<>/^(]|[-+=<>/^(|].*[a-z]|\\frac")
CITED = re.compile(r"``[^`]*``|`|\([A-Z][^()]*\d{4}[^()]*\)|(?<=\w)'s\b")
PLAIN = {"<-": r"\leftarrow ", "<=": r"\le ", ">=": r"\ge ", "!=": r"\ne ", "||": r"\|", "*": r"\cdot ",
         "^T": r"^\top ", " is ": " = ", "l1_ratio": "ratio", "soft_threshold": "threshold", "leaky_relu": "leaky",
         "sum |": "sum_i |", "sum w": "sum_i w"}
LETTERS = set("""exp log sqrt max min sum sign floor cos tanh sigma phi pi theta beta rho epsilon gamma leak strength
    ratio rate decay factor every steps hat output target scale limit step grad mean variance momentum running batch
    mask xhat dW dX dY db""".split())
CALLED = set("softmax softplus relu silu gelu elu identity leaky threshold prox penalty".split())


@dataclass(frozen=True)
class Printed:
    """A formula, and the key under which it is known: its label, or the words before it."""

    path: str
    cell: int | None
    key: str
    tex: str


def formulas(book: Book) -> list[Printed]:
    """All formulas; a key that stands twice is numbered."""
    found, times = [], Counter[str]()
    for one in (*_displays(book), *_glossary(book.texts["chapters/glossary.md"]), *_docstrings(book)):
        times[one.key] += 1
        key = one.key if times[one.key] == 1 else f"{one.key} {times[one.key]}"
        found.append(Printed(one.path, one.cell, key, one.tex))
    return found


def pages(book: Book) -> Iterator[tuple[str, int | None, str]]:
    """Path, number of the cell and text of all Markdown."""
    for path, text in book.texts.items():
        if path.endswith(".md"):
            yield path, None, text
    for path, number, cell in book.cells():
        if cell.cell_type == "markdown":
            yield path, number, cell.source


def _displays(book):
    for path, cell, text in pages(book):
        for match in DISPLAY.finditer(text):
            words = re.findall(r"[A-Za-z]+", re.sub(r"\$[^$]*\$", " ", text[:match.start()]))[-5:]
            yield Printed(path, cell, match[2] or f"{path.split('/')[-1].split('.')[0]}: {' '.join(words)}", match[1])


def inline(text: str) -> Iterator[re.Match]:
    """The inline formulas of a page or a cell, where they stand in it."""
    return INLINE.finditer(re.sub(r"\$\$.*?\$\$|`[^`\n]*`", blank, codeless(text), flags=re.DOTALL))


def other_forms(book: Book) -> Iterator[tuple[str, int | None, str]]:
    """Displays that are not between double dollars."""
    for path, cell, text in pages(book):
        for match in OTHER.finditer(DISPLAY.sub("", text)):
            yield path, cell, match[0]


def _glossary(text):
    """The inline formulas of an entry that are more than a letter, as one display; an entry ends at an empty line."""
    for entry in re.split(r"\n\n|\n(?=\|)", text):
        inline = [tex for tex in INLINE.findall(entry) if FORMULA_INLINE.search(tex)]
        if inline:
            name = re.findall(r"[^\n|`{}]+", re.sub("^```{glossary}", "", entry.strip()))[0].strip()
            yield Printed("chapters/glossary.md", None, f"glossary: {name}", " , ".join(inline))


def _docstrings(book):
    """The formulas in the prose of each class and function of nnlib, as one display; its key is the dotted name."""
    for path, text in book.texts.items():
        if path.startswith("nnlib/") and "/_" not in path:
            module = ".".join(path.removesuffix(".py").split("/")[:2])  # as it is imported: nnlib.optimizers.Adam
            for name, documentation in _documented(ast.parse(text), module):
                formulas = [plain(part) for part in _parts(SECTION.split(documentation)[0]) if FORMULA.search(part)]
                if formulas:
                    yield Printed(path, None, name, " , ".join(formulas))


def _documented(node, name):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef) and not child.name.startswith("_"):
            if documentation := ast.get_docstring(child):
                yield f"{name}.{child.name}", documentation
            yield from _documented(child, f"{name}.{child.name}")


def _parts(prose):
    """Prose, cut at punctuation outside brackets."""
    depth, start = 0, 0
    for place, letter in enumerate(prose):
        depth += (letter in "([{") - (letter in ")]}")
        if depth <= 0 and re.match(r"[.,;:](\s|$)|\n\n", prose[place:]):
            yield prose[start:place]
            start = place + 1
    yield prose[start:]


def plain(text: str) -> str:
    """A docstring's formula as TeX: theta <- theta - rate g / sqrt(v), sum_i ||x_i||^2, m_hat, beta1."""
    text = CITED.sub(" ", text)
    for ours, tex in PLAIN.items():
        text = text.replace(ours, tex)
    text = re.sub(r"([_^])\(([^()]*)\)", r"\1{\2}", text)
    text = re.sub(r"\bl([12])\b", r"l_\1 ", re.sub(r"_([ij]{2})\b", r"_{\1}", text))
    text = re.sub(r"(?<![\\a-zA-Z{])([a-zA-Z]{2,})(\d*)", _word, text)
    return re.sub(r"(\\text\{\}\s*)+", r"\\text{} ", text)


def _word(match):
    word, number = match.groups()
    if word in CALLED:
        return rf"\operatorname{{{word}}}"
    if word not in LETTERS:
        return r"\text{}"                       # words that are no part of a formula, and not pinned
    return rf"\{word} " + f"_{number} " * bool(number)
