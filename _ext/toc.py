"""Sphinx extension: the book is what _toc.yml names. Any other page is left out, and one line says so.

A copy of a chapter, a scratch notebook, a folder of notes: the tests leave them out, too (conftest.py). As a program,
`python _ext/toc.py` lists the book's notebooks.
"""

import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
SUFFIX = re.compile(r"\.(md|rst|ipynb)$")


def pages(root=ROOT):
    """The names of the book's pages, in order: intro, chapters/01_gradient_descent, ..."""
    def below(node):
        if isinstance(node, list):
            return [name for item in node for name in below(item)]
        if not isinstance(node, dict):
            return []
        own = [node[key] for key in ("root", "file") if key in node]
        if "glob" in node:
            files = sorted(file for file in root.glob(f"{node['glob']}.*") if SUFFIX.search(file.name))
            own += [file.relative_to(root).as_posix() for file in files]
        return own + [name for value in node.values() for name in below(value)]

    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    return list(dict.fromkeys(SUFFIX.sub("", name) for name in below(toc)))


def notebooks(root=ROOT):
    """The notebooks of the book, and those in its folder that are none of it."""
    named = {root / f"{name}.ipynb" for name in pages(root)}
    there = set((root / "chapters").glob("*.ipynb"))
    return sorted(there & named), sorted(there - named)


def told(names):
    return f"Left out, as _toc.yml does not name {'it' if len(names) == 1 else 'them'}: {', '.join(names)}"


def leave_out(app, config):
    from sphinx.project import Project  # the tests of the library alone do without Sphinx

    project = Project(app.srcdir, config.source_suffix)
    extra = project.discover(config.exclude_patterns, config.include_patterns) - set(pages(Path(app.srcdir)))
    files = sorted(Path(project.doc2path(name, absolute=False)).as_posix() for name in extra)
    if files:
        print(told(files), file=sys.stderr)    # neither a warning, which is an error here, nor silenced by -q
        config.exclude_patterns = [*config.exclude_patterns, *(file.replace("[", "?") for file in files)]    # patterns


def setup(app):
    app.connect("config-inited", leave_out, priority=950)    # after Sphinx has put together what suffixes there are
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    print(*(file.relative_to(ROOT) for file in notebooks()[0]), sep="\n")
