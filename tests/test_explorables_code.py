"""The code of an explorable's picture, which the page shows on demand: it runs, and prints what the picture says."""

import contextlib
import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from judges import NUMBER
from test_explorables import each
from test_explorables_alone import alone  # noqa: F401, a fixture

pytestmark = pytest.mark.browser

# Networks start from NumPy's random numbers there, from JavaScript's in the picture.
RANDOM = {"depth", "xor"}


def printed(code, monkeypatch):
    """What the code prints; its figures are drawn, and closed."""
    out = io.StringIO()
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(code, "picture", "exec"), {"__name__": "__main__"})
        except FloatingPointError as error:  # how nnlib says what the picture says: it diverged
            print(error)
    return out.getvalue()


@each
def test_its_code_prints_what_the_picture_says(page, alone, name, monkeypatch):  # noqa: F811
    page.set_viewport_size({"width": 800, "height": 900})
    live = alone(name)
    for state in ({}, *live.STATES):
        live.set(state)
        code = live.page.evaluate("document.querySelector('figure.explorable').code()")
        assert max(map(len, code.splitlines())) <= 88, "too wide for the page"
        numbers = [float(text) for text in re.findall(NUMBER, printed(code, monkeypatch))]
        assert numbers, "it prints nothing"
        seen = live.read(drawn=False)
        said = [float(text) for text in re.findall(NUMBER, " ".join(seen["words"]))] + [1.0]  # "is exactly 1"
        known = [number for number in numbers if np.isclose(number, said, rtol=1e-9, atol=1e-16).any()]
        if name == "descent":  # it prints loss and place, the picture says one of them, or that there are none
            assert len(known) >= 2 or re.search("diverged|gone", " ".join(seen["words"])), (code, numbers, said)
        elif name not in RANDOM:
            assert known == numbers, (code, numbers, said)
