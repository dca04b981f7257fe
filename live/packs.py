"""The files of Python, by need: each pack is fetched as a whole, and unpacked into the interpreter's memory.

core     what the chapters open of the standard library, NumPy and Matplotlib (core.txt)
book     nnlib, its stored results, two small data sets of scikit-learn's, and the kernel
mpmath, polynomial, mnist   where a chapter asks for them
rest     what else a reader may import: fetched when that happens
"""

import gzip
import io
import json
import re
import struct
import zipfile
from pathlib import Path

import numpy as np
from sklearn import datasets

from live import fonts
from live.wheel import LIBRARY

HERE = Path(__file__).parent
NNLIB = HERE.parent / "nnlib"
ROOT = "/usr/local/lib/python315.zip/"  # a folder in the page: the binary has this path
DATA = "/lib/nnlib/data/"
CORE = set((HERE / "core.txt").read_text(encoding="utf-8").split())
ENCODINGS = {f"encodings/{name}.pyc" for name in """__init__ aliases ascii cp1252 cp437 idna latin_1
    raw_unicode_escape unicode_escape utf_8 utf_8_sig""".split()}
# In the wheel, not in the page: their compiled part is cut out (prune.py), or they need processes, sockets or a screen.
LEFT_OUT = set("""
    _pyrepl antigravity attr attrs bs4 charset_normalizer cloudpickle ctypes curses dbm defusedxml ensurepip
    et_xmlfile fontTools formulaic host html5lib idlelib interface_meta isympy jinja2 joblib lxml markupsafe
    more_itertools multiprocessing narwhals networkx openpyxl pandas patsy profiling pypdf regex reportlab
    reportlab_mods reportlab_settings scipy seaborn sklearn soupsieve sqlite3 statsmodels sympy tabulate
    threadpoolctl tlz tomli_w toolz tqdm turtle tzdata venv webencodings wrapt wsgiref xlrd xlsxwriter xmlrpc
    xmltodict yaml
    """.split())
ASIDE = {"mpmath": "mpmath/", "polynomial": "numpy/polynomial/"}  # packs of their own, and their folders
EAST_ASIAN = re.compile(r"encodings/(big5|cp9|euc|gb|hz|iso2022|johab|shift).*")  # their tables are cut out
MATPLOTLIB_DATA = "matplotlib/mpl-data"


def library(wheel):
    """(path below ROOT, content) of each file of Python that a page may use."""
    whole = zipfile.ZipFile(io.BytesIO(zipfile.ZipFile(wheel).read(LIBRARY)))
    data = zipfile.ZipFile(io.BytesIO(whole.read(f"{MATPLOTLIB_DATA}.zip")))
    for name in sorted(whole.namelist()):
        parts = name.removesuffix(".pyc").split("/")
        gone = parts[0] in LEFT_OUT or {"tests", "f2py"} & set(parts) or EAST_ASIAN.fullmatch(name)
        if name in CORE or not gone and not name.endswith(("/", ".zip")):
            yield name, whole.read(name)
    for name in sorted(data.namelist()):
        stem, _, ending = name.split("/")[-1].partition(".")
        if ending == "ttf" and fonts.KEPT.fullmatch(stem):
            yield f"{MATPLOTLIB_DATA}/{name}", fonts.smaller(stem, data.read(name))
        elif name == "matplotlibrc" or ending == "mplstyle" or stem == "LICENSE_DEJAVU":
            yield f"{MATPLOTLIB_DATA}/{name}", data.read(name)


def pack_of(name):
    """The pack of a file of the library."""
    for pack, folder in ASIDE.items():
        if name.startswith(folder):
            return pack
    return "core" if name in CORE | ENCODINGS or name.startswith(MATPLOTLIB_DATA) else "rest"


def module(path):
    """The name by which a file of the library is imported."""
    return path.removesuffix(".pyc").removesuffix("/__init__").replace("/", ".")


def tree(folder, to, skip=()):
    """(path, content) of a folder's files."""
    for path in sorted(Path(folder).rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and "__pycache__" not in name and not name.startswith(skip):
            yield to + name, path.read_bytes()


def arrays(load):
    """A data set of scikit-learn's as the content of an .npz file."""
    bunch, file = load(), io.BytesIO()
    np.savez_compressed(file, data=bunch.data, target=bunch.target)
    return file.getvalue()


def python(wheel):
    """The files of the packs that hold Python, {pack: {path: content}}; core names the modules of rest, too."""
    found, rest = {pack: {} for pack in ("core", *ASIDE, "rest")}, []
    for name, content in library(wheel):
        found[pack_of(name)][ROOT + name] = content
        rest += [module(name)] if pack_of(name) == "rest" else []
    found["core"]["/lib/rest.txt"] = "\n".join(rest).encode()
    return found


def book():
    """Those of the book's own pack."""
    return {"book": {**dict(tree(HERE / "guest", "/lib/")), **dict(tree(NNLIB, "/lib/nnlib/", skip=("data/mnist",))),
                     f"{DATA}sklearn/digits.npz": arrays(datasets.load_digits),
                     f"{DATA}sklearn/diabetes.npz": arrays(datasets.load_diabetes)}}


def mnist():
    """The four files of MNIST."""
    return {"mnist": dict(tree(NNLIB / "data" / "mnist", f"{DATA}mnist/"))}


def packed(files):
    """One blob, compressed: the length of the index in four bytes, the index (path and size, in JSON), the files."""
    index = json.dumps({path: len(content) for path, content in files.items()}, separators=(",", ":")).encode()
    return gzip.compress(struct.pack("<I", len(index)) + index + b"".join(files.values()), mtime=0)
