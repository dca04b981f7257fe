"""A chapter's cells, run in a browser as a reader runs them, and what they show beside what the book stores."""

import functools
import hashlib
import http.server
import json
import threading
from contextlib import contextmanager
from pathlib import Path

import nbformat
import toc
from chromium import chromium

from live import needs

RESULTS = Path(__file__).with_name("results.json")
CELLS = """async ({ cells, packs }) => {
    const root = new URL("/_static/live/", location.href).href;
    const { Kernel } = await import(root + "kernel.js"), config = await (await fetch(root + "manifest.json")).json();
    const kernel = new Kernel({ ...config, base: root }, packs), answers = [];
    for (const [name, source] of cells) {
        const events = [];
        try { await kernel.run(source, name, (event) => events.push(event)); }
        catch (error) { events.push({ kind: "error", text: `Python ended: ${error.message}` }); }
        answers.push(events.filter(({ kind, pack }) => kind !== "fetched" && pack !== "mnist")
            .map(({ kind, text, pack }) => [kind, text ?? pack ?? ""]));
    }
    kernel.drop();
    return answers;
}"""


def code(notebook):
    """(place from 0, cell) of each cell with code."""
    return [(place, cell) for place, cell in enumerate(notebook.cells) if cell.cell_type == "code"]


def stored(cell):
    """What the book says that a cell prints, and how many figures it shows."""
    texts, figures = [], 0
    for output in cell.outputs:
        data = output.get("data", {})
        figures += "image/svg+xml" in data
        if "text" in output:
            texts.append(output.text)
        elif output.output_type == "execute_result":
            texts.append(data["text/plain"] + "\n")
    return "".join(texts), figures


def fingerprint(notebook):
    """The SHA-256 sum of a chapter's code and of what it prints: a stored result belongs to them."""
    parts = [[cell.source, *stored(cell)] for _, cell in code(notebook)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def compared(notebook, answers):
    """The cells that did not show what is stored, by their place: the last line of what each said.

    What a cell fetches counts as said, MNIST apart: core.txt lacks a module that it needs.
    """
    other = {}
    for (place, cell), events in zip(code(notebook), answers, strict=True):
        text = "".join(text for kind, text in events if kind != "svg")
        if (text, sum(kind == "svg" for kind, _ in events)) != stored(cell):
            last = (text.strip().splitlines() or ["nothing printed, or other figures"])[-1]
            other[str(place)] = last
    return other


def answers(page, cells, packs):
    """What each cell, a name and its code, shows in the page: lists of [kind, text]. `page` is a Playwright page."""
    page.set_default_timeout(0)
    return page.evaluate(CELLS, {"cells": cells, "packs": packs})


def run(page, notebook):
    """The same of a chapter's cells."""
    cells = [[f"cell {place + 1}", cell.source] for place, cell in code(notebook)]
    return answers(page, cells, needs.packs(notebook))


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@contextmanager
def served(folder):
    """The address of a folder's files."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()


@contextmanager
def in_chromium(address):
    """A page of a new browser, at an address."""
    with chromium() as browser:
        page = browser.new_page()
        page.goto(address)
        yield page


def pages(site, only, browser):
    """(name, notebook, page) of each chapter whose name begins with `only`; `browser(address)` opens a page for it."""
    with served(site) as address:
        for path in toc.notebooks()[0]:
            if path.stem.startswith(only):
                with browser(f"{address}_static/live/licences.html") as page:
                    yield path.stem, nbformat.read(path, as_version=4), page


def chapters(site, only, browser):
    """(name, notebook, the cells that show something else) of each of these chapters."""
    for name, notebook, page in pages(site, only, browser):
        yield name, notebook, compared(notebook, run(page, notebook))


def listed(cells):
    """A line for each of these cells."""
    return "".join(f"\n  cell {int(place) + 1}: {last}" for place, last in cells.items())
