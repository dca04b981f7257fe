"""Sphinx extension: what a page says about itself, to search engines, to those who share it, and to its neighbours.

A description (the page's first paragraph, unless its front matter has `myst: {html_meta: {description: ...}}`), a
social card, and, as soon as html: baseurl in _config.yml has the site's address, a sitemap. In a chapter, the first
mention of a word of the glossary leads there; links to the glossary show the definition. A word that everybody uses in
other senses too stands in the glossary with its own in brackets, "sweep (of coordinate descent)", and is linked in the
chapters alone to which its definition leads.
"""

import re
from functools import cache
from html import escape
from html.entities import html5
from pathlib import Path

import imagesize
from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

PICTURE = re.compile(r'(<img\b(?![^>]*\swidth=)[^>]*\bsrc="([^":]*_images/[^"]+)")([^>]*>)')


def first_paragraph(doctree):
    """About 160 characters of a page's first text, ending with a word or, if one is near, a sentence."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if len(text) > 40 and "chapter-head" not in paragraph["classes"] and not list(paragraph.findall(nodes.math)):
            if len(text) <= 170:
                return text
            sentences = text[:170].rpartition(". ")[0]
            return f"{sentences}." if len(sentences) > 80 else f"{text[:160].rpartition(' ')[0]} …"
    return ""


def describe(app, pagename, templatename, context, doctree):
    """Add a description and Open Graph's properties to a page's head."""
    config, tags = app.config, context.get("metatags", "")
    given = re.search(r'name="description"[^>]*content="([^"]*)"|content="([^"]*)"[^>]*name="description"', tags)
    text = (given[1] or given[2]) if given else escape(first_paragraph(doctree) if doctree else "", quote=True)
    text = text or escape(config.book_description, quote=True)
    titles = app.env.titles
    title = escape(titles[pagename].astext() if pagename in titles else config.project, quote=True)
    # Cards need whole addresses; until there is one, the image's is seen from the page.
    context["site_root"] = root = config.html_baseurl.rstrip("/")
    image = f"{root}/_static/card.png" if root else context["pathto"]("_static/card.png", 1)
    properties = {"og:type": "article" if pagename != config.root_doc else "website", "og:site_name": config.project,
                  "og:title": title, "og:description": text, "og:image": image, "og:image:width": 1200,
                  "og:image:height": 630, "og:image:alt": "The book's title beside a sigmoid curve with its tangent"}
    if root:
        properties["og:url"] = f"{root}/{pagename}.html"
    lines = [] if given else [f'<meta name="description" content="{text}">']
    lines += [f'<meta property="{name}" content="{value}">' for name, value in properties.items()]
    lines.append('<meta name="twitter:card" content="summary_large_image">')
    context["metatags"] = tags + "\n".join(["", *lines, ""])


def write_sitemap(app, error):
    if error is None and app.builder.name == "html" and app.config.html_baseurl:
        base = app.config.html_baseurl.rstrip("/")
        rows = [f"  <url><loc>{escape(f'{base}/{name}.html')}</loc></url>" for name in sorted(app.env.found_docs)]
        lines = ['<?xml version="1.0" encoding="UTF-8"?>',
                 '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', *rows, "</urlset>", ""]
        (Path(app.outdir) / "sitemap.xml").write_text("\n".join(lines), encoding="utf-8")


def size_images(app, error):
    """Say how large each picture is, so that the text below it does not move when it arrives.

    To draw the curves of a figure is work for a page's own thread: a reader who is far from it need not wait for that.
    """
    if error is not None or app.builder.name != "html":
        return
    out = Path(app.outdir)
    for page in out.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        first = PICTURE.search(html)

        def sized(match, folder=page.parent, first=first):
            width, height = imagesize.get(folder / match[2])
            later = "" if match.start() == first.start() else ' loading="lazy"'
            return f'{match[1]} width="{width}" height="{height}"{later}{match[3]}'

        page.write_text(PICTURE.sub(sized, html), encoding="utf-8")


@cache
def definitions(env):
    """The definition of each term of the glossary, by the term's id."""
    pages = {page for (kind, _), (page, _) in env.get_domain("std").data["objects"].items() if kind == "term"}
    return {term_id: item.next_node(nodes.definition)
            for page in pages for item in env.get_doctree(page).findall(nodes.definition_list_item)
            for term in item.findall(nodes.term) for term_id in term["ids"]}


