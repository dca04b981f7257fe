"""Sphinx extension: a chapter is two pages, a core and, in NN_name_deeper, what a first reading can do without.

Both carry the number in their files' name, so that figure 2.1 stays figure 2.1 when chapters are added before it, and
sections, figures, equations and exercises run on from the core to the deeper page. "Next" leads from core to core; the
core's foot leads to its deeper page, whose head leads back. A chapter's head says how long it takes to read.
"""

import math
import re
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx import addnodes
from sphinx.environment.collectors.toctree import TocTreeCollector

CHAPTER = re.compile(r"chapters/(\d\d)_\w+$")
DEEPER = "_deeper"
UNSEEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}  # tags of cells whose code is not shown


def number_chapters(app, env):
    """Chapter 02_sigmoid is number 2, whatever stands before it; its sections, figures, equations are 2.1, 2.2, ..."""
    def number(entries, prefix, numbers, start=1):
        entries = [entry for entry in entries if isinstance(entry, nodes.list_item)]  # not the deeper page's own entry
        for k, entry in enumerate(entries, start):
            link = next(iter(entry.findall(nodes.reference)))
            link["secnumber"] = numbers[link["anchorname"]] = (*prefix, k)
            number(entry.children[1].children if len(entry.children) > 1 else [], (*prefix, k), numbers)
        return start + len(entries)

    following = {}  # chapter -> the number of its next section
    for docname in sorted(filter(CHAPTER.match, env.found_docs), key=lambda name: (name[:11], DEEPER in name)):
        chapter = int(CHAPTER.match(docname)[1])
        page = env.tocs[docname].children[0]
        numbers = env.toc_secnumbers[docname] = {"": (chapter,)}
        env.titles[docname]["secnumber"] = next(iter(page.findall(nodes.reference)))["secnumber"] = numbers[""]
        entries = page.children[1].children if len(page.children) > 1 else []
        following[chapter] = number(entries, numbers[""], numbers, following.get(chapter, 1))
    return TocTreeCollector().assign_figure_numbers(env)


def minutes(notebook):
    """How long a chapter takes to read, without its exercises: the formula of the book's design.

    Words / 200, visible lines of code / 12, one for each displayed equation of up to five lines, 0.75 for each figure.
    """
    words = lines = displays = figures = 0
    for cell in notebook.cells:
        text = cell.source
        if cell.cell_type == "markdown":
            text, end, _ = text.partition("## Exercises")
            for display in re.findall(r"^\$\$$(.*?)^\$\$", text, re.DOTALL | re.MULTILINE):
                displays += math.ceil((display.count(r"\\") + 1) / 5)
            text = re.sub(r"^\$\$$.*?^\$\$.*?$", "", text, flags=re.DOTALL | re.MULTILINE)
            for code in re.findall(r"^```\w+\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
                lines += sum(map(bool, code.splitlines()))
            text = re.sub(r"^```\w+\n.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
            figures += len(re.findall(r"^[`:]{3,}\{figure\}", text, re.MULTILINE))
            text = re.sub(r"^([`:]{3,}.*|:[\w-]+:.*|\([\w-]+\)=)$", "", text, flags=re.MULTILINE)  # fences and options
            words += len(re.findall(r"\$[^$]+\$|[^\W_][\w'’.-]*", text))
            if end:
                break
        else:
            form = cell.metadata.get("mystnb", {})
            figures += "figure" in form
            words += len(form.get("figure", {}).get("caption", "").split())
            if not UNSEEN & set(cell.metadata.get("tags", [])):
                lines += sum(bool(line.strip()) for line in text.splitlines())
    return words / 200 + lines / 12 + displays + 0.75 * figures


def core_of(docname):
    return docname.removesuffix(DEEPER)


def link(docname, target, text):
    """A link from one page to another."""
    return addnodes.pending_xref("", nodes.inline("", text), refdomain="std", reftype="doc", reftarget=f"/{target}",
                                 refdoc=docname, refexplicit=True, refwarn=True)


def add_head_and_foot(app, doctree):
    """Reading time and the way back at a chapter's head, the way on to its deeper page at the core's foot."""
    env, docname = app.env, app.env.docname
    if not CHAPTER.match(docname) or not Path(app.srcdir, f"{docname}.ipynb").is_file():
        return
    notebook = nbformat.read(Path(app.srcdir, f"{docname}.ipynb"), as_version=4)
    deeper = f"{core_of(docname)}{DEEPER}"

    page = next(iter(doctree.findall(nodes.section)))
    head = nodes.paragraph("", f"About {minutes(notebook):.0f} minutes, exercises apart. ", classes=["chapter-head"])
    if docname == deeper:
        head += [nodes.Text("For a second reading: "), link(docname, core_of(docname), "the chapter itself"),
                 nodes.Text(" comes first.")]
    elif deeper in env.found_docs:
        way = link(docname, deeper, "proofs, reproductions, special cases")
        page += nodes.paragraph("", "", nodes.Text("Deeper: "), way, classes=["chapter-foot"])
    page.insert(1, head)


def lead_past_deeper(app, pagename, templatename, context, doctree):
    """Previous and next lead from core to core; a deeper page's previous page is its own core."""
    relations = app.env.collect_relations()

    def step(name, way):  # way: 1 for the page before, 2 for the page after
        name = relations.get(name, [None] * 3)[way]
        while name and name.endswith(DEEPER):
            name = relations[name][way]
        return name

    for key, way in (("prev", 1), ("next", 2)):
        if context.get(key):
            target = step(pagename, way)
            context[key] = target and {"link": app.builder.get_relative_uri(pagename, target),
                                       "title": app.builder.render_partial(app.env.titles[target])["title"]}


def setup(app):
    app.connect("env-get-updated", number_chapters, priority=900)    # after Sphinx has counted
    app.connect("doctree-read", add_head_and_foot)
    app.connect("html-page-context", lead_past_deeper)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
