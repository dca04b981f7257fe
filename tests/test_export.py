"""What a reader takes from the site runs elsewhere: the notebooks behind the buttons, with the wheel that is offered.

The rest of pip's work, fetching NumPy and the others, is not tried here: it needs a network.
"""

import os
import shlex
import subprocess
import sys
from types import SimpleNamespace
from zipfile import ZipFile

import nbclient
import nbformat
import pytest
from test_site import CHAPTERS, MODEL, ROOT

export, build = pytest.importorskip("export"), pytest.importorskip("library")


@pytest.fixture(scope="module")
def wheel(site):
    (file,) = site.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def library(wheel, tmp_path_factory):
    """A folder with nothing but the unpacked wheel."""
    folder = tmp_path_factory.mktemp("library")
    ZipFile(wheel).extractall(folder)
    return folder


def test_the_wheel_holds_the_library(library, wheel, tmp_path):
    """All of it with its data, nothing else, and the same bytes whenever it is built."""
    def files(folder):
        return {file.relative_to(folder): file.read_bytes() for file in (folder / "nnlib").rglob("*")
                if file.is_file() and "__pycache__" not in file.parts}

    assert files(library) == files(ROOT) and len(files(ROOT)) > 30
    again = build.wheel_of(ROOT, tmp_path)
    assert again.read_bytes() == wheel.read_bytes()
    written = again.stat().st_mtime_ns
    assert build.wheel_of(ROOT, tmp_path).stat().st_mtime_ns == written, "built again although nothing has changed"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["chapters/02_sigmoid", "chapters/10_sgd"])
def test_a_downloaded_chapter_runs(site, library, tmp_path, monkeypatch, name):
    """From an empty folder, top to bottom, with the wheel's nnlib; it prints what the site shows."""
    monkeypatch.setenv("PYTHONPATH", str(library))
    notebook = nbformat.read(site / "_sources" / f"{name}.ipynb", as_version=4)
    stored = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    notebook.cells.append(nbformat.v4.new_code_cell("import nnlib; print(nnlib.__file__)"))
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute(cwd=tmp_path)
    *cells, last = (cell for cell in notebook.cells if cell.cell_type == "code")
    assert str(library) in last.outputs[0].text

    def printed(outputs):
        return "".join(output.get("text", "") for output in outputs if output.get("name") == "stdout")

    wrong = [cell.source for cell, outputs in zip(cells, stored, strict=True)
             if "NBVAL_IGNORE_OUTPUT" not in cell.source and printed(cell.outputs) != printed(outputs)]
    assert not wrong


def first_cells(site, name):
    about, check = nbformat.read(site / "_sources" / f"{name}.ipynb", as_version=4).cells[:2]
    return about.source, check.source


def test_the_first_cell_is_silent_when_nothing_is_missing(site):
    checks = "\n".join(first_cells(site, name)[1] for name in CHAPTERS)
    done = subprocess.run([sys.executable, "-c", checks], capture_output=True, check=True)
    assert not done.stdout + done.stderr


def test_the_first_cell_names_the_line_that_installs(site, wheel, tmp_path):
    """Without nnlib it raises; pip does what the line says, in the folder where the wheel is."""
    about, check = first_cells(site, MODEL)
    assert "Training Neural Networks, Tested" in about
    done = subprocess.run([sys.executable, "-I", "-S", "-c", check], capture_output=True, text=True, check=False)
    assert done.returncode and "No module named" in done.stderr and f"Download {wheel.name}" in done.stderr
    (line,) = (line.strip() for line in done.stderr.splitlines() if line.strip().startswith("%pip"))
    command = [sys.executable, "-m", *shlex.split(line.removeprefix("%"))]
    offline = ["--no-deps", "--no-index", "--target", tmp_path, "--quiet"]
    subprocess.run([*command, *offline], cwd=wheel.parent, env={**os.environ, "PIP_USER": "0"}, check=True)
    assert (tmp_path / "nnlib" / "claims.py").is_file()


@pytest.mark.parametrize("site_address, repository, expected", [
    ("https://a.org/b/", "", "nnlib_x[chapters] @ https://a.org/b/nnlib_x-1.0-py3-none-any.whl"),
    ("", "https://github.com/a/b", "nnlib_x[chapters] @ https://github.com/a/b/archive/refs/heads/trunk.zip"),
])
def test_the_line_leads_to_the_book_once_it_has_an_address(site_address, repository, expected):
    options = {"repository_url": repository, "repository_branch": "trunk"}
    config = SimpleNamespace(html_baseurl=site_address, html_theme_options=options, project="B")
    cells = [nbformat.v4.new_code_cell("import os\nimport numpy as np\nfrom nnlib.losses import cross_entropy")]
    about, check = export.first_cells(cells, "T", config, "nnlib_x-1.0-py3-none-any.whl")
    assert f"[B]({site_address or repository})" in about.source
    assert f'%pip install "{expected}"' in check.source and "import nnlib.claims, numpy\n" in check.source
