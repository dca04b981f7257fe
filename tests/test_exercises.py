"""The checkers accept right solutions, refuse the usual wrong ones, say why, and never raise.

The answers that are tried stand in `answers`, a file a chapter.
"""

import re
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
from answers import RIGHT, WRONG

from nnlib.activations import sigmoid
from nnlib.exercises import EXERCISES, Exercise, check, checker
from nnlib.exercises.table import CHAPTERS

NOTEBOOKS = Path(__file__).parents[1] / "chapters"


def listed(answers):
    return [pytest.param(name, function, words, id=f"{name}: {words}") for name, row in answers.items()
            for words, function in row.items()]


def test_each_exercise_has_enough_wrong_and_unusual_right_answers():
    assert WRONG.keys() == RIGHT.keys() == EXERCISES.keys()
    assert all(len(row) >= 3 for row in WRONG.values()) and all(len(row) >= 2 for row in RIGHT.values())


@pytest.mark.parametrize("name, function, words", listed(WRONG))
def test_wrong_answers_are_refused_with_their_reason(name, function, words, capsys):
    assert check(name, function) is False
    out = capsys.readouterr().out
    assert "tried" in out and "expected" in out
    assert ("a changed argument" in out) == words.startswith("in place")
    assert ("Warning: overflow" in out) == words.startswith("overflow")


@pytest.mark.parametrize("name, function, words", listed(RIGHT))
def test_unusual_right_answers_pass(name, function, words):
    assert check(name, function) is True


@pytest.mark.parametrize("name", EXERCISES)
def test_the_reference_passes_its_own_exercise(name, capsys):
    assert check(name, EXERCISES[name].reference) is True
    n = len(EXERCISES[name].cases)
    assert capsys.readouterr().out == f"{name}: {n} of {n} cases right\n"


@pytest.mark.parametrize("name", EXERCISES)
def test_a_right_answer_that_changes_an_argument_is_told_which_one(name, capsys):
    places = {k for case in EXERCISES[name].cases for k, a in enumerate(case) if isinstance(a, np.ndarray)}
    for place in places:
        def changing(*arguments, place=place):
            answer = EXERCISES[name].reference(*arguments)
            if isinstance(arguments[place], np.ndarray):
                arguments[place].flat[-1] += 1
            return answer

        assert check(name, changing) is False
        said = capsys.readouterr().out
        assert re.search(rf"a changed argument: number {place + 1} has become .*; work on a copy\n", said)
        assert check(name, EXERCISES[name].reference) is True  # it was a copy


EXACT = [("logistic_gradient", 0), ("soft_threshold", 4)]  # they give 0, of numbers that no order of sums rounds


@pytest.mark.parametrize("name, k", [(name, k) for name, exercise in EXERCISES.items()
                                     for k in range(len(exercise.cases)) if (name, k) not in EXACT])
def test_rounding_decides_no_case(name, k):
    """Let every input be the next float, up or down: the tolerance allows for what that changes."""
    exercise, rng = EXERCISES[name], np.random.default_rng(k)

    def nudged(a):
        if np.asarray(a).dtype.kind != "f":
            return a
        moved = np.nextafter(a, a * rng.choice([0.0, 2.0], np.shape(a)))
        return moved if isinstance(a, np.ndarray) else float(moved)

    for _ in range(20):
        moved = exercise.reference(*map(nudged, exercise.cases[k]))
        assert np.allclose(moved, exercise.reference(*exercise.cases[k]), rtol=exercise.tolerance, atol=1e-323)


def test_each_chapter_finds_its_exercises_in_the_file_named_for_it():
    for chapter in CHAPTERS:
        name = chapter.__name__.rpartition(".")[2]
        [notebook] = NOTEBOOKS.glob(f"[0-9][0-9]_{name}.ipynb")
        called = re.findall(r'check\(\\"(\w+)\\"', notebook.read_text("utf-8"))
        assert called and set(called) <= chapter.EXERCISES.keys(), notebook


