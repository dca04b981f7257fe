"""The kernel of a page (live/guest/), run by the Python that runs the tests: what a cell shows, and what goes wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HARNESS = """
import json, sys, types
said = []
host = types.ModuleType("_host")
host.call = lambda data: said.append(json.loads(data)) or b""
sys.modules["_host"] = host
sys.path[:0] = [{guest!r}]
import matplotlib
matplotlib.use("module://nnbackend")
import nnrest
nnrest.HERE = {folder!r}
import nnkernel
for place, cell in enumerate(json.loads(sys.argv[1]), start=1):
    nnkernel.run_cell(cell, f"cell {{place}}")
print("SAID" + json.dumps(said))
"""


@pytest.fixture
def run(tmp_path):
    """Run cells one after another: what was printed, and the messages to the page."""
    (tmp_path / "rest.txt").write_text("antigravity_of_rest\n")

    def run(*cells):
        code = HARNESS.format(guest=str(ROOT / "live" / "guest"), folder=str(tmp_path))
        command = [sys.executable, "-c", code, json.dumps(cells)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
        text, said = done.stdout.split("SAID")
        return text, json.loads(said)
    return run


def test_cells_share_their_names_and_the_last_expression_is_shown(run):
    assert run("x = 2\nprint('set')", "x + 1", "x;", "_ * 10", "None") == ("set\n3\n30\n", [])


def test_an_error_is_told_with_the_readers_line_and_the_next_cell_runs(run):
    text, (error,) = run("def f(a):\n    return a / 0\n", "f(1)", "print('on')")
    assert text == "on\n" and error["kind"] == "error"
    assert "return a / 0" in error["text"] and 'File "cell 1", line 2' in error["text"]
    assert "nnkernel" not in error["text"] and error["text"].endswith("ZeroDivisionError: division by zero\n")


@pytest.mark.parametrize("cell, last", [
    ("f(:", "SyntaxError: invalid syntax"), ("raise SystemExit(3)", "That ends this cell"),
    ("import numpy as np\nnp.linalg.inv(np.zeros((2, 2)))", "numpy.linalg.LinAlgError: Singular matrix"),
    ("import json\njson.loads('{')",
     "json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
    ("def f(n):\n    return f(n + 1)\nf(0)", "RecursionError: maximum recursion depth exceeded"),
])
def test_whatever_ends_a_cell_the_page_goes_on(run, cell, last):
    text, said = run(cell, "print('on')")
    assert text == "on\n" and last in said[0]["text"].strip().splitlines()[-1]


@pytest.mark.parametrize("cell, advice", [
    ("x = 1\n%matplotlib inline", "leave that line out"), ("!ls", "leave that line out"), ("x = 3 % %", None),
    ("pip install pandas", "leave that line out"), ("np.sum?", "leave that line out"), ("pipe = =", None),
    ("import requests_", "spelt right, download"), ("from numpy import nothing", None), ("input()", "into the code"),
    ("open('mine.csv')", "none of your files"), ("assert 1 == 2", "delete that line"), ("assert 1 == 2, 'so'", None),
    ("np = __import__('numpy')\nnp.ones(10**18)", "make it smaller"), ("raise MemoryError", "make it smaller"),
    ("exit()", "no more"), ("breakpoint()", "There is no debugger"), ("import pdb; pdb.set_trace()", "no debugger"),
    (">>> x = 1\n>>> x\n1", "prompts"), ("In [1]: x = 1", "prompts"), ("In = Out", None), ("IN", None),
    ("raise ImportError('subset', name='fontTools')", "can install no more"), ("raise ImportError('x')", None),
    ("raise OSError(58, 'no')", "no network"), ("raise OSError(2, 'no')", "files"), ("raise OSError(3, 'no')", None),
])
def test_an_error_that_comes_of_the_page_says_what_to_do(run, cell, advice):
    _, (error,) = run(cell)
    last = error["text"].strip().splitlines()[-1]
    assert advice in last if advice else "Error: " in last


def test_a_figure_is_sent_where_it_is_shown_with_words_for_it(run):
    text, said = run("from matplotlib import pyplot as plt\nplt.plot([1, 2])\nplt.xlabel('step')\nplt.ylabel('loss')\n"
                     "plt.show()\nplt.figure()\nplt.plot([3], label='rate')\nplt.legend();", "print(plt.get_fignums())")
    assert text == "[]\n" and [message["kind"] for message in said] == ["svg", "svg"]
    assert "</svg>" in said[0]["svg"] and said[0]["alt"] == "Figure. loss against step" and "rate" in said[1]["alt"]


def test_a_figure_of_too_many_points_for_a_browser_is_sent_as_pixels_under_its_words(run):
    _, (few, many) = run("from matplotlib import pyplot as plt\n"
                         "for n in 100, 60_000:\n    plt.plot(range(n), 'o')\n    plt.title('points')\n    plt.show()")
    assert "<image" not in few["svg"] and "<image" in many["svg"] and len(many["svg"]) < 1e6
    assert "<!-- points -->" in many["svg"]


def test_what_is_the_kernels_own_is_neither_in_a_warning_nor_in_a_traceback(run):
    plot = "import sys\nsys.stderr = sys.stdout\nfrom matplotlib import pyplot as plt\nplt.title('{}')\nplt.show()"
    text, (_, error) = run(plot.format("\u4f60"), plot.format("$\\\\frac{1$"), "import warnings\nwarnings.warn('mine')")
    assert "UserWarning: Glyph" in text and "cell 3:2: UserWarning: mine" in text and "ValueError" in error["text"]
    assert "nnbackend" not in text + error["text"]


def test_an_absent_package_is_missed_where_it_is_used_not_where_it_is_imported(run):
    first = "from scipy.optimize import minimize\nimport sklearn.datasets, torch as t, numpy as np\n"
    text, said = run(f"{first}print(np.sum([1, 2]))", "minimize(None, 0)", "t.ones(2)")
    assert text == "3\n"
    for (message, name, package) in zip(said, ("minimize", "t"), ("SciPy", "PyTorch"), strict=True):
        assert f"ImportError: {name} needs {package}" in message["text"] and "download" in message["text"]


def test_the_rest_of_python_is_asked_for_when_it_is_imported(run):
    _, said = run("import antigravity_of_rest")
    assert said[0] == {"kind": "need", "pack": "rest"} and "connect, run the cell again" in said[1]["text"]


def test_an_error_found_after_parsing_shows_its_line(run):
    _, (error,) = run("x = 1\nreturn x")
    assert "line 2" in error["text"] and "return x" in error["text"]
