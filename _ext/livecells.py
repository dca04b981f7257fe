"""Sphinx extension: the cells of a chapter run in the page (live/). It adds the button, and a content security policy.

The build makes the interpreter and its packs; where their wheel cannot be had, it says so and goes on without buttons.
Nothing of it is loaded before a reader asks: a page has the button, a script of 2 KB, and what it would fetch.
The policy allows the site's own files, the scripts in the page by their checksums, and a worker made by them; a worker
made from a Blob, as the kernel is (live/page/kernel.js), has the policy of its page.
"""

import base64
import hashlib
import json
import re
import shutil
import sys
from html import escape, unescape
from pathlib import Path

import nbformat
from cores import CHAPTER

from live.build import build

PAGE = Path(__file__).parents[1] / "live" / "page"
WORKER = ("files", "wasi", "interpreter", "main")  # joined to one plain script
HEAD = """<div class="live-head" data-base="{base}" data-live="{data}">
<button class="live-start" type="button">Run this page</button>
<span class="live-note">Fetches Python, {size:.1f}&#160;MB, once, from this site. Then every cell can be changed and
run, here.</span></div>"""
POLICY = ("default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-hashes' {hashes}; "
          "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; worker-src blob:; "
          "object-src 'none'; base-uri 'none'; form-action 'self'")
META = '<meta http-equiv="Content-Security-Policy" content="{policy}">'
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>|\son\w+=\"([^\"]*)\"", re.DOTALL)


def make(app):
    """The interpreter and the packs, from the cache or from their wheel; and the page's scripts."""
    app.live = None
    if app.builder.name != "html":
        return
    app.chapters = {name: nbformat.read(app.env.doc2path(name), as_version=4) for name in sorted(app.env.found_docs)
                    if CHAPTER.match(name) and app.env.doc2path(name).endswith(".ipynb")}
    folder = Path(app.outdir, "_static", "live")
    try:
        app.live = build(folder, Path(app.outdir).parent / "live", app.chapters)
    except LookupError as error:
        print(f"The chapters get no button to run them in the page: {error}", file=sys.stderr)
        return
    for file in PAGE.glob("*.*"):
        shutil.copyfile(file, folder / file.name)
    parts = [(PAGE / "worker" / f"{name}.js").read_text(encoding="utf-8") for name in WORKER]
    (folder / "worker.js").write_text("\n".join(parts), encoding="utf-8")


def add_button(app, pagename, templatename, context, doctree):
    manifest = app.live
    if not manifest or not any(cell.cell_type == "code" for cell in app.chapters.get(pagename, {"cells": []})["cells"]):
        return
    code = [str(place) for place, cell in enumerate(app.chapters[pagename].cells) if cell.cell_type == "code"]
    away = manifest["away"][pagename]
    data = {"page": pagename, **{part: manifest[part] for part in ("build", "wasm", "packs", "asks")},
            "needs": manifest["needs"][pagename], "away": [away.get(place, "") for place in code],
            "notebook": context["pathto"](f"_sources/{pagename}.ipynb", 1)}
    files = [data["wasm"], *(data["packs"][pack] for pack in data["needs"])]
    head = HEAD.format(base=context["pathto"]("_static/live/", 1), data=escape(json.dumps(data)),
                       size=sum(file["bytes"] for file in files) / 1e6)
    context["body"] = re.sub(r'(<p class="chapter-head">.*?</p>)', lambda match: match[1] + head, context["body"],
                             count=1, flags=re.DOTALL)
    context["metatags"] = META.format(policy=POLICY) + context.get("metatags", "")
    app.add_css_file("live/live.css")
    app.add_js_file("live/button.js", loading_method="defer", blocking="render")  # it may give the cells room


def state_policy(app, error):
    """The checksums of a page's inline scripts, when all that writes some has done so."""
    if error is not None or not getattr(app, "live", None):
        return
    for name in app.live["needs"]:
        page = Path(app.outdir, f"{name}.html")
        html = page.read_text(encoding="utf-8")
        sums = sorted({checksum(script or unescape(handler)) for script, handler in INLINE.findall(html)})
        page.write_text(html.replace("{hashes}", " ".join(sums)), encoding="utf-8")


def checksum(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def setup(app):
    app.connect("env-before-read-docs", lambda app, env, names: make(app))
    app.connect("html-page-context", add_button)
    app.connect("build-finished", state_policy, priority=940)  # after the bundle, before the zip
    return {"parallel_read_safe": True, "parallel_write_safe": True}
