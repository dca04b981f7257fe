"""Measures everything and stores the numbers in results.json: python -m benchmarks. The page is made from them."""

import json
import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter, process_time

from benchmarks import RESULTS, accuracy, lasso, speed


def main():
    there = speed.INSTALLED | accuracy.LIBRARIES | {"mpmath": accuracy.mpmath is not None}
    missing = [name for name in there if not there[name]]
    sklearn = speed.INSTALLED["scikit-learn"]
    start = perf_counter(), process_time()
    results = {"machine": _machine()}
    for name, measure in (("training", speed.training), ("copies", speed.ensembles),
                          ("sweep", speed.hundred_trainings if sklearn else None),
                          ("lasso", lasso.ratios if sklearn else None),
                          ("megabytes", speed.memory), ("accuracy", accuracy.errors if accuracy.mpmath else None)):
        print(f"Measuring: {name}", flush=True)
        results[name] = measure and measure()
    elapsed, busy = perf_counter() - start[0], process_time() - start[1]
    results["machine"] |= {"minutes": elapsed / 60, "busy": busy / elapsed}
    for what, bar, measured, verdict in _bars(**results):
        print(f"{what}: {measured}, {bar} wanted: {verdict}")
    if missing:
        print(f"Not installed, and so left out: {', '.join(missing)}. The stored numbers stay as they are.")
    else:
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def _bars(training, copies, sweep, megabytes, **_):
    """What the project wants to reach, beside what was measured."""
    def slowest(peer):
        return min((row[peer] for row in training.values() if peer in row), default=None)

    learn, products = "scikit-learn", "matrix products"
    bars = [
        (f"{learn}: small, batch 32", training["small, 32"].get(learn), 3.5),
        (f"{learn}: mnist, batch 32", training["mnist, 32"].get(learn), 1.8),
        (f"{learn}: mnist, batch 128", training["mnist, 128"].get(learn), 1.5),
        (f"{learn}: the slowest case", slowest(learn), 1),
        ("PyTorch, fused Adam: the slowest case", slowest("PyTorch, fused Adam"), 1),
        ("JAX, a step a call: the slowest case", slowest("JAX, a step a call"), 0.95),
        (f"share of the {products}: mnist, batch 32", training["mnist, 32"][products], 0.40),
        (f"share of the {products}: mnist, batch 128", training["mnist, 128"][products], 0.60),
        (f"share of the {products}: mnist, batch 1024", training["mnist, 1024"][products], 0.75),
        (f"share of the {products}: deep, batch 1024", training["deep, 1024"][products], 0.85),
        ("64 small networks: one after another", copies["64-32-10"]["nnlib one after another"], 3.5),
        (f"64 small networks: {learn}", copies["64-32-10"].get(learn), 15),
        ("64 small networks: JAX", copies["64-32-10"].get("JAX, vmap and scan"), 0.95),
        (f"100 trainings: {learn}", sweep, 12),
    ]
    lines = [(what, f"at least {bar:g}", ratio or "-", _verdict(ratio and ratio.value >= bar))
             for what, ratio, bar in bars]
    return [*lines, ("memory, all of MNIST", "at most 150 MB", f"{megabytes:.0f} MB", _verdict(megabytes <= 150))]


def _verdict(holds):
    return "not measured" if holds is None else "met" if holds else "NOT MET"


def _machine():
    cpu = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), cpu)
    packages = {"Python": platform.python_version()}
    for name in ("numpy", "scipy", "scikit-learn", "torch", "jax", "mpmath"):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            continue
    return {"date": f"{date.today():%d %B %Y}", "processor": cpu, "system": platform.system(), "packages": packages}


if __name__ == "__main__":
    main()
