"""Sphinx extension: the book's own record, made from its notebooks.

    ```{fact-check}        every statement of claims.csv, its verdict, and a link to the cell that has its id as a tag
    ```
    ```{reproductions}     every line that `nnlib.claims` printed into a notebook, with a link to its cell
    ```

    {{ statements }}       how many there are; {{ verdicts.true }} and so on: how many have that verdict

A cell that answers statements gets their ids as anchors (02_sigmoid.html#s0-06), one that prints claims its own id. On
a chapter's page the claims are folded into a small mark that opens.
"""

import csv
import re
from collections import Counter
from html import escape
from pathlib import Path

import nbformat
from cores import link
from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

STATEMENT = re.compile(r"S\d-\d\d")
DOCUMENTS = {
    "S0": "The sigmoid in regularisation", "S1": "L1 and L2 regularisation", "S2": "The sigmoid and gradient descent",
    "S3": "Optimisation and regularisation, an overview", "S4": "Regularisation and initialisation",
}
VERDICTS = {"code wrong result": "code with a wrong result", "code does not run": "code that does not run"}


def statements(srcdir):
    """The rows of claims.csv; none in a book without one."""
    path = Path(srcdir, "chapters", "claims.csv")
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())) if path.is_file() else []


def count(app, config):
    """Let pages say how many statements there are, by verdict, without stating a number themselves."""
    verdicts = Counter(row["verdict"].partition(" ")[0] for row in statements(app.srcdir))  # code does not run: code
    config.myst_substitutions |= {"statements": verdicts.total(), "verdicts": dict(verdicts)}


def code_cells(docname, srcdir):
    """The code cells of a notebook, in order, each with the anchors that it deserves and the claims that it printed."""
    path = Path(srcdir, docname).with_suffix(".ipynb")
    if not path.is_file():
        return
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            ids = [tag.lower() for tag in cell.metadata.get("tags", []) if STATEMENT.fullmatch(tag)]
            printed = "".join(output.text for output in cell.outputs if output.get("name") == "stdout")
            claims = [line.removeprefix("claim: ").split(" | ")
                      for line in printed.splitlines() if line.startswith("claim: ")]
            yield [*ids, *([cell.id] if claims else [])], claims


def number_of(docname):
    return docname.removeprefix("chapters/").partition("_")[0]


def place(number):
    """What a reader calls 02, or A."""
    return f"chapter {int(number)}" if number.isdigit() else f"appendix {number}"


def title_of(docname, srcdir):
    notebook = nbformat.read(Path(srcdir, docname).with_suffix(".ipynb"), as_version=4)
    return notebook.cells[0].source.partition("\n")[0].lstrip("# ")


def notebooks(env):
    """The chapters that the book has, in its order."""
    return [name for name in sorted(env.found_docs) if Path(env.srcdir, f"{name}.ipynb").is_file()]


def mark_cells(app, doctree):
    """Give the cells of a notebook their anchors, and fold their claims."""
    docname, std = app.env.docname, app.env.get_domain("std")
    cells = [node for node in doctree.findall(nodes.container) if node.get("nb_element") == "cell_code"]
    for node, (ids, claims) in zip(cells, code_cells(docname, app.srcdir)):
        node["ids"] += ids
        for anchor in ids:
            std.note_hyperlink_target(f"{docname}:{anchor}", docname, anchor)
        if claims:
            fold(node, claims, docname)


def fold(cell, claims, docname):
    """Take a cell's claims out of its output, and put a mark that opens in the place of the first."""
    mark = folded(claims, docname)
    for block in list(cell.findall(nodes.literal_block)):
        lines = block.astext().splitlines()
        rest = [line for line in lines if not line.startswith("claim: ")]
        if len(rest) < len(lines) and "stream" in block["classes"]:
            kept = block.copy()
            kept.rawsource = "\n".join(rest)
            kept += nodes.Text(kept.rawsource)
            block.parent.replace(block, [kept, *mark] if kept.rawsource.strip() else mark)
            mark = []


