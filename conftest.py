"""All tests run with one BLAS thread, the kernels of the notebooks (which inherit the environment) too.

A notebook that _toc.yml does not name is none of the book's: it is not run, and the first lines say so. nbval runs the
others and compares their texts; here it learns to compare their figures, and how the book numbers cells.
"""

import difflib
import os
import sys

import pytest
import toc
from nbval.plugin import IPyNbCell, IPyNbFile

from guards import figures

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ.pop("MPLBACKEND", None)  # a backend set by the user would change the notebooks' figures

_, LEFT_OUT = toc.notebooks()
collect_ignore = [str(path) for path in LEFT_OUT]


def pytest_report_header():
    return toc.told([path.name for path in LEFT_OUT]) if LEFT_OUT else None


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    """Matplotlib warns at the 21st open figure, whoever opened the others; which tests share a process is chance."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


class Cell(IPyNbCell):
    def compare_outputs(self, test, ref, skip_compare=None):
        same = super().compare_outputs(test, ref, skip_compare)
        if same and (how := figures.change(self.cell, test)):
            self.comparison_traceback.append(f"The figure has changed: {how}.")
            same = False
        if not same:
            self.comparison_traceback.append(f"If the new output is right, {figures.remedy(self.path)}.")
        return same

    def format_output_compare(self, key, left, right):
        sides = [str(side).split("\n") for side in (left, right)]
        self.comparison_traceback += difflib.unified_diff(
            *sides, f"{key}, as stored in the notebook", f"{key}, new", lineterm="")


class Chapter(IPyNbFile):
    """Its items are called by their cells' places in the notebook, from 1, Markdown cells too, as everywhere else."""

    def collect(self):
        items = list(super().collect())
        places = [place for place, cell in enumerate(self.nb.cells, start=1) if cell.cell_type == "code"]
        for place, item in zip(places, items, strict=True):
            yield Cell.from_parent(self, name=f"Cell {place}", cell_num=place, cell=item.cell, options=item.options)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(parent, file_path):
    found = yield
    return [Chapter.from_parent(parent, path=file_path) if isinstance(one, IPyNbFile) else one for one in found]
