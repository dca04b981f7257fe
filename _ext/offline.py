"""Sphinx extension: the site carries its own MathJax, so that no page asks another host for anything."""

import importlib.util
from pathlib import Path

from sphinx.util.fileutil import copy_asset

# tex-chtml.js carries all but its fonts and the TeX packages that it loads on first use (\boldsymbol, \cancel, ...).
PARTS = ("tex-chtml.js", "input/tex/extensions", "output/chtml/fonts/woff-v2")


def copy_mathjax(app, error):
    """Copy MathJax when all else is written: scripts in the source's _static/ would be loaded by every page."""
    if error is not None or app.builder.format != "html":
        return
    # The package is used as a folder only: its name has hyphens, and its own extension copies all 17 MB of it.
    source = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
    target = Path(app.outdir) / "_static" / "mathjax"
    for part in PARTS:
        into = target / part if (source / part).is_dir() else target
        copy_asset(str(source / part), str(into))


def share_html_visitors(app):
    """Extensions that register visitors for 'singlehtml' or 'epub' hide everybody's 'html' ones: give them back."""
    handlers = app.registry.translation_handlers
    for name in ("singlehtml", "epub"):
        if name in handlers:
            handlers[name] = {**handlers["html"], **handlers[name]}


def setup(app):
    app.add_config_value("comments_config", {}, "env")  # Jupyter Book sets it even where sphinx_comments is not loaded
    app.connect("build-finished", copy_mathjax)
    app.connect("builder-inited", share_html_visitors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
