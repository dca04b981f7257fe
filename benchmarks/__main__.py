"""Runs everything, prints it, and writes results.md: python -m benchmarks."""

import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter, process_time

import benchmarks
from benchmarks import accuracy, lasso, speed

PAGE = Path(__file__).with_name("results.md")

ABOUT = " ".join(benchmarks.__doc__.split("\n\n")[1].split()) + """

small is 64-32-10, mnist 784-128-10, deep 784-256-256-256-10, on 2048 images of MNIST (8 x 8 for small): float32, ReLU,
Adam, L2, batches shuffled anew in every epoch. The checks of the data and one evaluation, at the end of the last epoch,
are in our time, about 1 % of it. PyTorch and JAX are spared the sum of the losses and the watch for NaN. Where the
quartiles (in brackets) straddle a bar, the machine was too busy to tell."""

TRAINING = """The peer's time divided by ours. The last two columns are the share of our time that the matrix products
would need alone, as NumPy and as PyTorch compute them: where PyTorch's share is the smaller one, its BLAS is faster on
this processor, and that much of the difference is in nobody's Python."""

ENSEMBLES = """Batches of 32; time per network and step. For scikit-learn and "one after another" we train one network
and take its time 64 times."""

SWEEP = """64-32-10 on the 8 x 8 digits, 20 strengths x 5 folds, 20 epochs, batches of 32. scikit-learn does 5 of the
100 fits, one on each fold, and we take their time 20 times."""

LASSO = """`coordinate_descent` and scikit-learn's `Lasso`, each with the loosest power of ten for a tolerance that
reaches the same duality gap, which is in units of |y|^2 / n; the last column is scikit-learn's time."""

MEMORY = "784-128-10 on all of MNIST in float32, batches of 128, an epoch and its evaluation; the data do not count."

ACCURACY = """The largest error in units of the last place of float64, in the usual range / over everything. About 9e15
means that a 0 came out, or no right digit. Everywhere a unit is at least 5e-324: below 1e-308 there are fewer digits to
lose."""


def main():
    for name, there in (speed.INSTALLED | accuracy.LIBRARIES | {"mpmath": accuracy.mpmath is not None}).items():
        if not there:
            print(f"{name} is not installed: it is left out.")
    start = perf_counter(), process_time()
    page = [f"# Speed and accuracy, measured\n\n{_machine()}\n\n{ABOUT}"]
    print(page[0], flush=True)

    def add(title, *texts):
        page.append("\n\n".join((f"## {title}", *texts)))
        print(f"\n{page[-1]}", flush=True)

    training = speed.training()
    add("Training one network", TRAINING, _ratios(("net", "batch"), training))
    ensembles = speed.ensembles()
    add("64 networks at once", ENSEMBLES, _ratios(("net",), {(net,): row for net, row in ensembles.items()}))
    hundred = speed.hundred_trainings() if speed.INSTALLED["scikit-learn"] else None
    add("A sweep of 100 trainings", SWEEP, f"scikit-learn over `nnlib.selection.sweep`: {hundred}.")
    if speed.INSTALLED["scikit-learn"]:
        add("The lasso at equal duality gap", LASSO, _ratios(("design", "gap"), lasso.ratios()))
    megabytes = speed.memory()
    add("Memory", MEMORY, f"{megabytes:.0f} MB at the peak.")
    if accuracy.mpmath:
        add("Accuracy", ACCURACY, _errors(accuracy.errors()))
    minutes, busy = (perf_counter() - start[0]) / 60, (process_time() - start[1]) / 60
    add("The bars", _bars(training, ensembles, hundred, megabytes), f"In {minutes:.0f} minutes the benchmark had a "
        f"processor for {busy / minutes:.0%} of the time. Well below 100 % other programs were running; they take the "
        "caches, which slows what is bound by memory, as optimisers are, more than matrix products.")
    PAGE.write_text("\n\n".join(page) + "\n", encoding="utf-8")
    print(f"\nWritten to {PAGE}")


def _bars(training, ensembles, hundred, megabytes):
    """The bars that the project has set itself, beside what was measured."""
    def slowest(peer):
        return min((row[peer] for row in training.values() if peer in row), key=lambda ratio: ratio.value, default=None)

    learn, products, small = "scikit-learn", "matrix products", ensembles["64-32-10"]
    bars = [
        (f"{learn}: small, batch 32", training["small", 32].get(learn), 3.5),
        (f"{learn}: mnist, batch 32", training["mnist", 32].get(learn), 1.8),
        (f"{learn}: mnist, batch 128", training["mnist", 128].get(learn), 1.5),
        (f"{learn}: the slowest case", slowest(learn), 1),
        ("PyTorch, fused Adam: the slowest case", slowest("PyTorch, fused Adam"), 1),
        (f"share of the {products}: mnist, batch 32", training["mnist", 32][products], 0.40),
        (f"share of the {products}: mnist, batch 128", training["mnist", 128][products], 0.60),
        (f"share of the {products}: mnist, batch 1024", training["mnist", 1024][products], 0.75),
        (f"share of the {products}: deep, batch 1024", training["deep", 1024][products], 0.85),
        ("64 small networks: one after another", small["nnlib one after another"], 3.5),
        (f"64 small networks: {learn}", small.get(learn), 15),
        (f"100 trainings: {learn}", hundred, 12),
    ]
    lines = [(what, f"at least {bar:g}", ratio or "-", _verdict(ratio and ratio.value >= bar))
             for what, ratio, bar in bars]
    lines.append(("memory, all of MNIST", "at most 150 MB", f"{megabytes:.0f} MB", _verdict(megabytes <= 150)))
    return _table(("what", "bar", "measured", ""), lines)


def _verdict(holds):
    return "not measured" if holds is None else "met" if holds else "**not met**"


def _ratios(key, table):
    peers = list(next(iter(table.values())))
    return _table((*key, *peers), [(*name, *(row[peer] for peer in peers)) for name, row in table.items()])


def _errors(table):
    libraries = list(next(iter(table.values())))
    return _table(("function", *libraries), [
        (name, *("-" if pair is None else " / ".join(f"{error:.2g}" for error in pair) for pair in row.values()))
        for name, row in table.items()])


def _table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _machine():
    cpu = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), cpu)
    packages = []
    for name in ("numpy", "scipy", "scikit-learn", "torch", "jax", "mpmath"):
        try:
            packages.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            packages.append(f"no {name}")
    return (f"{date.today():%d %B %Y}; {cpu}, {os.cpu_count()} cores, of which one was used; {platform.system()}; "
            f"Python {platform.python_version()}, {', '.join(packages)}. "
            f"Only ratios carry over to another machine, and roughly.")


if __name__ == "__main__":
    main()
