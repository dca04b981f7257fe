"""Runs everything, prints it, and writes results.md: python -m benchmarks."""

import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import benchmarks
from benchmarks import accuracy, speed

PAGE = Path(__file__).with_name("results.md")


def main():
    missing = [name for name, there in (speed.INSTALLED | accuracy.LIBRARIES).items() if not there]
    for name in missing:
        print(f"{name} is not installed: it is left out.")
    parts = [f"# Speed and accuracy, measured\n\n{_machine()}\n\n{_about()}"]
    print(parts[0], flush=True)

    def add(title, text):
        parts.append(f"## {title}\n\n{text}")
        print(f"\n{parts[-1]}", flush=True)

    training = speed.training()
    add("Training one network", "The peer's time divided by ours; for the matrix products, the share of our time that "
        "they would need alone.\n\n" + _ratios(("net", "batch"), training))
    ensembles = speed.ensembles()
    add("64 networks at once", "Batches of 32, time per network and step. For scikit-learn and \"one after another\" we train one "
        "network and take it 64 times.\n\n" + _ratios(("net",), {(net,): row for net, row in ensembles.items()}))
    hundred = speed.hundred_trainings() if speed.INSTALLED["scikit-learn"] else None
    add("A sweep of 100 trainings", "64-32-10 on the 8 x 8 digits, 20 strengths x 5 folds, 20 epochs, batches of 32: "
        f"scikit-learn's time divided by that of `nnlib.selection.sweep`: {hundred or '-'}. scikit-learn does 5 of the 100 "
        "fits, one on each fold, and we take it 20 times.")
    megabytes = speed.memory()
    add("Memory", f"784-128-10 on all of MNIST in float32, batches of 128: {megabytes:.0f} MB at the peak, beside the data.")
    errors = accuracy.errors() if accuracy.mpmath else {}
    add("Accuracy", "The largest error in units of the last place of float64, in the usual range / over everything. From "
        "about 4.5e15 on no digit is right.\n\n" + (_errors(errors) if errors else "mpmath is not installed."))
    add("The bars", _bars(training, ensembles, hundred, megabytes))
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    print(f"\nWritten to {PAGE}")


def _bars(training, ensembles, hundred, megabytes):
    """The bars of this project, each as (what, measured or None, limit); the last one is an upper limit."""
    def every(peer):
        return min((row[peer] for row in training.values() if peer in row), key=lambda r: r.value, default=None)

    def one(net, batch, peer):
        return training[net, batch].get(peer)

    learn, products = "scikit-learn", "matrix products"
    rows = [(f"against {learn}: {net}, batch {batch}", one(net, batch, learn), bar)
            for net, batch, bar in (("small", 32, 3.5), ("mnist", 32, 1.8), ("mnist", 128, 1.5))]
    rows += [(f"against {learn}: slowest case", every(learn), 1.0),
             ("against PyTorch with fused Adam: slowest case", every("PyTorch, fused Adam"), 1.0)]
    rows += [(f"share of the matrix products: {net}, batch {batch}", one(net, batch, products), bar)
             for net, batch, bar in (("mnist", 32, 0.40), ("mnist", 128, 0.60), ("mnist", 1024, 0.75), ("deep", 1024, 0.85))]
    small = ensembles["64-32-10"]
    rows += [("64 small networks against one after another", small.get("nnlib one after another"), 3.5),
             (f"64 small networks against {learn}", small.get(learn), 15.0),
             (f"100 trainings against {learn}", hundred, 12.0)]
    lines = [(what, f"at least {bar:g}", measured or "-",
              "not measured" if measured is None else "met" if measured.value >= bar else "**not met**")
             for what, measured, bar in rows]
    lines.append(("memory beside the data, all of MNIST", "at most 150 MB", f"{megabytes:.0f} MB",
                  "met" if megabytes <= 150 else "**not met**"))
    return _table(("what", "bar", "measured", ""), lines)


def _ratios(key, table):
    peers = list(next(iter(table.values())))
    return _table((*key, *peers), [(*name, *(row[peer] for peer in peers)) for name, row in table.items()])


def _errors(table):
    libraries = list(next(iter(table.values())))
    return _table(("function", *libraries),
                  [(name, *("-" if row[library] is None else " / ".join(f"{error:.2g}" for error in row[library])
                            for library in libraries)) for name, row in table.items()])


def _table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _machine():
    cpu = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), cpu)
    packages = []
    for name in ("numpy", "scipy", "scikit-learn", "torch", "jax", "mpmath"):
        try:
            packages.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            packages.append(f"no {name}")
    return (f"{date.today():%d %B %Y}, {cpu}, {os.cpu_count()} cores of which one was used, {platform.system()}, "
            f"Python {platform.python_version()}, {', '.join(packages)}. Only ratios carry over to another machine, and "
            f"roughly: they depend on the processor and on each library's matrix product.")


def _about():
    return (f"{benchmarks.__doc__.split(': `make bench`')[0]}: `make bench` measures it again. "
            + " ".join(benchmarks.__doc__.split("\n\n")[1].split())
            + "\n\nsmall is 64-32-10, mnist 784-128-10, deep 784-256-256-256-10, on 2048 images of MNIST (8 x 8 for small): "
            "float32, ReLU, Adam, L2, batches shuffled anew in every epoch. One evaluation, at the end of the last epoch, "
            "and the checks of the data are in our time, about 1 % of it. PyTorch and JAX are spared the loss and the "
            "watch for NaN. Where the quartiles (in brackets) straddle a bar, the machine was too busy to tell.")


if __name__ == "__main__":
    main()
