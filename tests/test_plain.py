"""The exported notebooks say what the site says: the same words, numbers and links, in Markdown alone."""

import functools
import re
from types import SimpleNamespace
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from test_site import CHAPTERS, ROOT

plain = pytest.importorskip("plain")
chapters = pytest.mark.parametrize("name", CHAPTERS)
MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
OWN = {"about-this-copy", "works-cited"}    # cells that the site's page does not have


@functools.cache
def exported(site, name):
    return nbformat.read(site / "_sources" / f"{name}.ipynb", as_version=4)


@functools.cache
def rendered(site, name):
    """Each cell of text as a viewer reads it: [(cell, its HTML), ...]."""
    return [(cell, BeautifulSoup(MARKDOWN.render(cell.source), "html.parser"))
            for cell in exported(site, name).cells if cell.cell_type == "markdown"]


def read(site, name):
    return BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser").article


@functools.cache
def article(site, name):
    """The site's page without code cells, of which only the captions stay, and without what it adds to headings."""
    shown = read(site, name)
    for cell in shown.select("div.cell"):
        captions = [caption.extract() for caption in cell.select("figcaption")]
        cell.insert_after(*captions)
        cell.clear()
    for extra in shown.select(".headerlink, .live-head, .toctree-wrapper, nav, script, style"):
        extra.decompose()
    return shown


def words(*parts):
    """What is read, without formulas."""
    found = []
    for part in parts:
        part = BeautifulSoup(str(part), "html.parser")
        for formula in part.select(".math, .eqno"):
            formula.replace_with(" ")
        found += part.get_text().split()
    return "".join(found).replace("’", "'")


def test_every_chapter_is_exported(site):
    assert {file.stem for file in (site / "_sources" / "chapters").glob("*.ipynb")} == {name[9:] for name in CHAPTERS}


@chapters
def test_it_is_a_valid_notebook_as_jupyterlab_writes_it(site, name):
    notebook = exported(site, name)
    nbformat.validate(notebook)
    assert notebook.nbformat_minor == 5 and set(notebook.metadata) == {"kernelspec", "language_info"}
    assert {"name", "version", "codemirror_mode", "file_extension"} <= set(notebook.metadata.language_info)
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert {key for cell in notebook.cells for key in cell.metadata} <= {"jupyter", "jp-MarkdownHeadingCollapsed"}


@chapters
def test_it_says_what_the_site_says(site, name):
    cells = [html for cell, html in rendered(site, name) if cell.id not in OWN]
    for html in cells:
        for paragraph in html.select("p"):
            if paragraph.get_text().startswith("In words:"):
                paragraph.decompose()
    assert words(*cells) == words(article(site, name))


@chapters
def test_formulas_and_their_numbers_are_those_of_the_site(site, name):
    text = "\n".join(cell.source for cell, _ in rendered(site, name))
    assert re.findall(r"\\tag\{(.*?)\}", text) == [number.get_text(strip=True).strip("()#")
                                                  for number in article(site, name).select(".eqno")]


@chapters
def test_nothing_is_left_that_only_the_site_understands(site, name):
    keys = re.findall(r"^@\w+\{([^,]+),", (ROOT / "references.bib").read_text(encoding="utf-8"), re.MULTILINE)
    special = re.compile(r"^[`:]{3,}\{|^:{3,}|\{[\w:-]+\}`|^\([\w-]+\)=|^:[\w-]+:|\{\{|\]\[|<\w+|"
                         rf"\b(?:eq|fig|ex|tab)-\w+|\b(?:{'|'.join(map(re.escape, keys))})\b", re.MULTILINE)
    text = "\n\n".join(cell.source for cell, _ in rendered(site, name))
    text = re.sub(r"^```\w+\n.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"(`)[^`\n]+(`)|\$\$.*?\$\$|\]\([^)]*\)", r"\1\2", text, flags=re.DOTALL)    # the insides of code
    assert not special.findall(text)
    assert len(keys) > 50


def anchors(site, name):
    return {heading.get_text().replace(" ", "-") for _, html in rendered(site, name)
            for heading in html.select("h1, h2, h3, h4, h5")}


@chapters
def test_links_lead_somewhere(site, name):
    for cell, html in rendered(site, name):
        for picture in html.select("img"):
            assert picture["alt"] and picture["src"].removeprefix("attachment:") in cell.attachments
        for link in html.select("a"):
            target, _, anchor = unquote(link["href"]).partition("#")
            if not re.match("https?://", target):
                other = f"chapters/{target.removesuffix('.ipynb')}" if target else name
                assert other in CHAPTERS and (not anchor or anchor in anchors(site, other)), link
                assert target or "%" not in link["href"], "within a notebook JupyterLab does not decode an anchor"


@chapters
def test_all_of_a_solution_is_folded_and_nothing_else(site, name):
    """From its heading to the next one of its level or above, JupyterLab hides it."""
    cells, hidden = exported(site, name).cells, []
    for cell in cells:
        level = len(re.match("#*", cell.source)[0]) if cell.cell_type == "markdown" else 0
        if cell.metadata.get("jp-MarkdownHeadingCollapsed"):
            hidden.append([cell])
            fold = level
        elif hidden and level and level <= fold:
            fold = 0
        elif hidden and fold:
            hidden[-1].append(cell)
    boxes = read(site, name).select("details.solution")
    assert len(boxes) == len(hidden)
    for box, (head, *inside) in zip(boxes, hidden, strict=True):
        assert words(MARKDOWN.render(head.source)) == words(box.summary)
        assert ([cell.source.split() for cell in inside if cell.cell_type == "code"]
                == [code.get_text().split() for code in box.select(".cell_input pre")])


def test_a_new_kind_of_directive_is_an_error():
    from docutils import nodes

    markdown = plain.Markdown(None, None, None)
    with pytest.raises(NotImplementedError, match="block_sidebar"):
        markdown.blocks([nodes.sidebar()])


def test_a_note_is_a_box_named_by_its_kind():
    from docutils import nodes

    note = nodes.note("", nodes.paragraph("", "one"), nodes.math_block("", "a\n+ b"), nodes.paragraph("", "two"))
    numbers = plain.Numbers(SimpleNamespace(get_domain=lambda name: None, config=SimpleNamespace(numfig_format={}),
                                            toc_secnumbers={}, toc_fignumbers={}), "page")
    box = plain.Markdown(numbers, None, None).block(note)
    assert box == "> **Note**\n>\n> one\n>\n> $$a + b$$\n>\n> two"


def test_awkward_text_stays_text():
    from docutils import nodes

    markdown = plain.Markdown(None, None, None)
    for text in ("2 * 3 * 4 and _x_ and snake_case", "1. no list", "- none", "# none", "a $5 and $6", "a<b> `c`",
                 "\\alpha", "[x](y)"):
        html = BeautifulSoup(MARKDOWN.render(markdown.blocks([nodes.paragraph("", text)])), "html.parser")
        assert html.get_text().strip() == text and [element.name for element in html.find_all()] == ["p"]


def test_a_bar_in_a_table_is_no_border():
    from docutils import nodes

    content = nodes.Text("a | b "), nodes.math("", r"|x| + \|y\|"), nodes.literal("", "c | d")
    cell = plain.Markdown(None, None, None).cell(nodes.entry("", nodes.paragraph("", "", *content)))
    assert cell == r"a \| b $\vert x\vert + \Vert y\Vert$`c \| d`"
