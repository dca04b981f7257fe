"""All tests run with one BLAS thread, the kernels of the notebooks (which inherit the environment) too.

A notebook that _toc.yml does not name is none of the book's: it is not run, and the first lines say so.
"""

import os

import toc

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ.pop("MPLBACKEND", None)  # a backend set by the user would change the notebooks' figures

_, LEFT_OUT = toc.notebooks()
collect_ignore = [str(path) for path in LEFT_OUT]


def pytest_report_header():
    return toc.told([path.name for path in LEFT_OUT]) if LEFT_OUT else None