def raising(error):
    def function(*arguments):
        raise error
    return function


def unfinished(z):
    ...


def forgets_to_import(z):
    return numpie.exp(z)  # noqa: F821


@pytest.mark.parametrize("function, words", [
    (unfinished, "None (does the function return its result?)"),
    (raising(NotImplementedError("write me")), "NotImplementedError: write me"),
    (raising(SystemExit("enough")), "SystemExit: enough"),
    (raising(KeyboardInterrupt("mine")), "KeyboardInterrupt: mine"),
    (forgets_to_import, "NameError: name 'numpie' is not defined; if it is not a slip, run the chapter's first code "),
    (raising(UnboundLocalError("local")), "UnboundLocalError: local\n"),
    (lambda: 1, "TypeError"), (None, "TypeError"), ("not a function", "TypeError"),
    (lambda z: "0.5", "'0.5'"), (lambda z: {"the value": z}, "{'the value': 0.0}"),
    (lambda z: [[z], [z, z]], "[[0.0], [0.0, 0.0]]"), (lambda z: np.atleast_2d(0.5 + 0 * z), "[[0.5]]"),
])
def test_what_is_not_an_answer_is_reported(function, words, capsys):
    assert check("sigmoid", function) is False
    assert f"  got      {words}" in capsys.readouterr().out


def test_warnings_are_reported_even_where_the_reader_has_silenced_them(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert check("sigmoid", WRONG["sigmoid"]["overflow"]) is False
    assert "RuntimeWarning: overflow" in capsys.readouterr().out


def test_the_function_runs_in_the_callers_context(capsys):
    with np.errstate(over="raise"):
        check("sigmoid", WRONG["sigmoid"]["overflow"])
    assert "FloatingPointError: overflow" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["sigmiod", None, ["sigmoid"]])
def test_an_unknown_exercise_lists_the_known_ones(name, capsys):
    assert check(name, sigmoid) is False
    assert f"there are: {', '.join(sorted(EXERCISES))}" in capsys.readouterr().out


def loop(*arguments):
    while True:
        pass


def loop_stubbornly(*arguments):
    try:
        loop()
    except:  # noqa: E722
        loop()


def over(threads):
    for thread in threads:
        thread.join(10)
    return not any(thread.is_alive() for thread in threads)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(checker, "SECONDS", 0.1)


@pytest.mark.parametrize("endless", [loop, loop_stubbornly])
@pytest.mark.parametrize("name", ["he_std", "adam"])
def test_a_loop_that_never_ends_is_ended(name, endless, impatient, capsys):
    before = set(threading.enumerate())
    assert check(name, endless) is False
    out = capsys.readouterr().out
    assert f"{name}: 0 of " in out and out.endswith("  (no other case was tried after it)\n")
    assert f"  got      {endless.__name__} did not return within 0.1 seconds; is there a loop that never ends?\n" in out
    assert over(set(threading.enumerate()) - before)


def test_what_went_well_before_the_endless_loop_counts(impatient, capsys):
    check("he_std", lambda n: n > 500 and np.sqrt(2 / n) or (0 if n > 1 else loop()))  # right, wrong, endless
    assert "he_std: 1 of 5 cases right\n  tried    he_std(1)" in capsys.readouterr().out


def test_it_ends_a_loop_outside_the_main_thread(impatient, capsys):
    elsewhere = threading.Thread(target=check, args=("he_std", loop))
    elsewhere.start()
    elsewhere.join()
    assert "is there a loop that never ends?" in capsys.readouterr().out


def test_what_cannot_be_stopped_is_abandoned_and_reported(impatient, capsys):
    door, before = threading.Event(), set(threading.enumerate())
    assert check("he_std", lambda n: door.wait()) is False
    [left] = set(threading.enumerate()) - before
    assert left.daemon  # it does not keep the kernel from ending
    door.set()
    assert "It goes on in the background: restart the kernel\n" in capsys.readouterr().out


