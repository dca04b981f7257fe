"""Sabotage counts right: a blind check notices nothing, a sound one what it is said to notice."""

from contextlib import contextmanager
from dataclasses import replace
from random import Random

import pytest

from guards.book import ROOT, Book
from guards.sabotage import KINDS
from guards.sabotage.trial import Score, other_digit, tried

WHOLE = Book.read()
BOOK = Book({path: text for path, text in WHOLE.texts.items() if "/11_" in path or not path.endswith(".ipynb")})
CHEAP = [kind for kind in KINDS if kind.name not in ("references", "readme", "scripts")]  # a process, a browser
each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def answering(noticed):
    @contextmanager
    def check(book):
        yield noticed
    return check


@each
def test_an_edit_changes_one_place_of_a_page_and_comes_again_with_its_seed(kind):
    edits, again = ([edit for edit, _ in zip(kind.edits(BOOK, Random(3)), range(3))] for _ in range(2))
    assert len(edits) == 3 and edits == again
    assert all(edit.text != BOOK.texts[edit.path] and edit.old != edit.new for edit in edits)


@each
def test_a_blind_check_notices_nothing(kind):
    score = tried(replace(kind, check=answering(lambda edit: False)), BOOK, 4, seed=0)
    assert score.share == 0 and len(score.survivors) == 4 and "0 of   4 noticed,    0%" in str(score)


def test_a_check_that_is_never_content_is_refused():
    with pytest.raises(ValueError, match="must find nothing before an edit"):
        tried(replace(KINDS[0], check=answering(lambda edit: True)), BOOK, 4, seed=0)


def test_the_survivors_are_those_that_the_check_passes():
    changed = answering(lambda edit: edit.text != BOOK.texts[edit.path] and edit.cell % 2 == 0)
    score = tried(replace(KINDS[0], check=changed), BOOK, 20, seed=0)
    assert score.tried == 20 and 0 < len(score.survivors) < 20
    assert all(edit.cell % 2 for edit in score.survivors) and score.share == 1 - len(score.survivors) / 20


@pytest.mark.parametrize("kind", CHEAP, ids=lambda kind: kind.name)
def test_the_guards_notice_most(kind):
    assert tried(kind, BOOK, 4, seed=0).share >= 0.5


def test_a_name_stands_for_one_module():
    """`make sabotage` imports from two folders, and what it finds first hides the other."""
    ext, tests = ({file.stem for file in (ROOT / folder).iterdir() if not file.stem.startswith((".", "_"))}
                  for folder in ("_ext", "tests"))
    assert ext and tests and not ext & tests


def test_the_interval_is_wilsons():
    """scipy.stats.binomtest(k, n).proportion_ci(method="wilson"), as its documentation has it."""
    from scipy.stats import binomtest

    for noticed, n in ((0, 4), (7, 50), (199, 200), (200, 200)):
        expected = binomtest(noticed, n).proportion_ci(method="wilson")
        assert Score(KINDS[0], n, [None] * (n - noticed), 0.0).interval == pytest.approx(tuple(expected), abs=1e-4)


def test_a_digit_is_changed_or_two_are_changed_over():
    rng = Random(0)
    for number in ("0.7313", "27", "1,200", "100", "3"):
        for _ in range(50):
            other = other_digit(number, rng)
            assert len(other) == len(number) and other != number and (other[0] != "0" or number[0] == "0")
            assert sorted(other) == sorted(number) or sum(a != b for a, b in zip(number, other)) == 1
