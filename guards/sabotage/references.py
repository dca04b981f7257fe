"""A character of a key, label or link target; Sphinx, in this process, reads and resolves the one page again."""

import io
import re
import shutil
import tempfile
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from guards.book import ROOT
from guards.formulas.printed import pages
from guards.sabotage.trial import Edit, Kind, around, replaced, shuffled, with_source

TARGET = re.compile(r"\{(?:cite:?\w*|numref|eq|ref|doc|term|prf:ref)\}`(?:[^`<]*<)?([^`>]+)>?`|"
                    r"\[[^]]*\]\((?!https?:|mailto:)([^)\s]+)\)")
APART = (".*", "_build", "*.egg-info", "__pycache__")


def edits(book, rng):
    places = [(path, cell, text, match.span(1 if match[1] else 2)) for path, cell, text in pages(book)
              if path != "README.md" for match in TARGET.finditer(text)]
    for path, cell, text, (start, end) in shuffled(places, rng):
        at = rng.choice([i for i in range(start, end) if text[i].isalnum()])
        new = rng.choice([letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter != text[at].lower()])
        edited = replaced(text, at, at + 1, new)
        yield Edit(path, cell, around(text, start, end, 8), edited[start:end],
                   with_source(book.texts[path], cell, edited) if cell else edited)


@contextmanager
def by_sphinx(book):
    """A copy of the book's folder whose pages have all been read once; an edit is noticed if its page then warns."""
    from jupyter_book.config import get_final_config
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    said, quiet = io.StringIO(), io.StringIO()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(quiet), redirect_stderr(quiet), \
            patch_docutils(), docutils_namespace():
        source = Path(folder, "book")
        shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*APART))
        config, _ = get_final_config(user_yaml=source / "_config.yml", sourcedir=source, cli_config={
            "latex_individualpages": False, "external_toc_path": str(source / "_toc.yml"), "nitpicky": True})
        app = Sphinx(source, None, Path(folder, "out"), Path(folder, "doctrees"), "dummy", config, status=None,
                     warning=said, freshenv=True)

        def warned(path):
            said.truncate(said.seek(0))
            list(app.env.check_dependents(app, set(app.builder.read())))  # numbers the figures
            app.env.get_and_resolve_doctree(path.rpartition(".")[0], app.builder)
            return set(said.getvalue().splitlines())

        def noticed(edit):
            before = (source / edit.path).read_text(encoding="utf-8")
            already = warned(edit.path)
            (source / edit.path).write_text(edit.text, encoding="utf-8")
            wrong = warned(edit.path) - already
            (source / edit.path).write_text(before, encoding="utf-8")
            return bool(wrong)
        yield noticed


KINDS = (Kind("references", 5, 0.95, edits, by_sphinx),)
