"""The library's floors: a module imports only from floors below, and from outside only NumPy and the standard library.

The exceptions are matplotlib in ``plotting``, with its notebook backend inside a function, and scikit-learn inside the
functions of ``datasets``.
"""

import ast
import sys
import tomllib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "nnlib"
MODULES = sorted(path.relative_to(PACKAGE).with_suffix("").as_posix() for path in PACKAGE.rglob("*.py"))

FLOORS = {
    "base": ["__init__", "_check", "_memory"],
    "0": ["activations", "initializers", "penalties", "schedules", "optimizers", "datasets", "gradcheck"],
    "1": ["losses", "layers"],
    "behind network": ["_file"],
    "2": ["objectives", "network"],
    "behind training": ["_data"],
    "below 3": ["_run"],
    "3": ["descent", "training"],
    "4": ["selection"],
    "side": ["plotting", "claims", "exercises"],  # may import every floor; no floor imports them
}
LEVEL = {module: level for level, modules in enumerate(FLOORS.values()) for module in modules}
FLOOR = {module: floor for floor, modules in FLOORS.items() for module in modules}


def imports(tree):
    """Yield (node, dotted name, is it inside a function) for everything that a module of nnlib imports."""
    inside = {id(node) for function in ast.walk(tree) if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
              for node in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(filter(None, ["nnlib" if node.level else "", node.module]))
            names = [f"{base}.{alias.name}" for alias in node.names] if base == "nnlib" else [base]
        else:
            continue
        for name in names:
            yield node, name, id(node) in inside


def violations(module, source):
    """What is wrong with the imports of one module, a line each, with the remedy. A package's parts share its floor."""
    tree, (package, *part) = ast.parse(source), module.split("/")
    found = []
    for node, name, in_function in imports(tree):
        top, _, rest = name.partition(".")
        where = f"nnlib/{module}.py:{node.lineno}: imports {name}"
        if top == "nnlib":
            other = rest.partition(".")[0]
            if other not in LEVEL:
                found.append(f"{where}, which is no module of the table: import from nnlib's modules")
            elif LEVEL[other] >= LEVEL[package] and not (part and other == package):
                found.append(f"{where} (floor {FLOOR[other]}), but stands on floor {FLOOR[package]} itself: imports "
                             "only go down; move what both need to a floor below")
        elif top == "matplotlib" or (top == "matplotlib_inline" and in_function):
            if module != "plotting":
                found.append(f"{where}: matplotlib belongs to nnlib/plotting.py alone; draw there")
        elif top == "sklearn":
            if package != "datasets" or not in_function:
                found.append(f"{where}: scikit-learn is imported only inside the functions of nnlib/datasets")
        elif top != "numpy" and top not in sys.stdlib_module_names:
            found.append(f"{where}: the library needs nothing but NumPy and the standard library")
    for node in ast.walk(tree):
        name = getattr(node, "id", getattr(node, "attr", None))
        if name in {"get_ipython", "__import__", "import_module"}:
            found.append(f"nnlib/{module}.py:{node.lineno}: uses {name}: the library knows no notebook and imports "
                         "with plain import statements")
    return found


@pytest.mark.parametrize("module", MODULES)
def test_imports_only_go_down(module):
    package = module.split("/")[0]
    assert package in LEVEL, f"nnlib/{package} stands on no floor: add it to FLOORS in tests/test_floors.py"
    found = violations(module, (PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    assert not found, "\n" + "\n".join(found)


def test_the_package_holds_its_version_and_nothing_else():
    docstring, *rest = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8")).body
    assert [ast.unparse(node).partition(" = ")[0] for node in rest] == ["__version__"], (
        "nnlib/__init__.py holds the version and nothing else: chapters write from nnlib.activations import sigmoid")


def test_every_folder_of_modules_is_installed():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    listed = project["tool"]["setuptools"]["packages"]
    folders = {path.parent.relative_to(PACKAGE.parent).as_posix() for path in PACKAGE.rglob("*.py")}
    assert sorted(listed) == sorted(folder.replace("/", ".") for folder in folders), "see pyproject.toml"


@pytest.mark.parametrize("module, source", [
    ("activations", "from nnlib._check import as_floats\nimport numpy as np\nimport math"),
    ("losses", "from .activations import sigmoid\nfrom . import _check"),
    ("plotting", "import matplotlib.pyplot as plt\nfrom nnlib import selection"),
    ("plotting", "def use_style():\n    import matplotlib_inline"),
    ("datasets/stored", "def load():\n    from sklearn.datasets import load_digits\nimport nnlib.datasets.idx"),
    ("optimizers/adaptive", "from nnlib.optimizers.base import Optimizer"),
])
def test_allowed(module, source):
    assert violations(module, source) == []


@pytest.mark.parametrize("module, source, reason", [
    ("_check", "import nnlib.activations", "only go down"),
    ("losses", "from nnlib.layers import Dense", "only go down"),           # the same floor
    ("losses", "def f():\n    from .training import fit", "only go down"),  # hidden in a function
    ("training", "from nnlib.plotting import curve", "only go down"),
    ("optimizers/adaptive", "from nnlib.activations import relu", "only go down"),
    ("training", "from nnlib import selection", "only go down"),
    ("training", "import nnlib", "no module of the table"),
    ("losses", "from matplotlib import pyplot", "plotting.py alone"),
    ("datasets", "import sklearn", "only inside the functions"),
    ("losses", "def f():\n    import sklearn", "only inside the functions"),
    ("gradcheck", "import scipy.optimize", "nothing but NumPy"),
    ("plotting", "import matplotlib_inline", "nothing but NumPy"),
    ("plotting", "from IPython.display import display", "nothing but NumPy"),
    ("exercises", "get_ipython()", "knows no notebook"),
    ("losses", "import importlib\nimportlib.import_module('torch')", "plain import statements"),
])
def test_forbidden(module, source, reason):
    [line] = violations(module, source)
    assert reason in line


def test_each_name_stands_for_one_thing():
    """Two helpers of one name get mixed up; `constant`, a rate and an initial value, is the field's word for both."""
    names = [node.name for path in PACKAGE.rglob("*.py") for node in ast.parse(path.read_text(encoding="utf-8")).body
             if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert {name for name in names if names.count(name) > 1} == {"constant"}
