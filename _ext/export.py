"""Sphinx extension: every chapter as a notebook that runs, and reads well, wherever it lands.

Made at the end of the build from what Sphinx knows by then: numbers, citations and links as on the site, in plain
Markdown (plain.py), and between the text the source's cells of code with their outputs. Two cells come first: what this
is, and a check that does nothing where all that the chapter imports is there, and else names the line that installs it.
The site has them behind its download buttons, beside nnlib as a wheel; `make lab` opens the same (reading.py), Colab
and Binder get theirs from launch.py.
"""

import base64
import io
import json
import re
import runpy
import shutil
import sys
from pathlib import Path, PurePosixPath

import matplotlib as mpl
import nbformat
from cells import Cells, fragment, place
from docutils import nodes
from downloads import offer
from ipykernel.ipkernel import IPythonKernel
from library import wheel_of
from plain import Markdown, Numbers, headings

ABOUT = """\
*{title}* is a chapter of **{book}**. This copy is yours to write in; numbers and references are those of the site.
It needs the book's library, `nnlib`; if something is missing, the next cell says what to type.
A figure that is not shown appears when its cell has run."""

CHECK = """\
try:
    import {modules}{also}
except ImportError as missing:
    raise ImportError(f'''{{missing}}.
{how}
in a cell of its own, then this cell again:

    %pip install "{what}"
''') from None"""

IMPORT = "from nnlib.exercises import check"

# As JupyterLab writes them when the kernel has answered, so that there is nothing to save before the reader writes.
METADATA = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": IPythonKernel.language_info}
WORKS_CITED = "Works cited"


def requirement(config, wheel):
    """What pip is told to install, and what must be done before."""
    site, repository = config.html_baseurl.rstrip("/"), config.html_theme_options.get("repository_url", "")
    project = f"{wheel.split('-')[0]}[chapters]"
    if repository:
        branch = config.html_theme_options["repository_branch"]
        return f"{project} @ {repository}/archive/refs/heads/{branch}.zip", "Run this line"
    if site:
        return f"{project} @ {site}/{wheel}", "Run this line"
    before = f"Download {wheel}\nfrom the book's front page into the folder of this notebook. Run this line"
    return f"{wheel}[chapters]", before


def first_cells(cells, title, config, wheel):
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE)) - set(sys.stdlib_module_names)
    modules = sorted({"nnlib.claims" if name == "nnlib" else name for name in imported})  # another's nnlib has none
    address = config.html_baseurl or config.html_theme_options.get("repository_url")
    book = f"[{config.project}]({address})" if address else config.project
    first = [nbformat.v4.new_markdown_cell(ABOUT.format(title=title, book=book), id="about-this-copy")]
    if modules:
        what, how = requirement(config, wheel)
        also = f"\n    {IMPORT}    # for the exercises" if IMPORT in code else ""
        check = CHECK.format(modules=", ".join(modules), also=also, how=how, what=what)
        first.append(nbformat.v4.new_code_cell(check, id="needs"))
    return first


def elsewhere(page, heading):
    """The address of another chapter, seen from a notebook beside it."""
    return f"{PurePosixPath(page).name}.ipynb{fragment(heading)}"


