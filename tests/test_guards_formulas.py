"""The printed formulas, against nnlib; and the guard itself, against slips of the pen."""

import dataclasses
import random
import re

import numpy as np
import pytest

from guards.book import Book
from guards.formulas import examine, examined, faults, stored
from guards.formulas.printed import formulas, pages
from guards.tex import Display, Index, Unreadable, edits

AT_LEAST = {"executed": 174, "chained": 37}  # these numbers only grow
BOOK = Book.read()


def test_every_formula_holds():
    assert not [str(fault) for fault in faults(BOOK)]


def test_formulas_stay_executed():
    hows = [pin.how for _, pin, _ in examined(BOOK)]
    for how, least in AT_LEAST.items():
        assert hows.count(how) >= least, f"{hows.count(how)} formulas are {how}, {least} were"


def test_no_formula_escapes():
    """Each pair of double dollars in a page is one formula."""
    written = sum(text.count("$$") for _, _, text in pages(BOOK))
    found = [formula for formula in formulas(BOOK) if not re.match(r"nnlib\.|glossary: ", formula.key)]
    assert written == 2 * len(found)
    assert len({formula.key for formula in found}) == len(found)


def test_the_natural_logarithm_is_ln():
    """Only a logarithm with a base is called log."""
    assert not [path for path, text in BOOK.texts.items()
                if path.startswith(("chapters/", "intro")) and re.search(r"\\log(?![a-z_])", text)]


SABOTAGES = [
    ("chapters/12_adaptive.ipynb", r"{\\sqrt{\\hat v} + \\varepsilon}", r"{\\sqrt{\\hat v + \\varepsilon}}"),
    ("chapters/12_adaptive.ipynb", r"{1 - \\beta_1^{\\,t}} , \\\\", r"{1 - \\beta_2^{\\,t}} , \\\\"),
    ("chapters/07_l1_deeper.ipynb", r"\\tau_1 = 1 ,", r"\\tau_1 = 2 ,"),
    ("chapters/glossary.md", r"$\sigma(z) = 1 / (1 + e^{-z})$", r"$\sigma(z) = 1 / (1 + e^{z})$"),
    ("chapters/glossary.md", r"$\theta \leftarrow \theta - \eta v$", r"$\theta \leftarrow \theta + \eta v$"),
    ("chapters/glossary.md", r"$\kappa = h_{\max} / h_{\min}$", r"$\kappa = h_{\min} / h_{\max}$"),
    ("nnlib/activations/sigmoids.py", "sigma(z) = 1 / (1 + exp(-z)):", "sigma(z) = 1 / (1 - exp(-z)):"),
    ("nnlib/optimizers/adaptive.py", "rate g / (sqrt(s) + epsilon)", "rate g / sqrt(s + epsilon)"),
    ("nnlib/losses.py", "-sum_k t_k log softmax(z)_k", "sum_k t_k log softmax(z)_k"),
    ("chapters/11_momentum.ipynb", r"m\\,\\ddot\\theta = -g - c", r"m\\,\\ddot\\theta = -g + c"),
    ("chapters/02_sigmoid.ipynb", " (eq-sigmoid)", ""),
    ("chapters/02_sigmoid.ipynb", "(eq-symmetry)", "(eq-mirror)"),
]


@pytest.mark.parametrize("path, right, wrong", SABOTAGES, ids=[wrong for *_, wrong in SABOTAGES])
def test_a_sabotaged_book_has_faults(path, right, wrong):
    assert right in BOOK.texts[path]
    assert [fault.path for fault in faults(BOOK.edited(path, BOOK.texts[path].replace(right, wrong)))]


def test_another_form_of_display_is_a_fault():
    text = BOOK.texts["intro.md"] + "\n```{math}\nx = y\n```\n"
    assert ["```{math}" in fault.wrong for fault in faults(BOOK.edited("intro.md", text))] == [True]


