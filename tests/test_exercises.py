"""The checkers accept right solutions, refuse the usual wrong ones, say why, and never raise."""

import sys

import numpy as np
import pytest

from nnlib.exercises import EXERCISES, Exercise, check


def naive_sigmoid(z):
    return 1 / (1 + np.exp(-z))


def stub(z):
    ...


def unfinished(z):
    raise NotImplementedError("write me")


def leaves(z):
    sys.exit("enough")


@pytest.mark.parametrize("name", EXERCISES)
def test_the_reference_passes_its_own_exercise(name, capsys):
    assert check(name, EXERCISES[name].reference) is True
    n = len(EXERCISES[name].cases)
    assert capsys.readouterr().out == f"{name}: {n} of {n} cases right\n"


@pytest.mark.parametrize("name, wrong, words", [
    ("sigmoid", naive_sigmoid, "RuntimeWarning: overflow"),
    ("sigmoid", stub, "None (does the function return its result?)"),
    ("sigmoid", unfinished, "NotImplementedError: write me"),
    ("sigmoid", leaves, "SystemExit: enough"),
    ("sigmoid", lambda: 1, "TypeError"),
    ("sigmoid", lambda z: "0.5", "'0.5'"),
    ("sigmoid", lambda z: np.atleast_2d(0.5 + 0 * z), "[[0.5]]"),
    ("sigmoid", lambda z: 0.5 + 0.5 * np.tanh(z / 2), "got      0.0"),  # no left tail
    ("sigmoid_derivative", lambda z: np.maximum(0, 0 * z), "expected 0.25"),
    ("log_sigmoid", lambda z: np.log(naive_sigmoid(np.clip(z, -700, 700))), "got      0.0"),  # log(1) at z = 40
    ("softplus", lambda z: np.log(1 + np.exp(np.minimum(z, 700))), "softplus("),
    ("sigmoid", "not a function", "TypeError"),
    ("sigmoid", None, "TypeError"),
])
def test_usual_mistakes_fail_with_their_reason(name, wrong, words, capsys):
    assert check(name, wrong) is False
    out = capsys.readouterr().out
    assert words in out and "tried" in out and "expected" in out


@pytest.mark.parametrize("name", ["sigmiod", None, ["sigmoid"]])
def test_an_unknown_exercise_lists_the_known_ones(name, capsys):
    assert check(name, naive_sigmoid) is False
    assert "there are: log_sigmoid, sigmoid" in capsys.readouterr().out


def test_the_reader_gets_copies_of_the_arguments():
    def changes_its_argument(z):
        if isinstance(z, np.ndarray):
            z[...] = 0
        return z

    check("sigmoid", changes_its_argument)
    assert check("sigmoid", EXERCISES["sigmoid"].reference)


def test_the_reader_gets_numbers_as_numbers_and_an_array_stays_on_one_line(capsys):
    def right_for_floats(z):
        return EXERCISES["sigmoid"].reference(z) if type(z) is float else "no float"

    check("sigmoid", right_for_floats)
    out = capsys.readouterr().out
    assert out.startswith("sigmoid: 7 of 9 cases right\n  tried    sigmoid([-800.,") and "array(" not in out
    assert len(out.splitlines()) == 5 and "(the first of 2 that failed)" in out


def test_nan_is_right_where_the_reference_gives_nan(monkeypatch):
    monkeypatch.setitem(EXERCISES, "log", Exercise(np.log1p, ((np.array([0.0, np.nan]),),)))
    assert check("log", lambda z: np.log1p(z)) is True
    assert check("log", lambda z: np.nan_to_num(z)) is False
