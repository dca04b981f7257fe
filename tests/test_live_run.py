"""Python in the page, in Chromium: what the stripped binary can do, and two chapters, which show what is stored."""

from pathlib import Path

import nbformat
import pytest

from live import needs
from live.run import answers, compared, run

ROOT = Path(__file__).parents[1]
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
    events, = answers(page, [[script.stem, script.read_text(encoding="utf-8")]], ["core", "book"])
    assert events == [["stdout", "done\n"]]


@pytest.mark.parametrize("name", ["04_xor_deeper", "03_cross_entropy_deeper"])
def test_a_chapters_cells_show_what_the_book_stores(page, name):
    notebook = nbformat.read(ROOT / "chapters" / f"{name}.ipynb", as_version=4)
    assert set(compared(notebook, run(page, notebook, needs.packs(notebook)))) == set(needs.away(notebook))