def folded(claims, docname):
    """A mark that shows a single claim's numbers, or how many claims there are, and when it opens the claims."""
    items = [nodes.list_item("", nodes.paragraph("", f"{text}: {', '.join(found)} ({source})"))
             for text, *found, source in claims]
    _, *found, _ = claims[0]
    shown = f"{len(claims)} claims" if len(claims) > 1 else ", ".join(found[:2])  # published and ours, or "holds"
    more = link(docname, "chapters/reproductions", "All claims of the book")
    head = f'<details class="claims"><summary>checked: {escape(shown)}</summary><div>'
    return [nodes.raw("", head, format="html"), nodes.bullet_list("", *items), nodes.paragraph("", "", more),
            nodes.raw("", "</div></details>", format="html")]


class Record(SphinxDirective):
    """What both directives need: lists, and links to cells."""

    def link(self, docname, anchor):
        text = nodes.inline("", place(number_of(docname)))
        return addnodes.pending_xref("", text, refdomain="std", reftype="ref", reftarget=f"{docname}:{anchor}",
                                     refdoc=self.env.docname, refexplicit=True, refwarn=True)

    def entries(self, rows):
        """A definition list: for each row a head, made of texts and nodes, and paragraphs."""
        def inline(parts):
            return [nodes.Text(part) if isinstance(part, str) else part for part in parts]

        items = []
        for head, *paragraphs in rows:
            body = nodes.definition("", *(nodes.paragraph("", "", *inline(text)) for text in paragraphs))
            items.append(nodes.definition_list_item("", nodes.term("", "", *inline(head)), body))
        return nodes.definition_list("", *items, classes=["record"])

    def section(self, title, *content):
        section = nodes.section("", nodes.title("", title), *content, ids=[nodes.make_id(title)], names=[title.lower()])
        self.state.document.note_implicit_target(section, section)
        return section

    def notes(self):
        """The page is made again when a notebook changes."""
        for docname in notebooks(self.env):
            self.env.note_dependency(f"{docname}.ipynb")
            yield docname, code_cells(docname, self.env.srcdir)


class FactCheck(Record):
    def run(self):
        self.env.note_dependency("chapters/claims.csv")
        rows = statements(self.env.srcdir)
        home = {anchor.upper(): (docname, anchor) for docname, cells in self.notes()
                for anchors, _ in cells for anchor in anchors}

        def entry(row):
            at = self.link(*home[row["id"]]) if row["id"] in home else f"still to come, in {place(row['chapter'])}"
            return ([f"{row['id']} · {VERDICTS.get(row['verdict'], row['verdict'])} · ", at],
                    [nodes.emphasis("", "The source says: "), row["claim"]],
                    [nodes.emphasis("", "What holds: "), row["what_holds"]])

        verdicts = Counter(VERDICTS.get(row["verdict"], row["verdict"]) for row in rows)
        counts = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
        shown = sum(row["id"] in home for row in rows)
        summary = f"{len(rows)} statements: {counts}. For {shown} of them the cell that decides is in the book so far."
        sections = []
        for document, title in DOCUMENTS.items():
            of_it = [entry(row) for row in rows if row["document"] == document]
            sections.append(self.section(f"{document}: {title}", self.entries(of_it)))
        return [nodes.paragraph("", summary), *sections]


class Reproductions(Record):
    def run(self):
        sections, verdicts = [], Counter()
        for docname, cells in self.notes():
            rows = []
            for anchors, claims in cells:
                for text, *numbers, verdict, source in claims:    # numbers: published, ours, tolerance; or none
                    verdicts[verdict] += 1
                    home = self.link(docname, anchors[-1])
                    rows.append(([text], [" · ".join([*numbers, verdict])], [f"{source} · ", home]))
            if rows:
                title = f"{place(number_of(docname)).capitalize()}: {title_of(docname, self.env.srcdir)}"
                sections.append(self.section(title, self.entries(rows)))
        agreed = verdicts["reproduces"] + verdicts["holds"]
        summary = (f"{verdicts.total()} published numbers and statements: {agreed} come out as published, "
                   f"{verdicts.total() - agreed} do not.")
        return [nodes.paragraph("", summary), *sections]


def setup(app):
    app.add_directive("fact-check", FactCheck)
    app.add_directive("reproductions", Reproductions)
    app.connect("config-inited", count)
    app.connect("doctree-read", mark_cells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
