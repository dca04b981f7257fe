"""Mutation testing: does a test fail when one place of nnlib is changed? CONTRIBUTING.md has the command and the score.

The changes ("mutants") are mutmut's: <= for <, - for +, 2 for 1, None for an argument or a value, an argument left out.
`mutmut run` skips decorated functions (here all losses), class attributes and module level; this script tries every
place, one at a time, in a copy, against the module's tests and doctests. Strings and all of a `raise` are left alone:
the words of an error are not its behaviour. So is the table of the exercises' inputs: another number is as good.
"""

import argparse
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
from collections import Counter
from difflib import unified_diff
from importlib import import_module
from pathlib import Path

TESTS = {  # a part of a package is tried on the package's tests
    "_check": "claims gradcheck initializers losses penalties objectives activations layers hostile",
    "layers": "layers network", "_run": "training", "_data": "training", "_memory": "memory network", "_file": "file",
    "exercises": "exercises exercises_references"}
SECONDS = 60  # of processor time for one mutant; what takes longer hangs, and that is noticed, too


def mutants(node):
    """Every node of a syntax tree that can be changed, with what is put in its place."""
    import libcst as cst
    from mutmut.mutation.mutators import mutation_operators
    if isinstance(node, (cst.BaseString, cst.Raise, cst.Annotation, cst.Decorator, cst.ImportFrom)):
        return
    for kind, operator in mutation_operators:
        for other in operator(node) if isinstance(node, kind) else ():
            lost = [arg for arg in node.args if arg not in other.args] if isinstance(node, cst.Call) else [node]
            if not any(isinstance(getattr(part, "value", None), cst.BaseString) for part in lost):  # names for errors
                yield node, other
    for child in node.children:
        yield from mutants(child)


def survives(module):
    """Whether the module's tests pass in the current folder; in a process that has all but nnlib imported already."""
    child = os.fork()
    if child == 0:
        import pytest
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        signal.alarm(5 * SECONDS)
        os.dup2(os.open("log.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
        tests = [f"tests/test_{name}.py" for name in TESTS.get(module, module.split("/")[0]).split()]
        os._exit(pytest.main([*"-xq --assert=plain -pno:cacheprovider -pno:nbval -o addopts=--doctest-modules".split(),
                              "-k", "not dask", f"nnlib/{module}.py", *filter(os.path.exists, tests)]))
    return os.waitpid(child, 0)[1] == 0


def main(names, sample, seed):
    import hypothesis
    import libcst as cst
    for name in ("matplotlib.pyplot", "mpmath", "pytest", "scipy.optimize", "scipy.stats", "sklearn.linear_model"):
        import_module(name)  # once, not in every process
    hypothesis.settings.register_profile("fixed", deadline=None, derandomize=True, database=None,
                                         phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate])
    hypothesis.settings.load_profile("fixed")
    # Of the exercises only what tries them; the rest are their inputs and references.
    paths = [path for path in sorted(Path("nnlib").rglob("*.py"))
             if path.parent.name != "exercises" or path.stem in ("checker", "exercise", "limit")]
    trees = {path: cst.parse_module(path.read_text("utf-8")) for path in paths}
    name_of = {path: path.relative_to("nnlib").with_suffix("").as_posix() for path in trees}
    chosen = [(path, k, pair) for path, tree in trees.items() for k, pair in enumerate(mutants(tree))
              if not names or name_of[path] in names or f"{name_of[path]}:{k}" in names]
    if sample:
        chosen = sorted(random.Random(seed).sample(chosen, sample), key=lambda mutant: mutant[:2])
    tried, survived = Counter(), Counter()
    for path, k, (node, other) in chosen:
        name = name_of[path]
        if name not in tried and not survives(name):
            sys.exit(f"The tests of {path} fail before anything is changed:\n" + Path("log.txt").read_text("utf-8"))
        source, changed = trees[path].code, trees[path].deep_replace(node, other).code
        path.write_text(changed, "utf-8")
        tried[name] += 1
        if survives(name):
            survived[name] += 1
            lines = list(unified_diff(source.split("\n"), changed.split("\n"), n=0, lineterm=""))
            print(f"{name}:{k}", *lines[2:], sep="\n", flush=True)
        path.write_text(source, "utf-8")
    for module, n in [*tried.items(), ("all", tried.total())]:
        noticed = n - (survived[module] if module in tried else survived.total())
        print(f"{module:24}{noticed:5} of {n:5} noticed, {noticed / n:.1%}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Mutation testing of nnlib; prints the mutants that no test notices.")
    parser.add_argument("names", nargs="*", help="modules, or single mutants such as losses:7; all if there is none")
    parser.add_argument("--sample", type=int, help="how many of them, drawn at random (default: all)")
    parser.add_argument("--seed", type=int, default=0)
    sys.dont_write_bytecode = True  # two mutants of one second and one length would share it
    os.environ.update(OPENBLAS_NUM_THREADS="1", PYTHONDONTWRITEBYTECODE="1", MPLBACKEND="agg")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(Path(__file__).parents[1], folder, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns(".*", "__pycache__", "_build", "chapters", "log.txt"))
        os.chdir(folder)
        sys.path.insert(0, folder)
        main(**vars(parser.parse_args()))