@pytest.mark.parametrize("how, share", [("executed", 0.97), ("chained", 0.95), ("pinned", 0.99)])
def test_single_edits_are_noticed(how, share):
    pins = stored()
    wrong = [dataclasses.replace(formula, tex=tex) for formula in formulas(BOOK) if pins[formula.key].how == how
             for _, tex in edits(formula.tex)]
    sample = random.Random(1).sample(wrong, 200)
    noticed = [bool(told) or pin != pins[formula.key] for formula in sample for pin, told in [examine(formula)]]
    assert np.mean(noticed) >= share


@pytest.mark.parametrize("old, new", [(r"\tfrac", r"\frac"), (r"\,", " "), (r"\left(", "("), (r"\right)", ")"),
                                      ("\n", " "), (r"\\" + "\n& =", "=")])
def test_layout_is_no_fault(old, new):
    pins = stored()
    laid_out = [dataclasses.replace(formula, tex=formula.tex.replace(old, new)) for formula in formulas(BOOK)]
    assert laid_out != formulas(BOOK)
    assert [formula.key for formula in laid_out if examine(formula) != (pins[formula.key], "")] == []


X = np.array([[0.7, -1.9], [0.4, 1.3], [2.1, 0.6]])
READ = [
    (r"\frac12 a b^2", {"a": 3.0, "b": 5.0}, 37.5),
    (r"\tfrac{a}{b} / 2 c", {"a": 3.0, "b": 5.0, "c": 2.0}, 0.15),
    (r"a - b - c", {"a": 3.0, "b": 5.0, "c": 2.0}, -4.0),
    (r"e^{-|a|} \log 2a", {"a": 3.0}, np.exp(-3) * np.log(6)),
    (r"\sum_{i=1}^{n} a_i^2", {"a": X[:, 0], "n": 3}, 5.06),
    (r"\sum_j W_{ij} a_j", {"W": X, "a": np.array([2.0, 3.0]), "i": Index(2)}, 4.7),
    (r"\max_j |a_j|", {"a": X[0]}, 1.9),
    (r"X^\top (X w - y) / n", {"X": X, "w": np.ones(2), "y": X[:, 0], "n": 3}, X.T @ X[:, 1] / 3),
    (r"(H + \lambda I)^{-1} c", {"H": 3.0, "lam": 2.0, "I": 1.0, "c": 10.0}, 2.0),
    (r"\begin{cases} v - t & v > t \\ 0 & |v| \le t \\ v + t & v < -t \end{cases}", {"v": X[0], "t": 1.0}, [0, -0.9]),
    (r"\hat m_{t+1} + \theta_t", {"hat_m_tp1": 1.0, "theta": {0: 5.0}, "t": Index(0)}, 6.0),
    (r"\sigma'(2z)\, (z + 1)", {"sigma_prime": np.square, "z": 3.0}, 144.0),
    (r"\|X\|_2", {"X": np.diag([3.0, 4.0])}, 4.0),
    (r"[k = c] + 1", {"k": 2.0, "c": 2.0}, 2.0),
]


@pytest.mark.parametrize("tex, letters, value", READ, ids=[tex for tex, *_ in READ])
def test_a_formula_means_what_a_mathematician_reads(tex, letters, value):
    display = Display(tex)
    ((side,),) = display.statements
    np.testing.assert_allclose(np.squeeze(display(side, letters)), value, rtol=1e-12)
    assert set(display.unexecuted().split()) == {"_"}


@pytest.mark.parametrize("tex", [r"\frac{a}", "a + ", r"\int_0^1 a", "(a", "a)",
                                 r"\begin{cases} a & a > 0 \end{cases}"])
def test_what_cannot_be_read_is_refused_when_asked_for(tex):
    ((side, *_), *_) = Display(tex).statements
    with pytest.raises(Unreadable):
        Display(tex)(side, {"a": -1.0})


def test_statements_end_at_commas_and_rows_and_words():
    display = Display(r"\begin{aligned} a &= b && \text{(as } c\text{)} \\ &= c , \\ "
                      r"d &= f(x, y) \\ e &= 1 \text{ or } g &= 2 . \end{aligned}")
    assert [[side.name for side in statement] for statement in display.statements] == [
        ["a", "b", "c"], ["d", "fxy"], ["e", "1"], ["g", "2"]]
