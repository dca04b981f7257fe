"""What the cells of a page need: which packs, and what no pack has (SciPy, scikit-learn, warnings of overflow)."""

import ast
import sys

from live.guest.nnabsent import ABSENT
from live.guest.nnplan import bound, imports, loaded, root

BASE = ("core", "book")
ASKS = {"mpmath": "mpmath", "polynomial": "polynomial", "mnist": "load_mnist("}  # a pack, and the words that ask for it
HERE = {"numpy", "matplotlib", "mpl_toolkits", "PIL", "mpmath", "nnlib"} | sys.stdlib_module_names
ROUNDING = "the rounding of another processor"  # a training that hangs on the last bit, or a last bit itself
SAID = {  # what a cell with these words needs
    "catch_warnings(record=True)": "NumPy's warnings", "longdouble": "80-bit floats", "by_tanh == 2": ROUNDING,
    "unseen.mean():.0%": ROUNDING,
}


def packs(notebook):
    """The packs that a page starts with: MNIST, 11 MB, waits until a cell asks for it."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return [*BASE, *(name for name, words in ASKS.items() if words in text and name != "mnist")]


def filled(statement):
    """Names of what gets an element."""
    return {root(node) for node in ast.walk(statement)
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)}


def away(notebook):
    """Each code cell that cannot show on the page what it shows in the book, by its place from 0 among all, and why.

    It uses a name from a package that is not there, what a statement that failed would have bound, or NumPy's warnings:
    WebAssembly does not tell of an overflow.
    """
    found, missing = {}, {}  # missing: name -> what it needs
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        why = set()
        for statement in ast.parse(cell.source).body:
            absent = {name: source.split(".")[0] for name, source in imports(statement)}
            own = bound(statement) if isinstance(statement, ast.For | ast.With) else set()
            asked = {missing[name] for name in loaded(statement) - own if name in missing}
            text = ast.unparse(statement)
            asked |= {need for words, need in SAID.items() if words in text}
            if not isinstance(statement, ast.FunctionDef):
                why |= asked  # a function fails when it is called
            for name in bound(statement) | (filled(statement) if why else set()):
                missing.pop(name, None)
                if absent.get(name, "numpy") not in HERE:
                    missing[name] = ABSENT.get(absent[name], absent[name])
                elif asked or why:
                    missing[name] = min(asked or why)
        if why:
            found[str(place)] = f"needs {' and '.join(sorted(why))}"
    return found