def test_an_interrupt_reaches_the_caller_and_ends_the_loop(monkeypatch):
    before = set(threading.enumerate())

    class Interrupted(threading.Event):
        def wait(self, timeout=None):
            if timeout == checker.SECONDS:
                raise KeyboardInterrupt
            return super().wait(timeout)

    monkeypatch.setattr("nnlib.exercises.limit.threading.Event", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        check("he_std", loop)
    assert over(set(threading.enumerate()) - before)


def test_without_threads_it_checks_without_a_limit(monkeypatch):
    monkeypatch.setattr(threading.Thread, "start", raising(RuntimeError("can't start new thread")))
    assert check("he_std", EXERCISES["he_std"].reference) is True
    assert check("he_std", raising(ValueError("no"))) is False


@pytest.mark.parametrize("expected, got, shown", [
    (0.3, 0.1 + 0.2, ("0.30000000000000004", "0.3")),
    (np.array([0.3, 1.0]), np.array([0.1 + 0.2, 1.0]), ("[0.30000000000000004, 1. ]", "[0.3, 1. ]")),
    (np.array([0.3, 1.0]), [0.1 + 0.2, 1.0], ("[0.30000000000000004, 1. ]", "[0.3, 1. ]")),
    (np.array([1.0, 2.0]), [1.00004, 2.0], ("[1.00004, 2. ]", "[1., 2.]")),
    (np.array([1 / 3]), np.array([1 / 3 + 1e-13]), ("[0.3333333333334]", "[0.3333333333333]")),
    (np.array([1e-9, 1.0]), np.array([0.0, 1.0]), ("[0., 1.]", "[1.e-09, 1.e+00]")),
    (np.array([1e-300]), np.array([np.nextafter(1e-300, 1)]), ("[1.0000000000000002e-300]", "[1.e-300]")),
    (np.array([1.0, 2.0]), (1.0, 3.0), ("[1., 3.]", "[1., 2.]")),
    (np.array(1.0), np.float32(1.5), ("1.5", "1.")),
])
def test_digits_are_shown_until_the_numbers_differ(expected, got, shown, monkeypatch, capsys):
    monkeypatch.setitem(EXERCISES, "constant", Exercise(lambda n: expected, ((1,),), tolerance=0.0))
    with np.printoptions(precision=4, suppress=True):
        assert check("constant", lambda n: got) is False
    assert capsys.readouterr().out.splitlines()[2:] == [f"  got      {shown[0]}", f"  expected {shown[1]}"]


def test_a_difference_in_the_middle_of_a_long_array_is_shown(monkeypatch, capsys):
    monkeypatch.setitem(EXERCISES, "zeros", Exercise(np.zeros, ((50,),)))
    assert check("zeros", lambda n: np.eye(n)[20]) is False
    got, expected = capsys.readouterr().out.splitlines()[2:]
    assert "1." in got and "..." not in got and "1." not in expected


def test_the_reader_gets_numbers_as_numbers_and_an_array_stays_on_one_line(capsys):
    def right_for_floats(z):
        return EXERCISES["sigmoid"].reference(z) if type(z) is float else "no float"

    check("sigmoid", right_for_floats)
    out = capsys.readouterr().out
    assert out.startswith("sigmoid: 12 of 14 cases right\n  tried    sigmoid([-800.,") and "array(" not in out
    assert len(out.splitlines()) == 5 and "(the first of 2 that failed)" in out


def test_nan_is_right_where_the_reference_gives_nan(monkeypatch):
    monkeypatch.setitem(EXERCISES, "log", Exercise(np.log1p, ((np.array([0.0, np.nan]),),)))
    assert check("log", lambda z: np.log1p(z)) is True
    assert check("log", lambda z: np.nan_to_num(z)) is False
