"""Sphinx extension: the search finds what readers mean.

search.js has the ranking and the lines shown below a result; all else is Sphinx's own search.
Words are indexed and looked up in American spelling, and a word with a hyphen also without it: regularization is
regularisation, and minibatch is mini-batch. The words of the glossary are titles to the search, which come first; so
are the names and letters in the tables of its page, each of which leads to the term beside it.
"""

import json
import re
from html.entities import html5
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.search.en import SearchEnglish

# Regular expressions that Python and JavaScript read alike.
AMERICAN = (("(?<=al|ar|er|im|nt|or|rd)is(?=e|ing|ation)", "iz"), ("analys(?=e|ing)", "analyz"), ("icence", "icense"),
            ("(?<=[bilv])our", "or"), ("(?<=be|ce|de)ll(?=ed|ing)", "l"), ("(?<=[Cc])entre", "enter"))


def american(text):
    for pattern, replacement in AMERICAN:
        text = re.sub(pattern, replacement, text)
    return text


class Search(SearchEnglish):
    js_stemmer_code = f"""{SearchEnglish.js_stemmer_code}
{{
  const Porter = Stemmer, rules = {json.dumps(AMERICAN)}.map(([pattern, to]) => [new RegExp(pattern, "g"), to]);
  Stemmer = function () {{
    const porter = new Porter();
    this.stemWord = (word) => porter.stemWord(rules.reduce((text, rule) => text.replace(...rule), word));
  }};
}}
"""

    def split(self, text):
        return super().split(text) + [word.replace("-", "") for word in re.findall(r"\w+(?:-\w+)+", text)]

    def stem(self, word):
        return super().stem(american(word.lower()))


class search_title(nodes.Element):
    """Shown nowhere; its title is indexed, and found at its id."""


def skip(translator, node):
    raise nodes.SkipNode


def spellings(name):
    """Other ways to write a name: without what is in brackets, as in America, as one word and as two."""
    word = american(name.partition(" (")[0])
    return {word, word.replace("-", ""), word.replace("-", " ")}


def in_letters(cell):
    """The names in a cell of a table; a letter is a name in itself and in TeX, such as σ and sigma."""
    letters = [math.astext().lstrip("\\") for math in cell.findall(nodes.math)]
    return [{name, html5.get(f"{name};", name)} for name in letters] or [{name} for name in cell.astext().split(", ")]


def titles_of(doctree):
    """What is to be found as a title: names, and the id of each."""
    for title in doctree.findall(nodes.title):
        if isinstance(title.parent, nodes.section):
            yield spellings(title.astext()) - {title.astext()}, title.parent["ids"][0]
    terms = [term for term in doctree.findall(nodes.term) if any(i.startswith("term-") for i in term["ids"])]
    for term in terms:
        yield {term.astext()} | spellings(term.astext()), term["ids"][0]
        term.children = [part for part in term if not isinstance(part, addnodes.index)]    # found only as a title
    for row in doctree.findall(nodes.row):
        ids = [link["refid"] for link in row.findall(nodes.reference) if link.get("refid", "").startswith("term-")]
        for k, names in enumerate(in_letters(row[0]) if terms and ids else []):
            yield names.union(*map(spellings, names)), ids[min(k, len(ids) - 1)]


def add_titles(app, doctree, docname):
    if app.builder.format == "html":
        for names, target in list(titles_of(doctree)):
            doctree += [search_title("", nodes.title("", name), ids=[target]) for name in sorted(names)]


def rank(app, config):
    config.html_search_scorer = str(Path(__file__).with_suffix(".js"))


def setup(app):
    app.add_search_language(Search)
    app.add_node(search_title, html=(skip, None))
    app.connect("doctree-resolved", add_titles, priority=900)    # after the links
    app.connect("config-inited", rank)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
