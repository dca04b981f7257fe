"""Sphinx extension: buttons that open a chapter on Binder or Colab, once _config.yml has the repository's address.

Binder prepares the whole repository, by .binder/. Colab opens a notebook and nothing beside it; so it gets copies whose
first cell fetches the book, written to colab/ beside the
site, which .github/workflows/pages.yml makes the branch `colab`.
"""

from pathlib import Path

import nbformat

FIRST = """\
# Only on Colab: fetch the book and install its library (a minute). If Colab asks for a restart, do it, and go on below.
!git clone -q --depth 1 --branch {branch} {url} book
%pip install -q "./book[plot,data]"
%cd book/chapters"""


def switch(app, config):
    """No address, no buttons."""
    if not config.html_theme_options["repository_url"]:
        config.html_theme_options["launch_buttons"] = {}


def lead_to_copies(app, pagename, templatename, context, doctree):
    branch = app.config.html_theme_options["repository_branch"]
    for button in (button for group in context["header_buttons"] for button in group.get("buttons", [])):
        if button["text"] == "Colab":
            button["url"] = button["url"].replace(f"/blob/{branch}/", "/blob/colab/")


def write_copies(app, error):
    options = app.config.html_theme_options
    sources = [Path(app.env.doc2path(name)) for name in app.env.found_docs]
    for source in sources if error is None and options["repository_url"] else []:
        if source.suffix == ".ipynb":
            notebook = nbformat.read(source, as_version=4)
            first = FIRST.format(url=options["repository_url"], branch=options["repository_branch"])
            notebook.cells.insert(0, nbformat.v4.new_code_cell(first, id="colab"))
            target = Path(app.outdir).parent / "colab" / source.relative_to(app.srcdir)
            target.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, target)


def setup(app):
    app.connect("config-inited", switch)
    app.connect("html-page-context", lead_to_copies, priority=900)  # after the theme has made the buttons
    app.connect("build-finished", write_copies)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
