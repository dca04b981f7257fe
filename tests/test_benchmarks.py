"""The page on speed and accuracy says what is stored: benchmarks/results.json is the one home of its numbers."""

import copy
import json

import pytest

import benchmarks
from benchmarks import page

RESULTS = json.loads(benchmarks.RESULTS.read_text(encoding="utf-8"))
MADE = page.made(RESULTS)
PATHS = [page.PAGE, page.FIGURES / "speed.svg", page.FIGURES / "accuracy.svg"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_the_page_and_its_figures_are_made_from_the_stored_numbers(path):
    assert path.read_text(encoding="utf-8") == MADE[path], f"python -m benchmarks.page writes {path.name}"


def test_another_number_changes_text_table_alternative_text_and_figure():
    other = copy.deepcopy(RESULTS)
    other["training"]["small, 32"]["scikit-learn"] = [7.77, 7.66, 7.88]
    then = page.made(other)
    assert then[page.PAGE].count("to 7.8 times as long") == 2 and "| 7.8 (7.7 to 7.9) |" in then[page.PAGE]
    assert [path.name for path in PATHS if MADE[path] != then[path]] == ["benchmarks.md", "speed.svg"]


def test_numbers_have_the_digits_that_mean_something():
    assert [page.number(x) for x in (0.777, 1.04, 1.97, 4.56, 44.5)] == ["0.78", "1.04", "2.0", "4.6", "44"]
    assert page.span([3.21, 0.5, 1.0]) == "0.50 to 3.2"
