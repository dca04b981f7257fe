"""What a cell of a page needs to have run above it (live/guest/nnplan.py)."""

import math
import random
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[1] / "live" / "guest"))
import nnplan
from nnplan import forget, old, plan, ran


@pytest.fixture(autouse=True)
def fresh():
    """Nothing has run."""
    nnplan.values.clear()
    nnplan.runs.clear()


@pytest.mark.parametrize("above, source, needed", [
    (["import numpy as np", "x = 1", "y = 2"], "print(np.sin(x))", [0, 1]),
    (["x = 1", "y = x", "z = y"], "z", [0, 1, 2]),                      # what they need in turn
    (["x = 1", "x = 2"], "x", [1]),                                     # the last one
    (["x = 1", "x = x + 1", "print(x)"], "x", [0, 1]),                  # and what that one reads
    (["x = 1", "x += 1"], "x", [0, 1]),
    (["x = [1]", "x.append(2)", "y = len(x)"], "x", [0, 1]),                # changed in between
    (["x = {}", "x['a'] = 1"], "x", [0, 1]),
    (["import mpmath", "mpmath.mp.dps = 40", "mpmath.pi"], "mpmath.e", [0, 1]),
    (["rng = np.random.default_rng(0)", "a = rng.normal()", "b = 1"], "rng.normal()", [0, 1]),  # a generator moves on
    (["net = mlp([2, 1])", "h = fit(net)", "net(x)"], "net.params", [0, 1, 2]),
    (["x = 1", "def f():\n    return x", "y = 3"], "f()", [0, 1]),      # what a function reads when it is called
    (["x = 1"], "def f(x):\n    return x\nf(2)", []),                   # its own names are its own
    (["x = 1"], "[x for x in range(3)]", []),
    (["x = 1"], "x = 2\nprint(x)", []),                                 # bound before it is read
    (["def f(): ...", "def f(): return 1"], "f()", [1]),
    (["from a import b as c", "import d.e"], "c, d.e", [0, 1]),
    (["x = 1"], "print(y)", []),                                        # nothing above knows it
    (["x = 1", "this is no Python"], "x", [0]),
    (["x = 1", "x = 2\nx, y = 3 3"], "x", [1]),                          # it will say so
    (["def f():\n    return x x"], "f()", [0]),
    (["x = 1"], "f'{x}'", [0]),
    (["x = 1"], "for x in range(3):\n    print(x)", []),                 # bound by the loop that reads it
    (["x = 1"], "for i in range(3):\n    y = i\n    x += y", [0]),
    (["from a import f\nx = [1]", "g(f, x)"], "f", [0]),                 # what is imported stays as it is
    (["from a import f\nx = [1]", "g(f, x)"], "x", [0, 1]),
    (["import numpy as np\nnp.set_printoptions(precision=4)", "x = 1"], "print([2])", [0]),    # how all is shown
])
def test_needed(above, source, needed):
    assert plan([*above, source], len(above)) == needed


@pytest.mark.parametrize("cells, done, edits, needed", [
    (["x = 1", "y = x"], [0, 1], {}, []),
    (["x = 1", "y = x"], [0, 1], {0: "x = 2"}, [0, 1]),                # edited, and what has read it
    (["x = 1", "y = x"], [0, 1], {0: "x = 1  # so"}, [0, 1]),
    (["x = 1", "y = 2"], [0, 1], {0: "x = 2"}, []),                    # nothing that the last one needs
    (["y = [1]", "y.append(2)"], [0, 1], {1: "y.append(3)"}, [0, 1]),  # the old change goes, too
    (["y = 1", "y = 2"], [1, 0], {}, [1]),                             # run out of order
    (["y = 1"], [0, "y = 5"], {}, [0]),                                # a scratch cell has taken the name
    (["y = [1]"], [0, "print(y)"], {}, []),                            # that it had run before changes nothing,
    (["y = [1]"], [0, "y.append(2)\ny"], {}, [0]),                     # unless it did
    (["import a as y\nx = 1"], [0, "import a as y"], {}, []),          # the same import
])
def test_what_has_run_runs_again_only_where_it_matters(cells, done, edits, needed):
    for one in done:
        ran(one if isinstance(one, str) else cells[one])
    cells = [edits.get(place, cell) for place, cell in enumerate(cells)]
    assert plan([*cells, "print(y)"], len(cells)) == needed


def test_cells_that_ran_before_a_change_above_them_are_old():
    cells = ["x = 1", "y = x", "z = 2", "print(y)"]
    for cell in cells[:3]:
        ran(cell)
    assert old(cells) == []
    cells[0] = "x = 5"
    assert old(cells) == [1]  # the last one never ran
    ran("x = 5")
    ran("y = x")
    assert old(cells) == []
    ran("z = 2", fine=False)
    assert old(cells) == [2]


CELLS = 4 * ["{x} = {k}", "{x} = r.normal() * {k}", "{x} = a + len(b)", "a = r.normal() + a * {k}", "a = {k}\nb = [a]",
             "b.append({k})", "b = list(b) + [{k}]", "def f():\n    return {x} + {k}", "import numpy as np",
             "for i in range(3):\n    b.append(i * {k})"] + ["b.append({k})\n1 / 0", "this is no Python"]


def run(source, names):
    """Whether it ran to its end."""
    try:
        exec(source, names)
    except (NameError, SyntaxError, TypeError, ZeroDivisionError):
        return False
    return True


@pytest.mark.parametrize("seed", range(40))
def test_whatever_a_reader_edits_and_runs_a_cell_gives_what_the_chapters_order_gives(seed):
    """Random cells that bind, read, change, draw and fail, edited and run at random, with scratch cells between."""
    rng = random.Random(seed)

    def some():
        return rng.choice(CELLS).format(x=rng.choice("acd"), k=rng.randint(0, 99))

    first = f"a = 1\nb = [{seed}]\nc = d = 3\nr = np.random.default_rng(0)"
    cells, page, compared = [first, *(some() for _ in range(8))], {"np": np}, 0
    for _ in range(20):
        place = rng.randint(1, 8)
        if rng.random() < 0.5:
            cells[rng.randint(1, 8)] = some()
        if rng.random() < 0.2:
            scratch = some()
            ran(scratch, run(scratch, page))
        sources, order = [*cells[:place], "result = a, list(b), r.normal()"], {"np": np}
        if all([run(source, order) for source in sources]):
            for here in [*plan(sources, place), place]:
                fine = run(sources[here], page)
                assert fine
                ran(sources[here])
            assert page["result"] == order["result"], sources
            compared += 1
    assert compared


def test_what_no_cell_binds_any_more_is_forgotten():
    names = {"x": 1, "y": 2, "z": 3, "math": math, "builtin": 4}
    for source in ("import math", "x = 1", "y = 2", "z = 3"):
        ran(source)
    forget(["x_new = 1", "y = 5", "z = = 3"], names)    # renamed; edited; a slip, in a cell that seems to bind it
    assert names == {"y": 2, "z": 3, "math": math, "builtin": 4} and plan(["x = 1", "x"], 1) == [0]


def test_another_import_in_the_cell_of_the_settings_makes_no_other_cell_old():
    first, *others = "import numpy as np\nnp.set_printoptions(precision=4)", "x = np.ones(2)", "print(x)"
    for source in (first, *others):
        ran(source)
    edited = [f"import math\n{first}", *others]
    assert not old(edited) and not plan(edited, 2)
