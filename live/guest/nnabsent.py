"""What the page lacks, and what a reader is told of it.

A chapter's first cell imports all that the chapter uses: it runs without the packages that are not here. A name from
such a package says so when it is used, not before. Nothing is computed in the package's place.
"""

import ast
import re

NOT_SUPPORTED = 58  # what WASI answers to a call that it lacks
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


COMMANDS = re.compile(r"\s*([%!?]|(pip|conda|python|jupyter) )|.*\?\s*$")
PROMPTS = re.compile(r"\s*(>>>|\.\.\. )")
COPIED = "This was copied with its prompts (>>>, In [1]:): leave them and the answers out."
TOO_BIG = re.compile("array is too big|Maximum allowed|index-sized|Unable to allocate")


def advice(error):
    """What to do about an error that comes of where the code runs, or of the book's own checks; None for any other."""
    if isinstance(error, SyntaxError):
        if COMMANDS.match(error.text or ""):
            return "Commands of Jupyter or of a terminal (%, !, ?, pip) do not work here: leave that line out."
        if PROMPTS.match(error.text or ""):
            return COPIED
    elif isinstance(error, NameError) and error.name == "In":
        return COPIED
    elif isinstance(error, MemoryError) or TOO_BIG.search(str(error)):
        return ("Python in the page has 4 GB of memory, 2 GB of it for one array: make it smaller, or download the "
                "notebook to run this.")
    elif isinstance(error, SystemExit) or type(error).__name__ == "BdbQuit":
        return "That ends this cell, and no more. There is no debugger: print what you want to look at."
    elif isinstance(error, ModuleNotFoundError) or getattr(error, "name", "") == "fontTools":
        return ("Python in the page has NumPy, Matplotlib, mpmath and most of the standard library, and can install no "
                "more; if the name is spelt right, download the notebook to run this.")
    elif isinstance(error, EOFError):
        return "Nobody can answer input() in the page: write the value into the code."
    elif isinstance(error, FileNotFoundError):
        return "The page sees none of your files, only those that its own code writes."
    elif (getattr(error, "errno", 0) == NOT_SUPPORTED or type(error).__name__ == "URLError"
          or str(error) == "can't start new thread"):
        return "Code in the page has no network, no threads and no other processes; download the notebook to run this."
    elif isinstance(error, AssertionError) and not error.args:
        return ("With an assert the book checks what it says; where a change of yours, or another last digit in the "
                "page, makes it untrue, delete that line to go on.")
    return None
