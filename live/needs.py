"""What the cells of a page need: which packs, and what no pack has (SciPy, scikit-learn, overflow warnings, 80 bits)."""

import ast
import sys

BASE = ("core", "book")
ASKS = {"mpmath": "mpmath", "mnist": "load_mnist("}  # a pack, and the words of a cell that ask for it
HERE = {"numpy", "matplotlib", "mpl_toolkits", "PIL", "mpmath", "nnlib"} | sys.stdlib_module_names
CALLED = {"scipy": "SciPy", "sklearn": "scikit-learn", "torch": "PyTorch"}


def packs(notebook):
    """The packs that a page starts with: MNIST, 11 MB, waits until a cell asks for it."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return [*BASE, *(name for name, words in ASKS.items() if words in text and name != "mnist")]


def names(tree, context):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, context)}


def imports(tree):
    """Each name that an import binds, and the package it comes from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.asname or alias.name.split(".")[0], alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, (node.module or "").split(".")[0]) for alias in node.names)


def away(notebook):
    """Each code cell that cannot run on the page, by its place from 0 among all cells, and why."""
    found, missing = {}, {}  # name -> what is not there
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        bound = dict(imports(tree))
        missing.update({name: CALLED.get(package, package) for name, package in bound.items() if package not in HERE})
        asked = sorted({missing[name] for name in names(tree, ast.Load) if name in missing})
        if asked:
            found[str(place)] = f"needs {' and '.join(asked)}"
    return found
