"""What nothing executes is listed as read, and a change of it is seen."""

import pytest

from guards import read
from guards.book import Book

BOOK = Book.read()


def test_all_has_been_read():
    assert [str(fault) for fault in read.faults(BOOK)] == []


@pytest.mark.parametrize("path, right, wrong", [
    ("chapters/14_initialisation.ipynb", r"$\\tfrac12 \\ln 2$", r"$\\tfrac13 \\ln 2$"),
    ("chapters/13_vanishing_gradients.ipynb", "lies near $k = 1$", "lies near $k = 2$"),  # which stands elsewhere, too
    ("chapters/13_vanishing_gradients.ipynb", "| batch norm | 2: learns | 50: learns |",
     "| batch norm | 2: learns | 50: does not |"),
    ("chapters/12_adaptive.ipynb", "Adam drifts to +1, the worst", "Adam drifts to +2, the worst"),  # a caption
    ("chapters/glossary.md", "from $-1$ to 1 and", "from $+1$ to 1 and"),
])
def test_a_change_is_to_be_read_again(path, right, wrong):
    assert right in BOOK.texts[path]
    new, gone = sorted(read.faults(BOOK.edited(path, BOOK.texts[path].replace(right, wrong, 1))),
                       key=lambda fault: "gone" in fault.wrong)
    assert new.path == path and "is new" in new.wrong and "is gone" in gone.wrong


@pytest.mark.parametrize("right, wrong", [(r"\\tfrac12", r"\\frac12"), ("$n$", "$y$"), (r"\\,", " "),
                                          ("Glorot’s start is late", "Glorot’s start comes late")])
def test_layout_and_letters_are_free(right, wrong):
    path = "chapters/14_initialisation.ipynb"
    assert right in BOOK.texts[path]
    assert [fault.wrong for fault in read.faults(BOOK.edited(path, BOOK.texts[path].replace(right, wrong)))] == []
