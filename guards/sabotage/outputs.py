"""A digit in a stored text output. A run gives what is stored now; nbval compares the two, as in `make test`."""

import contextlib
import io
import re

import pytest

from guards.book import ROOT, parsed
from guards.sabotage.trial import Edit, Kind, around, other_digit, replaced, shuffled, with_cell


def texts(output):
    """Where the text of an output is: the mapping and its key."""
    if "text" in output:
        yield output, "text"
    elif "text/plain" in (data := output.get("data", {})) and not data["text/plain"].startswith("<Figure"):
        yield data, "text/plain"


def edits(book, rng):
    places = [(path, place, k, match.span()) for path, place, cell in book.cells()
              for k, output in enumerate(cell.get("outputs", []))
              for where, key in texts(output) for match in re.finditer(r"\d[\d.,]*", where[key])]
    for path, place, k, (start, end) in shuffled(places, rng):
        (where, key), = texts(parsed(book.texts[path]).cells[place - 1].outputs[k])
        old = where[key]
        new = replaced(old, start, end, other_digit(old[start:end], rng))
        yield Edit(path, place, around(old, start, end), around(new, start, end),
                   with_cell(book.texts[path], place, put, k, new))


def put(cell, k, text):
    """Change the text of one output of a cell."""
    (where, key), = texts(cell.outputs[k])
    where[key] = text


class Kept:
    """A plugin of pytest that keeps what was collected."""

    def pytest_collection_modifyitems(self, items):
        self.cells = {(item.path.relative_to(ROOT).as_posix(), item.cell_num): item for item in items}


@contextlib.contextmanager
def by_nbval(book):
    """The chapters' cells as pytest collects them, with all that the book's conftest.py and settings say."""
    kept = Kept()
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = pytest.main(["--collect-only", "-qs", "-pno:cacheprovider", f"--rootdir={ROOT}", f"{ROOT}/chapters"],
                           plugins=[kept])
    if code:
        raise RuntimeError(f"pytest must be able to collect the chapters, got:\n{said.getvalue()}")
    from nbval.plugin import coalesce_streams  # not earlier: pytest imports its plugins itself

    def noticed(edit):
        item = kept.cells[edit.path, edit.cell]
        stored, new = (parsed(text).cells[edit.cell - 1] for text in (edit.text, book.texts[edit.path]))
        return item.options["check"] and not item.compare_outputs(*(
            coalesce_streams(cell.outputs) for cell in (new, stored)))
    yield noticed


KINDS = (Kind("outputs", 10, 0.95, edits, by_nbval),)
