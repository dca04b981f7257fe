"""Packages that the page lacks. A chapter's first cell imports all that the chapter uses: it runs without them.

A name from such a package says so when it is used, not before. Nothing is computed in the package's place.
"""

import ast

ABSENT = {"scipy": "SciPy", "sklearn": "scikit-learn", "torch": "PyTorch", "pandas": "pandas"}


class Absent:
    """A name whose package is not here."""

    def __init__(self, name, package):
        self._said = f"{name} needs {package}, which Python in the page lacks; download the notebook to run this"

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise ImportError(self._said)

    def __call__(self, *arguments, **options):
        raise ImportError(self._said)


def without_absent(tree, names):
    """The cell without its top-level imports of absent packages, whose names are bound here."""
    kept = []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            present = []
            for alias in node.names:
                package = (getattr(node, "module", None) or alias.name).split(".")[0]
                if package in ABSENT:
                    name = alias.asname or alias.name.split(".")[0]
                    names[name] = Absent(name, ABSENT[package])
                else:
                    present.append(alias)
            node.names = present
        if getattr(node, "names", True):  # False for an import of which nothing is left
            kept.append(node)
    tree.body[:] = kept
    return tree
