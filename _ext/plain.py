"""A page that Sphinx has read and resolved, as plain Markdown: what any viewer of notebooks shows, and nothing else.

Every number, citation and link is the site's own, as they stand in the resolved doctree. A node of a kind that is not
named here is an error, so that a new directive gets a form in Markdown before it is used.
"""

import posixpath
import re
from urllib.parse import quote

import nbformat
from cores import UNSEEN
from docutils import nodes

DISPLAY = re.compile(r"^\$\$\n(.*?)\n\$\$$", re.DOTALL | re.MULTILINE)
HEADED = {"exercise_enumerable_node", "dropdown_main"}    # besides sections: what gets a heading of its own


def kind(node):
    return type(node).__name__


def title_of(node):
    """The node of a section's or a box's title, or None."""
    first = node.children[0] if node.children else None
    return first if kind(first) in {"title", "dropdown_title"} else None


class Numbers:
    """The numbers of a page's sections, figures, tables, exercises and equations, as the site prints them."""

    def __init__(self, env, docname):
        self.std, self.formats = env.get_domain("std"), env.config.numfig_format
        self.sections = env.toc_secnumbers.get(docname, {})
        self.others = env.toc_fignumbers.get(docname, {})

    def of(self, node):
        """'2.1' of a section or an equation, 'Fig. 2.1' of a figure, '' of what has no number."""
        if isinstance(node, nodes.section):
            page = isinstance(node.parent, nodes.document)
            return dotted(self.sections.get("" if page else f"#{node['ids'][0]}"))
        kind_of = "displaymath" if isinstance(node, nodes.math_block) else self.std.get_enumerable_node_type(node)
        numbers = self.others.get(kind_of, {})
        number = dotted(next((numbers[name] for name in node["ids"] if name in numbers), None))
        return self.formats[kind_of] % number if number and kind_of in self.formats else number


def dotted(number):
    return ".".join(map(str, number or ()))


def heading_of(node, numbers, text=None):
    """What stands in the heading: its number and the text of its title, without markup unless that is given.

    JupyterLab's links within a notebook find no heading with a typographic apostrophe.
    """
    number = "" if kind(node) == "dropdown_main" else numbers.of(node)
    return f"{number} {(text or title_of(node).astext()).strip()}".strip().replace("’", "'")


def headings(doctree, numbers):
    """For each place of a page that a link can lead to, the heading under which it stands."""
    found, heading = {}, ""
    for node in doctree.findall(nodes.Element):
        if title_of(node) and (isinstance(node, nodes.section) or kind(node) in HEADED):
            heading = heading_of(node, numbers)
        for name in node.get("ids", ()):
            found.setdefault(name, heading)
    return found


