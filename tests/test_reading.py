"""The copies that `make lab` opens: what a reader writes stays, and JupyterLab shows them as the site does."""

import json
import os
import re
import subprocess
import sys
import time
from urllib.request import urlopen

import nbformat
import pytest
from test_site import CHAPTERS, ROOT

reading = pytest.importorskip("reading")


# ---- The folder ----


@pytest.fixture
def book(tmp_path, monkeypatch):
    """An edition of two chapters, and the folder for the copies."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))    # where JupyterLab keeps whom it trusts
    editions = [tmp_path / "site" / f"{name}.ipynb" for name in ("a", "b")]
    editions[0].parent.mkdir()
    for file in editions:
        publish(file, "1")
    return editions, tmp_path / "reading"


def publish(file, text):
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text, id="x")]), file)


def text_of(file):
    return nbformat.read(file, as_version=4).cells[0].source


def test_a_new_edition_replaces_a_copy_in_which_nothing_was_written(book):
    editions, folder = book
    assert reading.renew(editions, folder) == []
    publish(editions[0], "2")
    assert reading.renew(editions, folder) == []
    assert [text_of(folder / f"{name}.ipynb") for name in "ab"] == ["2", "1"]


def test_what_a_reader_wrote_is_never_overwritten(book):
    editions, folder = book
    reading.renew(editions, folder)
    mine = folder / "a.ipynb"
    publish(mine, "mine")
    assert reading.renew(editions, folder) == [], "the same edition is no news"
    for edition in "23":
        publish(editions[0], edition)
        for _ in range(2):
            assert reading.renew(editions, folder) == [mine], "every time, until the reader has moved it"
            assert text_of(mine) == "mine"
    mine.rename(folder / "mine.ipynb")
    assert reading.renew(editions, folder) == []
    assert text_of(mine) == "3" and text_of(folder / "mine.ipynb") == "mine"


def test_what_was_there_before_is_the_readers(book):
    editions, folder = book
    folder.mkdir()
    publish(folder / "a.ipynb", "older than the list")
    assert reading.renew(editions, folder) == [folder / "a.ipynb"]
    assert text_of(folder / "a.ipynb") == "older than the list"


def test_a_kept_copy_is_named(book, capsys):
    editions, folder = book
    chapters = editions[0].parent / "_sources" / "chapters"
    chapters.mkdir(parents=True)
    publish(chapters / "a.ipynb", "1")
    reading.main(editions[0].parent, folder)
    assert capsys.readouterr().out == ""
    publish(folder / "a.ipynb", "mine")
    publish(chapters / "a.ipynb", "2")
    reading.main(editions[0].parent, folder)
    assert str(folder / "a.ipynb") in capsys.readouterr().out


# ---- JupyterLab ----


@pytest.fixture(scope="module")
def lab(site, tmp_path_factory):
    """The address of a JupyterLab on copies, with the settings of `make lab`."""
    home = tmp_path_factory.mktemp("lab")
    env = {**os.environ, "JUPYTER_CONFIG_PATH": str(ROOT / ".jupyterlab"),
           **{f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("DATA", "RUNTIME", "CONFIG")}}
    subprocess.run([sys.executable, ROOT / "_ext" / "reading.py", site, home / "reading"], env=env, check=True)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.root_dir={home}",
               "--ServerApp.port=0", "--IdentityProvider.token=", f"--LabApp.app_settings_dir={ROOT / '.jupyterlab'}"]
    with open(home / "log", "w") as log, subprocess.Popen(command, env=env, stdout=log, stderr=log) as server:
        try:
            for _ in range(600):
                if found := list((home / "runtime").glob("jpserver-*.json")):
                    break
                time.sleep(0.1)
            address = json.loads(found[0].read_text())["url"]
            urlopen(f"{address}api").close()
            yield f"{address}lab/tree/reading"
        finally:
            server.terminate()


SHOWN = """() => {
  const notebook = document.querySelector(".jp-Notebook"), all = (selector) => [...notebook.querySelectorAll(selector)];
  const seen = (element) => element.offsetParent !== null, text = (element) => element.textContent;
  return {
    headings: all(".jp-RenderedMarkdown :is(h1, h2, h3, h4)").filter(seen).map(text).map((t) => t.replace("¶", "")),
    captions: all(".jp-RenderedMarkdown p > strong:first-child").filter(seen).map(text),
    tags: all("mjx-labels").filter(seen).length,
    wrong: all("mjx-merror, .jp-RenderedMarkdown img:not([src^='blob:'], [src^='data:'])").length,
    citations: all("a[href$='#Works-cited']").filter(seen).length,
    code: all(".jp-CodeCell").filter(seen).length,
    drawings: all(".jp-RenderedSVG, .jp-RenderedImage").filter(seen).length,
    unsaved: document.querySelectorAll(".jp-mod-dirty").length,
  };
}"""


def expected(notebook):
    """What is not folded."""
    open_cells, folded = [], False
    for cell in notebook.cells:
        heading = cell.cell_type == "markdown" and cell.source.startswith("#")
        if heading:
            folded = bool(cell.metadata.get("jp-MarkdownHeadingCollapsed"))
        if heading or not folded:
            open_cells.append(cell)
    text = "\n\n".join(cell.source for cell in open_cells if cell.cell_type == "markdown")
    code = [cell for cell in open_cells if cell.cell_type == "code"]
    drawings = [output for cell in code for output in cell.outputs if "image/svg+xml" in output.get("data", {})
                or "image/png" in output.get("data", {})]
    return {"tags": text.count(r"\tag{"), "citations": text.count("](#Works-cited)"), "code": len(code),
            "drawings": len(drawings), "wrong": 0, "unsaved": 0,
            "captions": re.findall(r"^\*\*((?:Fig\.|Table) .*?)\*\*", text, re.MULTILINE)}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", CHAPTERS)
def test_jupyterlab_shows_what_the_site_shows(lab, site, window, name):
    """Numbers, captions, citations; the solutions closed, with their outputs; and nothing to save."""
    notebook = nbformat.read(site / "_sources" / f"{name}.ipynb", as_version=4)
    window.goto(f"{lab}/{name.removeprefix('chapters/')}.ipynb?reset")
    window.wait_for_selector(".jp-Notebook h1", timeout=60_000)
    wanted, shown = expected(notebook), {}
    for _ in range(100):
        shown = window.evaluate(SHOWN)
        if shown["tags"] == wanted["tags"] and shown["code"] == wanted["code"]:
            break
        window.wait_for_timeout(200)
    shown["captions"] = [caption for caption in shown["captions"] if re.match(r"(Fig\.|Table) \d", caption)]
    assert {key: shown[key] for key in wanted} == wanted
