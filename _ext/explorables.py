"""Sphinx extension: a figure with the class `explorable` comes alive on the page, and stays a figure everywhere else.

    ```{figure} explorables/activations.svg
    :figclass: explorable
    :alt: what is to be seen
    The caption.
    ```

The picture is what paper, the PDF, JupyterLab and a browser without scripts show. On the site the page, and no other,
loads the script of the same name beside it (here explorables/activations.js), after explorable.js and explorable.css
of that folder, which all explorables share, and after what the script asks for in a line `// needs functions.js`. They
are plain scripts, not modules: a browser refuses those from file://.
"""

import re
from pathlib import Path, PurePosixPath

from docutils import nodes
from sphinx.util import logging
from sphinx.util.fileutil import copy_asset_file

FOLDER = "explorables"
SHARED = ("explorable.css", "explorable.js")
logger = logging.getLogger(__name__)


def explorables(doctree):
    """Each live figure of a page and its picture."""
    for figure in doctree.findall(nodes.figure):
        if "explorable" in figure["classes"]:
            yield figure, next(figure.findall(nodes.image))


def find_scripts(app, doctree):
    """Note on each live figure which files it needs, and mark it with its name, by which its script finds it."""
    for figure, picture in explorables(doctree):
        script = PurePosixPath(picture["uri"]).with_suffix(".js")
        figure["classes"].append(f"explorable-{script.stem}")
        source = Path(app.srcdir, script)
        text = source.read_text(encoding="utf-8") if source.is_file() else ""
        names = (*SHARED, *re.findall(r"^// needs (\S+)$", text, re.MULTILINE), script.name)
        figure["scripts"] = [str(script.with_name(name)) for name in names]
        for file in figure["scripts"]:
            app.env.note_dependency(file)  # the page is built again when one of them changes
            if not Path(app.srcdir, file).is_file():
                logger.warning("the explorable needs %s, which does not exist", file, location=figure)


def add_scripts(app, page, template, context, doctree):
    """Add the files to this page alone. They go to the site's _static/; what is in the source's, every page loads."""
    if doctree is None or app.builder.name == "singlehtml":
        return
    for file in (file for figure, _ in explorables(doctree) for file in figure["scripts"]):
        source, target = Path(app.srcdir, file), Path(app.outdir, "_static", FOLDER)
        if source.is_file():
            target.mkdir(parents=True, exist_ok=True)
            copy_asset_file(str(source), str(target))  # now, so that the page's link carries the checksum
        if source.suffix == ".css":
            app.add_css_file(f"{FOLDER}/{source.name}")
        else:
            # Nothing is drawn before the live figure stands in its picture's place, else the text below would jump.
            app.add_js_file(f"{FOLDER}/{source.name}", loading_method="defer", blocking="render")


def setup(app):
    app.connect("doctree-read", find_scripts)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
