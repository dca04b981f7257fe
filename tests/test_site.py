"""The files of the built site: links, downloads, descriptions, numbers; and what others build from the repository.

How the pages look in a browser is in test_site_pages.py, all about the chapters in test_site_chapters.py, and what
readers do with the site in test_site_in_use.py.
"""

import functools
import os
import re
import shutil
import struct
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

import nbformat
import pytest
import toc
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).parents[1]


PAGES = toc.pages()
CHAPTERS = [name for name in PAGES if re.match(r"chapters/\d\d_", name)]
MODEL = "chapters/02_sigmoid"  # has one of everything, for tests that need only one chapter
EXTRA = ["search", "genindex", "404"]


# ---- Links ----


class Page(HTMLParser):
    """The ids, the links and the metadata of one HTML file."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.links, self.downloads, self.meta, self.classes, self.next = set(), [], [], {}, set(), None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids |= {attributes[key] for key in ("id", "name") if attributes.get(key)}
        self.classes |= set((attributes.get("class") or "").split())
        if tag == "meta":
            self.meta[attributes.get("name") or attributes.get("property")] = attributes.get("content")
        if tag == "link" and attributes.get("rel") == "next":
            self.next = attributes["href"]
        self.links += [attributes[key] for key in ("href", "src") if attributes.get(key)]
        if "download" in attributes or "btn-download-source-button" in (attributes.get("class") or ""):
            self.downloads.append(attributes.get("href"))


cached = functools.cache(Page)  # most tests want all pages, and the zip has them once more


def parsed(file):
    return cached(file.read_text(encoding="utf-8"))


def dead_links(site, names):
    """Sentences about links inside the site that lead nowhere, anchors included."""
    site = site.resolve()
    pages = {site / f"{name}.html": parsed(site / f"{name}.html") for name in names}
    for file, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or link == "#":
                continue
            target = file.parent / unquote(parts.path) if parts.path else file
            target = target.resolve()
            if not target.is_file():
                yield f"{file.relative_to(site)}: {link} does not exist"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                yield f"{file.relative_to(site)}: {link} has no such anchor"


def test_no_dead_links(site):
    assert not list(dead_links(site, [*PAGES, *EXTRA[:-1], "index"]))  # 404.html has other links at every depth


def test_dead_links_are_found(tmp_path):
    (tmp_path / "a.html").write_text(
        '<p id="x"><a href="b.html">1</a><a href="#y">2</a><a href="#x">3</a><img src="c.svg">'
    )
    found = list(dead_links(tmp_path, ["a"]))
    assert [sentence.split()[1] for sentence in found] == ["b.html", "#y", "c.svg"]


def test_all_pages_were_built(site):
    assert not [name for name in [*PAGES, *EXTRA] if not (site / f"{name}.html").is_file()]


def test_next_leads_through_the_whole_book(site):
    path, name = [], PAGES[0]
    while name and name not in path:
        path.append(name)
        file = site / f"{name}.html"
        follows = parsed(file).next
        name = follows and str((file.parent / follows).resolve().relative_to(site).with_suffix(""))
    assert path == [page for page in PAGES if not page.endswith("_deeper")]


@pytest.mark.parametrize("name", [name for name in CHAPTERS if name.endswith("_deeper")])
def test_a_deeper_page_is_reached_from_its_chapter_and_leads_back(site, name):
    core = name.removesuffix("_deeper")
    article = re.search(r"<article.*</article>", (site / f"{core}.html").read_text(encoding="utf-8"), re.DOTALL)[0]
    assert article.rindex(f'{Path(name).name}.html"') > article.rindex("<h2"), "not from the core's foot"
    head = re.search(r'class="chapter-head".*?</p>', (site / f"{name}.html").read_text(encoding="utf-8"), re.DOTALL)[0]
    assert f'{Path(core).name}.html"' in head
    numbers = [re.findall(r'class="section-number">([\d.]+)&', re.sub(r"<nav.*?</nav>", "", html, flags=re.DOTALL))
               for html in (article, (site / f"{name}.html").read_text(encoding="utf-8"))]
    core_last, deeper_first = int(numbers[0][-1].split(".")[1]), int(numbers[1][1].split(".")[1])
    assert deeper_first == core_last + 1, "the numbers do not run on"


def test_pages_describe_themselves(site):
    """To search engines, and where somebody shares the address."""
    described = {}
    for name in PAGES:
        file = site / f"{name}.html"
        meta = parsed(file).meta
        text = meta.get("description") or ""
        assert 40 <= len(text) <= 240, f"{name}: the description is {text!r}"
        assert text not in described, f"{name} and {described[text]} have the same description"
        described[text] = name
        assert meta["og:description"] and meta["og:title"] and "&#" not in meta["og:title"], f"{name}: {meta}"
        card = (file.parent / meta["og:image"]).read_bytes() if "://" not in meta["og:image"] else None
        size = (int(meta["og:image:width"]), int(meta["og:image:height"]))
        assert card is None or struct.unpack(">II", card[16:24]) == size, f"{name}: {meta['og:image']} is not {size}"


def test_sitemap_and_card_need_only_the_address(tmp_path):
    pages = pytest.importorskip("pages")
    config = SimpleNamespace(html_baseurl="https://example.org/book/", book_description="x", project="P", root_doc="a")
    app = SimpleNamespace(config=config, outdir=tmp_path, builder=SimpleNamespace(name="html"),
                          env=SimpleNamespace(found_docs={"a", "chapters/b"}, titles={}))
    pages.write_sitemap(app, None)
    assert "<loc>https://example.org/book/chapters/b.html</loc>" in (tmp_path / "sitemap.xml").read_text()
    context = {}
    pages.describe(app, "chapters/b", "page.html", context, None)
    assert 'content="https://example.org/book/_static/card.png"' in context["metatags"]


def test_every_public_name_is_documented(site):
    """The library's pages are made from the code; this reads them independently, by what can be imported."""
    for module in sorted((ROOT / "nnlib").glob("[a-z]*.py")):
        ids = parsed(site / "chapters" / "api" / f"{module.stem}.html").ids
        defined = r"^(?:def|class) ([a-zA-Z]\w*)|^([a-z]\w*) = [A-Za-z]\w*\("
        names = re.findall(defined, module.read_text(encoding="utf-8"), re.MULTILINE)
        single = {"Sigmoid", "LogSigmoid", "Softplus", "Tanh", "ReLU", "ELU", "SiLU", "GELU", "Identity",
                  "SquaredError", "BinaryCrossEntropy", "CrossEntropy"}
        missing = {a or b for a, b in names} - {i.removeprefix(f"nnlib.{module.stem}.") for i in ids} - single
        assert not missing, f"nnlib.{module.stem}: {missing}"


