"""Numbers in words stand where they should, and an edit that makes one wrong is seen."""

import re

import pytest

from guards import claims, reading, words
from guards.book import ROOT, Book

BOOK = Book.read()
CORE = "chapters/02_sigmoid.ipynb"


def test_every_number_in_words_stands_near():
    found = list(words.faults(BOOK))
    assert not found, "\n" + "\n".join(map(str, found))


@pytest.mark.parametrize("path, old, new, said", [
    (CORE, "makes up 3.6 % of the words", "makes up 6.3 % of the words", "the text says 6.3"),
    (CORE, "| *prize* | 3.6 % | 0.6 % | 6 | 1.79 |", "| *prize* | 3.6 % | 0.6 % | 6 | 1.97 |", "the text says 1.97"),
    (CORE, "For 323 steps all is well", "For 332 steps all is well", "the text says 332"),
    (CORE, "beyond 3.64 on either side", "beyond 3.46 on either side", "the caption says 3.46"),
    (CORE, "they begin at minus 1.39", "they begin at minus 1.93", "the alt text says 1.93"),
    ("chapters/10_sgd.ipynb", "so there are 391 steps", "so there are 319 steps", "the text says 319"),
    ("chapters/12_adaptive.ipynb", "curvatures 1 and 100.", "curvatures 1 and 10.", "the caption says 10"),
    ("chapters/01_gradient_descent.ipynb", "In 1857 the physicist", "In 1875 the physicist", "the text says 1875"),
    ("chapters/04_xor.ipynb", "XOR needs, 119 of 500 starts", "XOR needs, 191 of 500 starts", "the text says 191"),
    (claims.STATEMENTS, "needs 3081 steps where", "needs 3018 steps where", "the row S3-08 says 3018"),
    ("intro.md", "{{ verdicts.true }} are true", "118 are true", "the text says 118"),
    ("README.md", "(a minute or two, 500 MB)", "(a minute or two, 50 MB)", "the text says 50"),
    (words.LIST, "page,words,reason\n", "page,words,reason\n02_sigmoid,in 1066,world\n", "nothing needs"),
    (words.LIST, "page,words,reason\n", "page,words,reason\n02_sigmoid,in 1066,because\n", "the reason 'because'"),
], ids=lambda value: value if " says " in value else "")
def test_an_edit_is_seen(path, old, new, said):
    text = BOOK.texts[path]
    assert text.count(old) == 1
    assert said in "\n".join(map(str, words.faults(BOOK.edited(path, text.replace(old, new)))))


def test_prose_left_behind_by_a_new_run_is_seen():
    """The data are other ones, the cell was run again, and the text keeps the old percentages."""
    text = BOOK.texts[CORE]
    run_again = text.replace("64% to 94%", "71% to 83%")
    assert run_again != text
    found = "\n".join(map(str, words.faults(BOOK.edited(CORE, run_again))))
    assert "the text says 64" in found and "the text says 94" in found


@pytest.mark.parametrize("text, known, missing", [
    ("it is 0.73", {0.7313}, []), ("it is 0.74", {0.7313}, ["0.74"]), ("it is 0.731", {0.73}, ["0.731"]),
    ("some 73 % of them", {0.7313}, []), ("64 % to 94 %", {0.64, 0.94}, []), ("73 of them", {0.7313}, ["73"]),
    ("about 700 steps", {681}, []), ("in 700 steps", {681}, ["700"]), ("about 700 steps", {621}, ["700"]),
    ("$10{,}000$ images, 2,000 more", {10_000, 2000}, []), ("$4.2 \\times 10^{-18}$", {4.2e-18}, []),
    ("$10^{-7}$", {1e-6}, ["1e-7"]), ("1.5 million", {1_500_000}, []), ("minus 1.39", {-1.39}, []),
    ("$53 \\ln 2 \\approx 36.74$", {53}, []), ("$\\tfrac{13}{9} = 1.44$", {13}, []), ("1.20 and 01", {1.2, 1}, ["01"]),
    ("in chapter 14 and {cite:t}`x2015`, table 12; 1998", set(), ["1998"]), ("the 32nd", {32}, []),
    ("float64 and L2", set(), []), ("$e^{8}/0.3 = 9937$, $e^{-4}$ is 0.0183", {0.3}, []),
    ("{eq}`eq-99` [11](12.md) <a 13> S2-14", {11}, []), ("x86-64", {86}, ["64"]),
])
def test_what_counts_as_the_same_number(text, known, missing):
    text = reading.plain(text)
    known = sorted({*map(abs, known), *reading.reckoned(text)})
    found = [number.shown for number in words.numbers("p", 1, "text", text)
             if number.digits > 1 and not number.stands_in(known)]
    assert found == missing


def test_a_source_is_known_by_its_year():
    """A year in words may stand in the key of a citation near."""
    entries = (ROOT / "references.bib").read_text(encoding="utf-8").split("\n@")[1:]
    keys = [re.match(r"\w+\{(\w+),", entry)[1] for entry in entries]
    years = [re.search(r"\byear\s*=\s*\{(\d{4})\}", entry)[1] for entry in entries]
    assert len(keys) > 100 and [key for key, year in zip(keys, years) if year not in key] == []


def test_a_number_of_code_is_what_it_comes_to_and_not_how_a_figure_looks():
    known = reading.in_code("n = 5 * 11  # of 77\nx = f(1 / 8, rng=default_rng(23), alpha=0.35)[29]\n"
                            "print(f'{x:.13f} below 0.2 in 31')\n")
    assert {55, 77, 0.125, 0.2, 31} <= known
    assert not {23, 0.35, 29, 13} & known