class LinkTerms(SphinxPostTransform):
    """Link a chapter's first mention of each word of the glossary in running text; JupyterLab shows a plain word."""

    default_priority = 5    # before links are resolved

    def run(self):
        if not re.match(r"chapters/\d\d_", self.env.docname):
            return
        terms, meaning = {}, definitions(self.env)
        for (kind, name), (_, term_id) in self.env.get_domain("std").data["objects"].items():
            if kind == "term":
                word, bracket, _ = name.partition(" (")
                leads_to = [link["reftarget"] for link in meaning[term_id].findall(addnodes.pending_xref)]
                if not bracket or self.env.docname in leads_to:
                    terms[word.lower()] = name
        longest_first = "|".join(sorted(map(re.escape, terms), key=len, reverse=True))
        pattern = re.compile(rf"(?<![\w-])({longest_first})(?:e?s)?(?![\w-])", re.IGNORECASE)
        for text in list(self.document.findall(nodes.Text)):
            outer = text.parent.parent if isinstance(text.parent, (nodes.strong, nodes.emphasis)) else text.parent
            if isinstance(outer, nodes.paragraph) and terms:
                text.parent.replace(text, list(self.linked(text.astext(), pattern, terms)))

    def linked(self, text, pattern, terms):
        """The text in pieces; a term is taken out of `terms` when it is linked."""
        end = 0
        for match in pattern.finditer(text):
            if name := terms.pop(match[1].lower(), None):
                link = addnodes.pending_xref("", refdomain="std", reftype="term", reftarget=name, refexplicit=True,
                                             refdoc=self.env.docname, refwarn=True)
                link += nodes.inline("", match[0], classes=["std", "std-term"])
                yield from (nodes.Text(text[end:match.start()]), link)
                end = match.end()
        yield nodes.Text(text[end:])


def in_plain_letters(line):
    """A line without TeX, and without what refers to an equation."""
    line = re.sub(r"(: |\. Formula )eq-[\w-]+.*", ".", line)
    line = re.sub(r"\\frac(\w)(\w)", r"\1/\2 ", line)
    line = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1 / (\2))", line)
    for tex, plain in ((r"\\[lr]Vert ?|\\\|", "|"), (r"\\(mathrm|operatorname)|\\,", ""), (r"\^\\top", "^T")):
        line = re.sub(tex, plain, line)
    signs = {name: sign for name in re.findall(r"\\(\w+)", line) if (sign := html5.get(f"{name};", "")) > "\u0370"}
    return re.sub(r"\\(\w+)", lambda match: signs.get(match[1], match[1]), line).translate(str.maketrans("", "", "{}"))


def explain_terms(app, doctree, docname):
    """The title of a link to the glossary, shown when the pointer rests on it, is the definition's first line."""
    links = [link for link in doctree.findall(nodes.reference)
             if any("std-term" in child["classes"] for child in link.children if isinstance(child, nodes.inline))]
    meaning = definitions(app.env) if links else {}
    for link in links:
        target = link.get("refid") or link.get("refuri", "").partition("#")[2]
        if target in meaning:
            link["reftitle"] = in_plain_letters(meaning[target].astext().partition("\n")[0])


def setup(app):
    app.add_config_value("book_description", "", "html")
    app.connect("html-page-context", describe)
    app.connect("build-finished", write_sitemap)
    app.connect("build-finished", size_images)
    app.add_post_transform(LinkTerms)
    app.connect("doctree-resolved", explain_terms)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