def test_icons_survive_the_bundling(site):
    style = (site / "_static" / "site.css").read_text(encoding="utf-8")
    for name in [*PAGES, "search", "genindex"]:
        classes = parsed(site / f"{name}.html").classes - {"fa-solid", "fa-fw", "fa-lg"}
        icons = {c for c in classes if c.startswith("fa-")}
        assert not [icon for icon in icons if f".{icon}:" not in style and f".{icon}{{" not in style], name


def test_words_with_other_senses_are_linked_where_they_have_the_glossarys(site):
    """In the chapters that their entry names, as "copies" of a network in 10, not of an article in 11."""
    glossary = (site / "chapters" / "glossary.html").read_text(encoding="utf-8")
    entries = re.findall(r'<dt id="(term-[^"]+)">([^<(]+) \([^<]*(.*?)</dd>', glossary, re.DOTALL)
    assert {word for _, word, _ in entries} >= {"claim", "collapse", "copies", "gate", "pull", "residual", "restart",
                                                "sweep"}, "a word of many senses has lost its bracket"
    for term, word, entry in entries:
        named = {f"chapters/{name}" for name in re.findall(r'href="(\d\d_\w+)\.html', entry)}
        linking = {name for name in CHAPTERS if f'href="glossary.html#{term}"' in (site / f"{name}.html").read_text()}
        assert linking == named, f"{word} is linked in {linking}, and its entry names {named}"