class Notebooks:
    """All that the build knows of the pages that become notebooks."""

    def __init__(self, app, wheel):
        self.app, self.env, self.wheel = app, app.env, wheel
        self.pages = {name: self.resolved(name) for name in sorted(self.env.found_docs)
                      if self.env.doc2path(name).endswith(".ipynb")}
        self.numbers = {name: Numbers(self.env, name) for name in self.pages}
        self.headings = {name: headings(page, self.numbers[name]) for name, page in self.pages.items()}
        self.works = {(name, work["ids"][0]): work
                      for name in {work.bibliography_key.docname for work in self.env.get_domain("cite").citations}
                      for work in self.resolved(name).findall(nodes.citation)}
        self.pictures = {}

    def resolved(self, name):
        if name not in self.app.resolved:  # where nothing has changed, Sphinx has not written the page
            self.env.get_and_resolve_doctree(name, self.app.builder)
        return self.app.resolved[name]

    def notebook(self, name, elsewhere=elsewhere):
        """A chapter; `elsewhere(page, heading)` says where another one is."""
        site, cited, attachments = self.app.config.html_baseurl.rstrip("/"), [], {}

        def resolve(link):
            if ":" in link.get("refuri", ""):
                return link["refuri"]
            page, anchor = place(name, link)
            if (page, anchor) in self.works:
                cited.append((page, anchor))
                return fragment(WORKS_CITED)
            if page in self.pages:
                heading = self.headings[page].get(anchor, "")
                return fragment(heading) if page == name else elsewhere(page, heading)
            return f"{site}/{page}.html{anchor and '#'}{anchor}" if site else ""    # without an address, plain text

        def picture(image):
            file = PurePosixPath(image["uri"]).with_suffix(".png").name
            attachments[file] = {"image/png": self.picture(Path(self.app.srcdir, image["uri"]))}
            return f"![{image['alt']}](attachment:{file})"

        source = nbformat.read(self.env.doc2path(name), as_version=4)
        cells = Cells(source, self.numbers[name], resolve, picture).page(self.pages[name])
        if cited:
            text = Markdown(self.numbers[name], resolve, picture)
            works = sorted({text.block(self.works[key].next_node(nodes.paragraph)) for key in cited})
            list_of = "\n".join(f"- {' '.join(work.split())}" for work in works)
            cells.append(nbformat.v4.new_markdown_cell(f"## {WORKS_CITED}\n\n{list_of}", id="works-cited"))
        for cell in cells:
            own = {file: data for file, data in attachments.items() if f"(attachment:{file})" in cell.source}
            if own:
                cell.attachments = own
        first = first_cells(cells, self.env.titles[name].astext(), self.app.config, self.wheel)
        return nbformat.v4.new_notebook(cells=first + cells, metadata=METADATA)

    def picture(self, file):
        """A picture as PNG, which every viewer of notebooks shows; an explorable's still is drawn by its program."""
        if file not in self.pictures:
            data = drawn(file.with_suffix(".py")) if file.suffix == ".svg" else file.read_bytes()
            self.pictures[file] = base64.b64encode(data).decode()
        return self.pictures[file]


def drawn(program):
    sys.path.insert(0, str(program.parent))
    try:
        draw = runpy.run_path(str(program))["draw"]
    finally:
        sys.path.remove(str(program.parent))
    from matplotlib import pyplot as plt

    from nnlib import plotting

    with mpl.rc_context({"backend": "agg"}):
        plotting.use_style()
        figure, file = draw(), io.BytesIO()
        figure.savefig(file, format="png", dpi=150, facecolor="white")
        plt.close(figure)
    return file.getvalue()


def keep(app, doctree, docname):
    app.resolved[docname] = doctree.deepcopy()  # the writer changes it


def write(app, error):
    """Put the wheel on the front page and the notebooks where Sphinx has put the sources.

    From disk a browser shows a notebook instead of saving it, and a script may read no file but scripts: so each source
    has a script beside it that saves it (saveFile is in book.js).
    """
    if error is not None or app.builder.name != "html":
        return
    site, wheel = Path(app.outdir), wheel_of(Path(app.srcdir), Path(app.outdir).parent / "wheel")
    shutil.copyfile(wheel, site / wheel.name)
    offer(site / wheel.name, "nnlib as a wheel")
    notebooks = Notebooks(app, wheel.name)
    for name in app.env.found_docs:
        copy = site / "_sources" / Path(app.env.doc2path(name)).relative_to(app.srcdir)
        if name in notebooks.pages:
            nbformat.write(notebooks.notebook(name), copy)
        text = json.dumps(copy.read_text(encoding="utf-8"))
        Path(f"{copy}.js").write_text(f"saveFile({json.dumps(copy.name)}, {text});\n", encoding="utf-8")
    app.emit("notebooks-made", notebooks)


def setup(app):
    app.resolved = {}
    app.add_event("notebooks-made")    # for launch.py
    app.connect("doctree-resolved", keep, priority=950)    # after all that changes it
    app.connect("build-finished", write, priority=920)    # after the bundle, which reads all scripts; before the zip
    return {"parallel_read_safe": True, "parallel_write_safe": True}
