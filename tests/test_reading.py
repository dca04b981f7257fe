"""The copies that `make lab` opens: what a reader writes stays, and JupyterLab shows them as the site does."""

import contextlib
import os
import re
import subprocess
import sys
import time
from urllib.parse import unquote

import nbformat
import pytest
from test_site import CHAPTERS, MODEL, ROOT

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
def lab(site, browser, tmp_path_factory):
    """A window of its own with JupyterLab on copies, with the settings of `make lab`."""
    home = tmp_path_factory.mktemp("lab")
    env = {**os.environ, "JUPYTER_CONFIG_PATH": str(ROOT / ".jupyterlab"),
           **{f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("DATA", "RUNTIME", "CONFIG")}}
    subprocess.run([sys.executable, ROOT / "_ext" / "reading.py", site, home / "reading"], env=env, check=True)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.root_dir={home}",
               "--ServerApp.port=0", f"--LabApp.app_settings_dir={ROOT / '.jupyterlab'}"]
    with open(home / "log", "w") as log, subprocess.Popen(command, env=env, stdout=log, stderr=log) as server, \
            browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        try:
            window = context.new_page()
            while not (address := [link for file in (home / "runtime").glob("jpserver-*-open.html")
                                   for link in re.findall(r'href="(http.*?)"', file.read_text())]):
                assert server.poll() is None, (home / "log").read_text()
                time.sleep(0.1)
            window.set_default_timeout(60_000)
            window.goto(address[0].replace("/lab?", "/lab/tree/reading?"))
            yield window
        finally:
            server.terminate()


@contextlib.contextmanager
def opened(lab, name):
    """Open a chapter from the list, and close it: JupyterLab does not ask whether to save it."""
    lab.locator(".jp-DirListing-item", has_text=f"{name.removeprefix('chapters/')}.ipynb").dblclick()
    notebook = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook"
    lab.wait_for_selector(f"{notebook} h1")
    lab.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator[data-status=idle]")
    try:
        yield notebook
    finally:
        lab.click("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current .lm-TabBar-tabCloseIcon")
        lab.wait_for_selector(notebook, state="detached")
    assert not lab.locator(".jp-Dialog").count()


SHOWN = """(notebook) => {
  const seen = (selector) => [...document.querySelectorAll(`${notebook} ${selector}`)].filter((el) => el.offsetParent);
  return {
    captions: seen(".jp-RenderedMarkdown p > strong:first-child").map((el) => el.textContent),
    tags: seen("mjx-labels").length,
    wrong: seen("mjx-merror, .jp-RenderedMarkdown img:not([src^='blob:'], [src^='data:'])").length,
    citations: seen(".jp-RenderedMarkdown a[href$='#Works-cited']:not(.jp-InternalAnchorLink)").length,
    code: seen(".jp-CodeCell").length,
    drawings: seen(":is(.jp-RenderedSVG, .jp-RenderedImage)").length,
    unsaved: document.querySelectorAll(".jp-mod-dirty").length,
  };
}"""


def expected(notebook):
    """What is not folded."""
    cells, folded = [], False
    for cell in notebook.cells:
        heading = cell.cell_type == "markdown" and cell.source.startswith("#")
        if heading:
            folded = "jp-MarkdownHeadingCollapsed" in cell.metadata
        if heading or not folded:
            cells.append(cell)
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = [cell for cell in cells if cell.cell_type == "code"]
    return {"tags": text.count(r"\tag{"), "citations": text.count("](#Works-cited)"), "wrong": 0, "unsaved": 0,
            "captions": re.findall(r"^\*\*((?:Fig\.|Table) .*?)\*\*", text, re.MULTILINE), "code": len(code),
            "drawings": sum(any(kind.startswith("image/") for kind in output.get("data", ()))
                            for cell in code for output in cell.outputs)}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", CHAPTERS)
def test_jupyterlab_shows_what_the_site_shows(lab, site, name):
    """Numbers, captions, citations; the solutions closed, with their outputs; and nothing to save."""
    wanted = expected(nbformat.read(site / "_sources" / f"{name}.ipynb", as_version=4))
    with opened(lab, name) as notebook:
        for _ in range(50):
            shown = lab.evaluate(SHOWN, notebook)
            shown["captions"] = [caption for caption in shown["captions"] if re.match(r"(Fig\.|Table) \d", caption)]
            if shown == wanted:
                break
            lab.wait_for_timeout(200)    # formulas are set one after the other
        assert shown == wanted


@pytest.mark.browser
@pytest.mark.slow
def test_a_link_of_a_copy_leads_to_its_heading(lab):
    with opened(lab, MODEL) as notebook:
        link = lab.locator(f"{notebook} .jp-RenderedMarkdown a[href*='#Exercise-']:not(.jp-InternalAnchorLink)").first
        heading = lab.locator(f"{notebook} [data-jupyter-id='{unquote(link.get_attribute('href').partition('#')[2])}']")
        link.click()
        lab.wait_for_function("(el) => el.getBoundingClientRect().top < innerHeight", arg=heading.element_handle())
