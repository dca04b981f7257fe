"""Python in the page, in Chromium: what the stripped binary can do, and two chapters, which show what is stored."""

import re
from pathlib import Path

import nbformat
import pytest

from live import needs
from live.run import answers, compared, run

ROOT = Path(__file__).parents[1]
TRY = """
import contextlib, io
from nnlib.exercises import check
for wanted, table in ((False, WRONG), (True, RIGHT)):
    for name, row in table.items():
        for words, answer in row.items():
            with contextlib.redirect_stdout(io.StringIO()) as said:
                judged = check(name, answer)
            if judged != wanted and "SciPy" not in said.getvalue():
                print(f"{name}: {words}")
"""
TORTURE = sorted((ROOT / "live" / "torture").glob("*.py"))
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(browser, address):
    """A page of the site, on which scripts of the test may run."""
    page = browser.new_page()
    if page.goto(f"{address}/_static/live/manifest.json").status != 200:
        pytest.skip("the site was built without the wheel")
    yield page
    page.close()


@pytest.mark.parametrize("script", TORTURE, ids=lambda path: path.stem)
def test_the_stripped_binary_does_all_that_it_should(page, script):
    events, = answers(page, [[script.stem, script.read_text(encoding="utf-8")]], needs.BASE)
    assert [event for event in events if event[0] != "fetching"] == [["stdout", "done\n"]]


@pytest.mark.parametrize("name", ["04_xor_deeper", "03_cross_entropy_deeper"])
def test_a_chapters_cells_show_what_the_book_stores(page, name):
    notebook = nbformat.read(ROOT / "chapters" / f"{name}.ipynb", as_version=4)
    assert set(compared(notebook, run(page, notebook))) == set(needs.away(notebook))


def test_the_checkers_judge_in_the_page_as_elsewhere(page):
    """All answers of tests/answers, wrong and right; what needs SciPy says so, and WebAssembly tells of no overflow."""
    files = sorted((ROOT / "tests" / "answers").glob("[a-z]*.py"), key=lambda file: file.stem != "sigmoid")
    cells = [[file.stem, re.sub(r"^from answers.*", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE) + TRY]
             for file in files]
    other = {file.stem: "".join(text for _, text in events)
             for file, events in zip(files, answers(page, cells, needs.BASE), strict=True)}
    assert {stem: text for stem, text in other.items() if text} == {
        "sigmoid": "sigmoid: overflow of both branches\n", "gradient_descent": "logistic_gradient: overflow\n"}
