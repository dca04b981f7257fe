"""Sphinx extension: the notebooks behind the download buttons, which run wherever they land, and the library they need.

A downloaded chapter begins with two cells: what it is, and a check that does nothing where all that it imports is
there, and else names the one line that installs it. For that line the site carries nnlib as a wheel.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from downloads import offer

SOURCES = ("pyproject.toml", "README.md", "LICENSE", "nnlib")
BUILD = "import sys, setuptools.build_meta; setuptools.build_meta.build_wheel(sys.argv[1])"
YEAR_2000 = "946684800"    # the time of all files in it, so that the same library gives the same wheel

ABOUT = """\
*{title}* is a chapter of **{book}**, downloaded{place}.
It needs the book's library, `nnlib`; if something is missing, the next cell says what to type."""

CHECK = """\
try:
    import {modules}
except ImportError as missing:
    raise ImportError(f'''{{missing}}.
{how} in a cell of its own, then this cell again:

    %pip install "{what}"
''') from None"""


def wheel_of(root, cache):
    """The wheel of nnlib, built when nnlib has changed, from a copy (setuptools leaves files where it works)."""
    digest, files = hashlib.sha256(), []
    for place in (root / name for name in SOURCES):
        files += [place] if place.is_file() else sorted(
            file for file in place.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    for file in files:
        digest.update(b"%s\0%s\0" % (str(file.relative_to(root)).encode(), file.read_bytes()))
    home = cache / digest.hexdigest()[:16]
    if not list(home.glob("*.whl")):
        shutil.rmtree(cache, ignore_errors=True)
        home.mkdir(parents=True)
        with TemporaryDirectory() as folder:
            for file in files:
                copy = Path(folder, file.relative_to(root))
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)
                copy.chmod(0o644)
            subprocess.run([sys.executable, "-c", BUILD, home.resolve()], cwd=folder, check=True, capture_output=True,
                           env={**os.environ, "SOURCE_DATE_EPOCH": YEAR_2000})
    return next(home.glob("*.whl"))


def runnable(notebook, title, book, wheel, address):
    """A copy of a chapter with the two cells in front. `address` is the site's, or empty."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE)) - set(sys.stdlib_module_names)
    modules = sorted({"nnlib.claims" if name == "nnlib" else name for name in imported})  # another's nnlib has none
    if address:
        place, how, what = f" from {address}", "Run this line", f"{wheel.split('-')[0]}[chapters] @ {address}/{wheel}"
    else:
        place, what = "", f"{wheel}[chapters]"
        how = f"Download {wheel} from the book's front page into the folder of this notebook. Run this line"
    first = [nbformat.v4.new_markdown_cell(ABOUT.format(title=title, book=book, place=place), id="about-this-copy")]
    if modules:
        check = CHECK.format(modules=", ".join(modules), how=how, what=what)
        first.append(nbformat.v4.new_code_cell(check, id="needs"))
    return nbformat.from_dict({**notebook, "cells": first + notebook.cells})


def export(app, error):
    """Put the wheel on the front page and the runnable copies where Sphinx has put the sources.

    From disk a browser shows a notebook instead of saving it, and a script may read no file but scripts: so each source
    has a script beside it that saves it (saveFile is in book.js).
    """
    if error is not None or app.builder.name != "html":
        return
    site, wheel = Path(app.outdir), wheel_of(Path(app.srcdir), Path(app.outdir).parent / "wheel")
    shutil.copyfile(wheel, site / wheel.name)
    offer(site / wheel.name, "nnlib as a wheel")
    for name in app.env.found_docs:
        source = Path(app.env.doc2path(name))
        copy = site / "_sources" / source.relative_to(app.srcdir)
        if source.suffix == ".ipynb":
            notebook = runnable(nbformat.read(source, as_version=4), app.env.titles[name].astext(), app.config.project,
                                wheel.name, app.config.html_baseurl.rstrip("/"))
            nbformat.write(notebook, copy)
        text = json.dumps(copy.read_text(encoding="utf-8"))
        Path(f"{copy}.js").write_text(f"saveFile({json.dumps(copy.name)}, {text});\n", encoding="utf-8")


def setup(app):
    app.connect("build-finished", export, priority=920)    # after the bundle, which reads all scripts; before the zip
    return {"parallel_read_safe": True, "parallel_write_safe": True}
