"""Sphinx extension: buttons that open a chapter on Binder or Colab, once _config.yml has the repository's address.

They lead to a branch `copies`, which .github/workflows/pages.yml makes of the folder copies/ beside the site: the
exported chapters (export.py), with the library and .binder/ for Binder, and in colab/ once more for Colab, which opens
a notebook and nothing beside it: its first cell installs the library, and its links lead to Colab.
"""

import shutil
from pathlib import Path, PurePosixPath

import nbformat
from export import requirement
from library import SOURCES

COLAB = "https://colab.research.google.com/github/{repository}/blob/copies/colab/{page}.ipynb"


def switch(app, config):
    """No address, no buttons."""
    if not config.html_theme_options["repository_url"]:
        config.html_theme_options["launch_buttons"] = {}


def lead_to_copies(app, pagename, templatename, context, doctree):
    branch = app.config.html_theme_options["repository_branch"]
    for button in (button for group in context["header_buttons"] for button in group.get("buttons", [])):
        if button["text"] == "Colab":
            button["url"] = button["url"].replace(f"/blob/{branch}/chapters/", "/blob/copies/colab/")
        elif button["text"] == "Binder":
            button["url"] = button["url"].replace(f"/{branch}?", "/copies?")


def for_colab(notebook, install):
    """Colab installs at once, and folds the parts whose cells a list names."""
    folded = [cell.id for cell in notebook.cells if "jp-MarkdownHeadingCollapsed" in cell.metadata]
    notebook.metadata["colab"] = {"collapsed_sections": folded}
    for cell in notebook.cells:
        cell.metadata["id"] = cell.id
        if cell.id == "needs":
            cell.source = f'# The book\'s library, half a minute.\n%pip install -q "{install}"'
    return notebook


def write_copies(app, notebooks):
    url = app.config.html_theme_options["repository_url"]
    if not url:
        return
    root, home = Path(app.srcdir), Path(app.outdir).parent / "copies"
    shutil.rmtree(home, ignore_errors=True)
    (home / "chapters").mkdir(parents=True)
    (home / "colab").mkdir()
    for part in (*SOURCES, ".binder", "constraints.txt"):
        if (root / part).is_dir():
            shutil.copytree(root / part, home / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(root / part, home / part)

    def on_colab(page, heading=""):
        return COLAB.format(repository=url.removeprefix("https://github.com/"), page=PurePosixPath(page).name)

    install, _ = requirement(app.config, notebooks.wheel)
    for name in notebooks.pages:
        file = f"{PurePosixPath(name).name}.ipynb"
        shutil.copyfile(Path(app.outdir, "_sources", f"{name}.ipynb"), home / "chapters" / file)
        nbformat.write(for_colab(notebooks.notebook(name, on_colab), install), home / "colab" / file)


def setup(app):
    app.connect("config-inited", switch)
    app.connect("html-page-context", lead_to_copies, priority=900)  # after the theme has made the buttons
    app.connect("notebooks-made", write_copies)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
