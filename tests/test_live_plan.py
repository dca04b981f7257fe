"""What a cell of a page needs to have run above it (live/guest/nnplan.py)."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "live" / "guest"))
from nnplan import plan


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
    (["x = 1"], "f'{x}'", [0]),
])
def test_needed(above, source, needed):
    assert plan([*above, source], len(above)) == needed


@pytest.mark.parametrize("seed", range(3))
def test_what_the_plan_runs_gives_what_running_all_gives(seed):
    """Random cells that bind, read, change and draw: the planned ones alone end in the same value."""
    import random

    import numpy as np

    rng = random.Random(seed)
    for _ in range(60):
        cells = ["a = 1\nb = [2]\nr = np.random.default_rng(0)"]
        for _ in range(8):
            x = rng.choice("acd")
            cells.append(rng.choice([
                f"{x} = 3", f"{x} = r.normal()", f"{x} = a + len(b)", "a = r.normal() + a", "a = 7\nb = [a]",
                f"b.append({rng.randint(0, 9)})", "b = list(b) + [5]", f"def f():\n    return {x}"]))
        cells.append("result = (a, b, r.normal())")
        everything, planned = {"np": np}, {"np": np}
        for cell in cells:
            exec(cell, everything)
        for place in [*plan(cells, len(cells) - 1), len(cells) - 1]:
            exec(cells[place], planned)
        assert planned["result"] == everything["result"], cells
