"""Sphinx extension: the site carries its own MathJax, so that no page asks another host for anything."""

import importlib.util
from pathlib import Path

from sphinx.util.fileutil import copy_asset

# MathJax's tex-chtml.js without its menu, which would be 40 % of it and is off. startup.js waits until the script ends.
COMPONENTS = ("core", "input/tex", "output/chtml", "output/chtml/fonts/tex", "a11y/assistive-mml")
# Loaded on first use: the packages behind \boldsymbol, \cancel, ... and the fonts.
FOLDERS = ("input/tex/extensions", "output/chtml/fonts/woff-v2")


def copy_mathjax(app, error):
    """Write MathJax when all else is written: scripts in the source's _static/ would be loaded by every page."""
    if error is not None or app.builder.format != "html":
        return
    # The package is used as a folder only: its name has hyphens, and its own extension copies all 17 MB of it.
    source = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
    target = Path(app.outdir) / "_static" / "mathjax"
    for folder in FOLDERS:
        copy_asset(str(source / folder), str(target / folder))
    here = ", ".join(f"'{name}'" for name in ("loader", "startup", *COMPONENTS))
    parts = [(source / f"{name}.js").read_text(encoding="utf-8") for name in ("startup", *COMPONENTS)]
    parts.insert(1, f"MathJax.loader.preLoad({here})")  # they need not be fetched
    (target / "tex-chtml.js").write_text(";\n".join(parts), encoding="utf-8")


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
