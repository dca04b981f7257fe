"""A page that Sphinx has resolved, as the cells of a notebook: its text as plain.py says it, its code as it was."""

import posixpath
from urllib.parse import quote

import nbformat
from cores import UNSEEN
from docutils import nodes
from plain import Markdown, has_heading, heading_of, is_solution, kind, title_of


class Cells(Markdown):
    """A whole page as the cells of a notebook: one for each heading, and those of code as they stand in the source."""

    def __init__(self, source, *args):
        super().__init__(*args)
        self.source, self.cells = source, []
        self.start()

    def start(self, **metadata):
        """Begin a new cell of text."""
        self.cells.append(nbformat.v4.new_markdown_cell("", id=f"text-{len(self.cells)}", metadata=metadata))

    def write(self, text):
        cell = self.cells[-1]
        cell.source = "\n\n".join(filter(None, [cell.source, text]))

    def page(self, doctree):
        self.flow(doctree.children, 1)
        return [cell for cell in self.cells if cell.source]

    def flow(self, children, level):
        for node in children:
            if kind(node) == "section" or has_heading(node):
                self.part(node, level)
            elif node.get("nb_element") == "cell_code":
                self.code(node)
            else:
                self.write(self.block(node))

    def part(self, node, level):
        """A section, an exercise or its solution, which JupyterLab folds with all that it holds."""
        title, content = title_of(node), node.children[1:] if title_of(node) else node.children
        if title:
            folded = is_solution(node)
            self.start(**({"jp-MarkdownHeadingCollapsed": True} if folded else {}))
            self.write(f"{'#' * (level + folded)} {heading_of(node, self.numbers, self.inline(title))}")
            if folded:
                self.start()    # what stands in the heading's own cell is not folded
        self.flow(content, level + 1 if kind(node) == "section" and title else level)

    def code(self, node):
        cell = nbformat.from_dict(self.source.cells[node["cell_index"]])
        hidden = UNSEEN & set(cell.metadata.get("tags", [])) or cell.metadata.get("jupyter", {}).get("source_hidden")
        cell.metadata = nbformat.from_dict({"jupyter": {"source_hidden": True}} if hidden else {})
        for output in cell.outputs:
            output.get("metadata", {}).pop("drawn", None)    # which code drew it: for the book's own tests
        self.cells.append(cell)
        self.start()
        for figure in node.findall(nodes.figure):
            self.write(self.caption(figure, figure.next_node(nodes.caption)))
            self.write(f"*In words:* {figure.next_node(nodes.image)['alt']}")


def place(docname, node):
    """The page and the anchor to which a link of the book leads."""
    page, _, anchor = node["refuri"].partition("#") if "refuri" in node else ("", "", node["refid"])
    page = posixpath.normpath(posixpath.join(posixpath.dirname(docname), page)) if page else docname
    return page.removesuffix(".html"), anchor


def fragment(heading):
    """JupyterLab's anchor of a heading, and of a page none."""
    return "#" + quote(heading.replace(" ", "-"), safe="!$&'()*+,;=:@/?") if heading else ""
