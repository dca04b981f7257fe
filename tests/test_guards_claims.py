"""Claims cannot be widened, what is called published is written out, and verdicts do not change unseen."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_output

from guards import claims
from guards.book import Book

BOOK = Book.read()


def test_claims_and_verdicts_are_sound():
    found = list(claims.faults(BOOK))
    assert not found, "\n" + "\n".join(map(str, found))


def faults_in(source, printed=""):
    cell = new_code_cell(source, outputs=[new_output("stream", name="stdout", text=printed)])
    return "\n".join(wrong for wrong, _ in claims.in_cell(cell, {}))


CLAIM = 'claim("x", ours=y, published={}, tolerance={}, source="s")'


@pytest.mark.parametrize("setting, published", [
    ("", "0.25"), ("", "-1 / 6"), ("", "2**-30"), ("p = 0.5", "p"), ("p = (1, 2)", "p[-1]"), ("p = {'a': 1}", "p['a']"),
    ("for p in (1, 2): 0", "p"), ("for a, p in [(f(1), 1), (f(2), 2)]: 0", "p"),
    ("for i, p in enumerate([1, 2]): 0", "p"), ("d = {2: (1, 2)}\nfor k, p in d.items(): 0", "p[0]"),
    ("q = [(1, 'a')]\nfor (a, b), (p, s) in zip(f(), q): 0", "p"),
])
def test_a_published_number_is_written_out(setting, published):
    assert "computed" not in faults_in(f"{setting}\n{CLAIM.format(published, 't')}")


@pytest.mark.parametrize("setting, published", [
    ("", "np.sqrt(beta)"), ("", "2 * beta"), ("p = round(q, 3)", "p"), ("p = 1\np = f(1)", "p"), ("", "nowhere"),
    ("for p in f(): 0", "p"), ("for a, p in zip((1, 2), f()): 0", "p"), ("p = (1, f(2))", "p[-1]"),
    ("d = {2: f(1)}\nfor k, p in d.items(): 0", "p"),
])
def test_a_published_number_that_is_computed_is_seen(setting, published):
    source = f"{setting}\n{CLAIM.format(published, 't')}"
    assert f"the claim publishes {published}, which is computed" in faults_in(source)
    assert "computed" not in faults_in(source + "  # computed: the source prints its logarithm")


def test_a_claim_and_what_it_printed_agree():
    printed = "claim: x | published 0.25 | ours 0.24 | tolerance 0.02 | reproduces | s\n"
    assert faults_in(CLAIM.format("1 / 4", "0.02"), printed) == ""
    assert "tolerance 0.2, and no line" in faults_in(CLAIM.format("0.25", "0.2"), printed)
    assert "published 0.52, and no line" in faults_in(CLAIM.format("0.52", "0.02"), printed)


def test_a_claim_does_not_hide_its_numbers():
    assert "hides" in faults_in("claim('x', ours=y, **wide)")
    assert "computed" in faults_in("nnlib.claims." + CLAIM.format("f()", "t"))


def test_a_spread_is_measured():
    call = 'claim("x", ours=y, published=1, tolerance=t, spread={}, source="s")'
    assert "spread is 0.5" in faults_in(call.format("0.5"))
    assert "spread" not in faults_in(call.format("runs.std()"))


def test_the_numbers_of_a_claim_are_changed_twice():
    """Even where it still agrees: 0.6917 for 0.6817, or a tolerance of a tenth for one of a billionth."""
    path = "chapters/14_initialisation.ipynb"
    for old, new in ((r"published 0\.6817 \|", "published 0.6917 |"), (r"(tolerance \d\.?\d*e-\d+) \|", r"\g<1>9 |")):
        text, times = re.subn(old, new, BOOK.texts[path], count=1)
        assert times and "is not the one that was read" in "\n".join(map(str, claims.given(BOOK.edited(path, text))))


@pytest.mark.parametrize("path, old, new, said", [
    (claims.STATEMENTS, r"(S0-03,.*?),imprecise,", r"\1,true,", "S0-03 is 'true', and was 'imprecise'"),
    (claims.STATEMENTS, r"\nS2-44,.*", r"", "S2 has 43 statements, and the pin 44"),
    ("chapters/10_sgd.ipynb", r"(\| S3-17 \|[^|]*\|) true \|", r"\1 imprecise |", "calls S3-17 'imprecise'"),
    ("chapters/10_sgd.ipynb", r"tolerance=rate / 40", "tolerance=4", "tolerance 4, and no line"),
])
def test_an_edit_is_seen(path, old, new, said):
    text, times = re.subn(old, new, BOOK.texts[path])
    assert times == 1
    assert said in "\n".join(map(str, claims.faults(BOOK.edited(path, text))))