# ---- A chapter's page ----


def test_pictures_out_of_sight_come_later(site):
    """The first of a page is fetched at once, each other one when the reader comes near it."""
    later = []
    for name in CHAPTERS:
        pictures = re.findall(r"<img\b[^>]*_images/[^>]*>", (site / f"{name}.html").read_text(encoding="utf-8"))
        assert not pictures or "loading=" not in pictures[0], name
        later += pictures[1:]
    assert later and all('loading="lazy"' in picture for picture in later)


@pytest.mark.parametrize("name", CHAPTERS)
def test_numbers_and_anchors(site, name):
    """Everything that can be referred to has a number of its chapter and an address."""
    html, number = (site / f"{name}.html").read_text(encoding="utf-8"), int(re.search(r"/(\d\d)_", name)[1])
    first = (rf'class="section-number">{number}\.1', rf'class="eqno">\({number}\.1\)', rf"Fig\. {number}\.1",
             rf"Exercise {number}\.1")
    for what in () if name.endswith("_deeper") else first:
        assert re.search(what, html), f"{name}: nothing matches {what}"
    article = re.search(r"<article.*</article>", html, re.DOTALL)[0]
    bare = [h for h in re.findall(r"<h[1-3]>.*?</h[1-3]>", article, re.DOTALL) if "headerlink" not in h]
    assert not bare, f"{name}: without an anchor: {bare}"


@pytest.mark.parametrize("name", [name for name in PAGES if (ROOT / f"{name}.ipynb").exists()])
def test_notebook_download(site, name):
    file = site / f"{name}.html"
    links = [link for link in parsed(file).downloads if link and link.endswith(".ipynb")]
    assert links, f"{name}: no link to the notebook"
    offered, ours = (nbformat.read(file, as_version=4) for file in (file.parent / links[0], ROOT / f"{name}.ipynb"))
    nbformat.validate(offered)
    about, check, *others = offered.cells
    assert about.source.startswith("*") and check.source.startswith("try:")    # what they do: test_export.py
    for output in (output for cell in ours.cells for output in cell.get("outputs", [])):
        output.get("metadata", {}).pop("drawn", None)    # the stamp is for the book's own tests
    ran, stored = ([(cell.id, cell.source, cell.outputs) for cell in cells if cell.cell_type == "code"]
                   for cells in (others, ours.cells))
    assert ran == stored, f"{name}: not the code and the outputs in the repository"    # the text: test_plain.py


# ---- Taking it along ----


def test_the_zip_is_the_site(site, tmp_path):
    """Unpacked it has all pages and no dead link; the front page of the site offers every download there is."""
    there = sorted(file.name for file in site.iterdir() if file.suffix in {".zip", ".pdf", ".whl"})
    front = (site / f"{PAGES[0]}.html").read_text(encoding="utf-8")
    offered = re.findall(r'href="([^"]+)" download', front)
    assert sorted(offered) == there and any(name.endswith(".zip") for name in there)
    with ZipFile(next(site.glob("*.zip"))) as archive:
        archive.extractall(tmp_path)
    folder = next(tmp_path.iterdir())
    assert not list(dead_links(folder, [*PAGES, "index"]))
    assert {file.relative_to(folder) for file in folder.rglob("*.html")} == {
        file.relative_to(site) for file in site.rglob("*.html")}


def test_without_a_browser_there_is_no_pdf_but_a_remedy(tmp_path):
    command = [sys.executable, ROOT / "_ext" / "downloads.py", tmp_path / "book.pdf"]
    done = subprocess.run(command, env={"PATH": ""}, capture_output=True, text=True, check=False)
    assert done.returncode and "apt install chromium" in done.stderr and not list(tmp_path.iterdir())


