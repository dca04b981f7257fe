"""Claims print one line when they hold and raise when they do not, in both directions."""

import numpy as np
import pytest

from nnlib.claims import ClaimError, claim, claim_holds

NIELSEN = {"published": 0.09, "source": "Nielsen (2015), ch. 3"}


def test_a_claim_within_its_tolerance_prints_one_line(capsys):
    claim("final output", ours=0.0940123, tolerance=0.005, **NIELSEN)
    assert capsys.readouterr().out == ("claim: final output | published 0.09 | ours 0.0940 | tolerance 0.005 | "
                                       "reproduces | Nielsen (2015), ch. 3\n")


def test_a_claim_outside_its_tolerance_raises_and_prints_nothing(capsys):
    with pytest.raises(ClaimError, match="does not reproduce .* the text says that it reproduces"):
        claim("final output", ours=0.0951, tolerance=0.005, **NIELSEN)
    assert capsys.readouterr().out == ""


def test_a_number_said_not_to_reproduce_raises_when_it_does(capsys):
    claim("final output", ours=0.2, tolerance=0.005, reproduces=False, **NIELSEN)
    assert "does not reproduce" in capsys.readouterr().out
    with pytest.raises(ClaimError, match="the text says that it does not reproduce"):
        claim("final output", ours=0.09, tolerance=0.005, reproduces=False, **NIELSEN)


def test_the_edge_of_the_tolerance_agrees_and_nan_agrees_with_nothing():
    claim("edge", ours=22, published=20, tolerance=2, source="s")
    for ours in (np.nan, np.inf):
        with pytest.raises(ClaimError):
            claim("not finite", ours=ours, published=20, tolerance=2, source="s")


@pytest.mark.parametrize("ours, tolerance, printed", [
    (681, 0, "681"), (96.53, 0.5, "96.53"), (1234.5678, 20, "1235"),
    (0.25**10, 1e-9, "9.537e-07"), (1e15, 1, "1e+15"), (0.0, 0, "0"),
    (-0.00012345, 1e-5, "-0.000123"), (np.float32(0.5), 0.05, "0.500"), (9.5367431640625e-07, 0, "9.53674316406e-07"),
])
def test_our_number_is_printed_to_one_digit_beyond_the_tolerance(ours, tolerance, printed, capsys):
    claim("number", ours=ours, published=float(ours), tolerance=tolerance, source="s")
    assert f"| ours {printed} |" in capsys.readouterr().out


def test_a_tolerance_so_wide_that_anything_agrees_is_refused(capsys):
    """As published 0.0526, ours 0.1, tolerance 4 would be."""
    with pytest.raises(ValueError, match="tolerance must be at most 0.00526, .* got 4"):
        claim("noise floor", ours=0.1, published=0.0526, tolerance=4, source="s")
    for wide in ({"published": -1, "tolerance": 0.11}, {"published": 1, "tolerance": 0.41, "spread": 0.2},
                 {"published": 0, "tolerance": 1e-300}, {"published": 0, "tolerance": 0.3, "scale": (2, "a step")},
                 {"published": 1, "tolerance": 0.2, "spread": np.inf},
                 {"published": 1, "tolerance": 0.2, "spread": np.nan}):
        with pytest.raises(ValueError, match="tolerance must be at most"):
            claim("x", ours=wide["published"], source="s", **wide)
    with pytest.raises(ValueError, match="scale must be left out unless published is 0, got 1"):
        claim("x", ours=1, published=1, tolerance=0.3, scale=(9, "a step"), source="s")
    assert capsys.readouterr().out == ""


def test_what_the_tolerance_is_measured_by_is_printed(capsys):
    claim("x", ours=1.2, published=1, tolerance=0.4, spread=0.2, source="s")
    claim("y", ours=0.1, published=0, tolerance=0.2, scale=(2, "a step"), source="s")
    assert capsys.readouterr().out.splitlines() == [
        "claim: x | published 1 | ours 1.20 | tolerance 0.4 | spread 0.2 | reproduces | s",
        "claim: y | published 0 | ours 0.10 | tolerance 0.2 | scale 2, a step | reproduces | s"]


def test_a_statement_holds_or_raises(capsys):
    claim_holds("maximum at 0", np.bool_(True), "calculus")
    assert capsys.readouterr().out == "claim: maximum at 0 | holds | calculus\n"
    with pytest.raises(ClaimError, match="maximum at 0 . does not hold"):
        claim_holds("maximum at 0", np.bool_(False), "calculus")


@pytest.mark.parametrize("call, error, words", [
    (lambda: claim("x", ours="1", published=1, tolerance=0, source="s"), TypeError, "ours must be one real number"),
    (lambda: claim("x", ours=[1, 2], published=1, tolerance=0, source="s"), TypeError, "ours must be one real number"),
    (lambda: claim("x", ours=1, published=np.nan, tolerance=0, source="s"), ValueError, "published must be finite"),
    (lambda: claim("x", ours=1, published=1, tolerance=-1, source="s"), ValueError, "tolerance at least 0"),
    (lambda: claim("x", ours=1, published=1, tolerance=np.inf, source="s"), ValueError, "tolerance at least 0"),
    (lambda: claim("a | b", ours=1, published=1, tolerance=0, source="s"), ValueError, "without ' | '"),
    (lambda: claim("a\nb", ours=1, published=1, tolerance=0, source="s"), ValueError, "one line"),
    (lambda: claim("a", ours=1, published=1, tolerance=0, source=""), ValueError, "text and source must be text"),
    (lambda: claim_holds("a", np.array([True, False]), "s"), TypeError, "use .all() or .any()"),
    (lambda: claim_holds("a", "yes", "s"), TypeError, "must be True or False"),
])
def test_unusable_arguments_are_named(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)
