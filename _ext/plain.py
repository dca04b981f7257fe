"""A page that Sphinx has read and resolved, as plain Markdown: what any viewer of notebooks shows, and nothing else.

Every number, citation and link is the site's own, as they stand in the resolved doctree. A node of a kind that is not
named here is an error, so that a new directive gets a form in Markdown before it is used.
"""

import re

from docutils import nodes
from sphinx.locale import admonitionlabels

DISPLAY = re.compile(r"^\$\$\n(.*?)\n\$\$$", re.DOTALL | re.MULTILINE)


def kind(node):
    return type(node).__name__


def is_solution(node):
    return kind(node) == "dropdown_main" and "solution" in node["classes"]


def has_heading(node):
    """Sections, exercises and solutions have a heading of their own."""
    return title_of(node) and (isinstance(node, nodes.section) or kind(node) == "exercise_enumerable_node"
                               or is_solution(node))


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
    number = "" if is_solution(node) else numbers.of(node)
    return f"{number} {(text or title_of(node).astext()).strip()}".strip().replace("’", "'")


def headings(doctree, numbers):
    """For each place of a page that a link can lead to, the heading under which it stands."""
    found, heading = {}, ""
    for node in doctree.findall(nodes.Element):
        if has_heading(node):
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
        for ancestor in type(node).__mro__:
            if write := getattr(self, f"{where}_{ancestor.__name__}", None):
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

    def inline_footnote_reference(self, node):
        return f"[{node.astext()}]"

    def inline_image(self, node):
        return self.picture(node)

    def inline_target(self, node):
        return ""

    inline_raw = inline_target    # made for other formats

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

    def block_Admonition(self, node):
        """A box: with a title, as `admonition` and theorems have it, or named by its kind, as a note is."""
        title, content = title_of(node), node.children[1:] if title_of(node) else node.children
        name = f"{self.numbers.of(node)} {self.inline(title)}".strip() if title else admonitionlabels[kind(node)]
        return indent(f"**{name}**\n\n{self.blocks(content)}", "> ", "> ")

    block_dropdown_main = block_Admonition

    def block_container(self, node):
        return self.blocks(node.children)

    block_section = block_container    # that of an exercise or a theorem, without a title

    def block_definition_list(self, node):
        return "\n\n".join(f"**{self.inline(item.children[0])}**\n{self.blocks(item.children[1].children)}"
                           for item in node.children)

    def block_footnote(self, node):
        label, *content = node.children
        return f"[{label.astext()}] {self.blocks(content)}"

    def block_transition(self, node):
        return "---"

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

    def block_image(self, node):
        return self.picture(node)

    def block_figure(self, node):
        image, caption = node.next_node(nodes.image), node.next_node(nodes.caption)
        return f"{self.picture(image)}\n\n{self.caption(node, caption)}"

    def caption(self, node, text):
        return f"**{self.numbers.of(node)}** {self.inline(text).strip()}"

    def block_target(self, node):
        return ""

    block_comment = block_compound = block_raw = block_search_title = block_target    # compound: a list of pages


def indent(text, first, others=None):
    """A block within another. Its formulas take one line each, so that no indent is taken for a part of them."""
    text = DISPLAY.sub(lambda match: f"$${' '.join(match[1].split())}$$", text)
    lines = text.replace("\n", "\n" + (others or " " * len(first)))
    return "\n".join(line.rstrip() for line in f"{first}{lines}".split("\n"))