class Markdown:
    """Text without cells: what stands in a paragraph, a list, a table, a box."""

    def __init__(self, numbers, resolve, picture):
        self.numbers, self.resolve, self.picture = numbers, resolve, picture

    # ---- Within a line ----

    def inline(self, node):
        return "".join(self.form("inline", child) for child in node.children)

    def form(self, where, node):
        if write := getattr(self, f"{where}_{kind(node)}", None):
            return write(node)
        raise NotImplementedError(f"{node.source}: plain.py must have {where}_{kind(node)}, to say it in Markdown")

    def inline_Text(self, node):
        text = re.sub(r"([\\`*$]|(?<!\w)_|_(?!\w)|<(?=[\w/!])|\](?=\())", r"\\\1", node.astext())
        return text.replace("\xa0", " ")

    def inline_inline(self, node):
        return self.inline(node)

    def inline_emphasis(self, node):
        return f"*{self.inline(node)}*"

    def inline_strong(self, node):
        return f"**{self.inline(node)}**"

    def inline_literal(self, node):
        text = node.astext()
        fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
        return f"{fence} {text} {fence}" if len(fence) > 1 else f"`{text}`"

    def inline_math(self, node):
        return f"${' '.join(node.astext().split())}$"

    def inline_reference(self, node):
        text, address = self.inline(node), self.resolve(node)
        return f"[{text}]({address})" if address else text

    inline_number_reference = inline_reference

    def inline_target(self, node):
        return ""

    # ---- Blocks: each is a list of lines' worth of text without blank lines around it ----

    def block(self, node):
        return self.form("block", node)

    def blocks(self, children, between="\n\n"):
        return between.join(filter(None, map(self.block, children)))

    def block_paragraph(self, node):
        text = self.inline(node).strip()
        text = re.sub(r"^( *)([#>+-]+)(?= )", r"\1\\\2", text, flags=re.MULTILINE)      # a line that begins like a list
        return re.sub(r"^( *\d+)([.)])(?= )", r"\1\\\2", text, flags=re.MULTILINE)

    def block_math_block(self, node):
        number = self.numbers.of(node)
        tag = rf" \tag{{{number}}}" if number else ""
        return f"$$\n{node.astext().strip()}{tag}\n$$"

    def block_literal_block(self, node):
        return f"```{node.get('language', '')}\n{node.astext().rstrip()}\n```"

    def block_bullet_list(self, node, marks=None):
        marks = marks or ["-"] * len(node.children)
        items = [indent(self.blocks(item.children), f"{mark} ") for mark, item in zip(marks, node.children)]
        return ("\n\n" if any("\n\n" in item for item in items) else "\n").join(items)

    def block_enumerated_list(self, node):
        start = node.get("start", 1)
        return self.block_bullet_list(node, [f"{start + k}." for k in range(len(node.children))])

    def block_block_quote(self, node):
        return indent(self.blocks(node.children), "> ", "> ")

    def block_admonition(self, node):
        title, *content = node.children
        return indent(f"**{self.inline(title)}**\n\n{self.blocks(content)}", "> ", "> ")

    def block_table(self, node):
        group = node.next_node(nodes.tgroup)
        rows = [[self.cell(entry) for entry in row.children] for row in group.findall(nodes.row)]
        right = [any("right" in name for name in entry["classes"])
                 for entry in group.next_node(nodes.tbody).next_node(nodes.row).children]
        lines = [rows[0], ["---:" if is_right else "---" for is_right in right], *rows[1:]]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"{self.caption(node, title_of(node))}\n\n{table}" if title_of(node) else table

    def cell(self, entry):
        """A cell of a table: one line, in which a bar is no border."""
        entry = entry.deepcopy()
        for math in list(entry.findall(nodes.math)):
            bars = math.astext().replace(r"\|", r"\Vert ").replace("|", r"\vert ")
            math.replace_self(nodes.math("", bars))
        text = " ".join(self.blocks(entry.children).split())
        return re.sub(r"(?<!\\)\|", r"\|", text)

    def block_figure(self, node):
        image, caption = node.next_node(nodes.image), node.next_node(nodes.caption)
        return f"{self.picture(image)}\n\n{self.caption(node, caption)}"

    def caption(self, node, text):
        return f"**{self.numbers.of(node)}** {self.inline(text).strip()}"

    def block_target(self, node):
        return ""

    block_comment = block_compound = block_search_title = block_target    # a compound is the list of deeper pages


def indent(text, first, others=None):
    """A block within another. Its formulas take one line each, so that no indent is taken for a part of them."""
    text = DISPLAY.sub(lambda match: f"$${' '.join(match[1].split())}$$", text)
    lines = text.replace("\n", "\n" + (others or " " * len(first)))
    return "\n".join(line.rstrip() for line in f"{first}{lines}".split("\n"))


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
            if kind(node) == "section" or kind(node) in HEADED:
                self.part(node, level)
            elif node.get("nb_element") == "cell_code":
                self.code(node)
            else:
                self.write(self.block(node))

    def part(self, node, level):
        """A section, an exercise or its solution, which JupyterLab folds with all that it holds."""
        title, content = title_of(node), node.children[1:] if title_of(node) else node.children
        if title:
            folded = kind(node) == "dropdown_main"
            self.start(**({"jp-MarkdownHeadingCollapsed": True} if folded else {}))
            self.write(f"{'#' * (level + folded)} {heading_of(node, self.numbers, self.inline(title))}")
            if folded:
                self.start()    # what stands in the heading's own cell is not folded
        self.flow(content, level + 1 if kind(node) == "section" and title else level)

    def code(self, node):
        cell = nbformat.from_dict(self.source.cells[node["cell_index"]])
        hidden = UNSEEN & set(cell.metadata.get("tags", [])) or cell.metadata.get("jupyter", {}).get("source_hidden")
        cell.metadata = nbformat.from_dict({"jupyter": {"source_hidden": True}} if hidden else {})
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