# ---- Running it elsewhere ----


def test_the_address_turns_the_buttons_on(site, tmp_path):
    """With the repository's address in _config.yml, notebooks open on Binder and on Colab; without it, nowhere."""
    config = (ROOT / "_config.yml").read_text(encoding="utf-8")
    given = yaml.safe_load(config)["repository"]["url"]
    button = re.compile(r'href="(https://(?:mybinder|colab)[^"]*)"')
    pages = [f"{name}.html" for name in PAGES if given and name in CHAPTERS]
    assert [file for file in pages if button.search((site / file).read_text(encoding="utf-8"))] == pages

    for part in (".binder", "_ext", "_static", "_templates", "live", "nnlib"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "_config.yml").write_text(re.sub('^  url: ".*?"', "  url: https://github.com/a/b", config, flags=re.M))
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: intro\nchapters:\n  - file: chapters/00_x\n")
    for file in ("pyproject.toml", "constraints.txt"):    # for the wheel and Binder
        shutil.copy(ROOT / file, tmp_path)
    (tmp_path / "README.md").touch()
    (tmp_path / "LICENSE").touch()
    (tmp_path / "references.bib").touch()
    (tmp_path / "intro.md").write_text("# A book\n")
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = new_notebook(cells=[new_markdown_cell("# A chapter"), new_code_cell("import nnlib")],
                            metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
    (tmp_path / "chapters").mkdir()
    nbformat.write(notebook, tmp_path / "chapters" / "00_x.ipynb")
    build = [sys.executable, Path(sys.executable).with_name("jupyter-book"), "build", ".", "-W", "--keep-going", "-n"]
    env = {**os.environ, "PIP_NO_INDEX": "1"}    # without the wheel of Python in the page: only its button is missing
    done = subprocess.run(build, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "The chapters get no button to run them in the page: " in done.stderr
    html = tmp_path / "_build" / "html"
    front, chapter = ((html / f"{name}.html").read_text(encoding="utf-8") for name in ("intro", "chapters/00_x"))
    assert not button.search(front) and sorted(button.findall(chapter)) == [
        "https://colab.research.google.com/github/a/b/blob/copies/colab/00_x.ipynb",
        "https://mybinder.org/v2/gh/a/b/copies?urlpath=lab/tree/chapters/00_x.ipynb"]
    copies = tmp_path / "_build" / "copies"
    assert {file.name for file in copies.iterdir()} >= {".binder", "constraints.txt", "pyproject.toml", "nnlib"}
    sources = [[cell.source for cell in nbformat.read(copies / folder / "00_x.ipynb", as_version=4).cells]
               for folder in ("chapters", "colab")]
    install = '"nnlib_tested[chapters] @ https://github.com/a/b/archive/refs/heads/main.zip"'
    for about, needs, *others in sources:
        assert "https://github.com/a/b" in about and f"%pip install {install}" in needs.replace("-q ", "")
        assert others[0].startswith("# 0 A chapter\n") and others[1] == "import nnlib"


def test_binder_has_what_the_chapters_import():
    cells = [cell.source for name in CHAPTERS for cell in nbformat.read(ROOT / f"{name}.ipynb", as_version=4).cells
             if cell.cell_type == "code"]
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", "\n".join(cells), re.MULTILINE))
    lines = (ROOT / ".binder" / "requirements.txt").read_text().splitlines()
    assert ".[chapters]" in lines and "-c ../constraints.txt" in lines
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["chapters"]
    packages = {re.match(r"[\w-]+", extra)[0].replace("scikit-learn", "sklearn") for extra in extras}
    assert imported <= {*sys.stdlib_module_names, "nnlib", "numpy", *packages}
    assert os.access(ROOT / ".binder" / "postBuild", os.X_OK), "repo2docker runs it as a program"
