"""The book's page on speed and accuracy, made from results.json: python -m benchmarks.page."""

import io
import json
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from benchmarks import RESULTS
from nnlib.plotting import COLOURS, MARKERS, STYLE

PAGE = Path(__file__).parent.parent / "chapters" / "benchmarks.md"
FIGURES = PAGE.with_suffix("")  # a folder beside the page
PEERS = ("scikit-learn", "PyTorch", "PyTorch, fused Adam", "JAX, a step a call")

TEXT = """# Speed and accuracy

How fast and how exact is `nnlib` beside the libraries that one would use otherwise?
`make bench` measures it and writes this page; the code is in `benchmarks/`.

**Measured on** {date}, on one core of an {processor} processor ({system}), with {packages}.{load}

## Speed

Every library trains the same networks on the same 2048 images of MNIST in the same way: 32-bit numbers, ReLU, Adam, L2,
a new order of the batches in every epoch. All run on one thread and take turns, in random order. A ratio is the other
library's processor time divided by ours in the same turn: **above 1, `nnlib` is faster.**

```{{figure}} benchmarks/speed.svg
:name: fig-speed
:alt: {speed_alt}

Median over the turns; the bar goes from quartile to quartile. *small* is 64-32-10, *mnist* 784-128-10 and *deep*
784-256-256-256-10; the number is the batch size.
```

**What it says.** scikit-learn's `MLPClassifier` takes {learn} times as long as `nnlib`, PyTorch {torch} times, and
{fused} times with its fused Adam. JAX, which compiles the whole step, takes {jax} times as long. The matrix products
alone are {products} of our time, least in the smallest network: the rest is where the libraries differ.

`nnlib` trains 64 networks of 64-32-10 at once in {alone} of the time that it needs for one after another, and in
{at_once} of scikit-learn's time. JAX, with `vmap` and `scan`, takes {vmap} times as long as `nnlib`. For a sweep of 100
trainings scikit-learn takes {sweep} times as long.

**What it does not say.** Anything about graphics processors, several threads, convolutions or large networks, which the
frameworks are made for. On another processor the ratios differ.

````{{dropdown}} All ratios
{training}

The last two columns are the share of our time that the matrix products would need alone, as NumPy and as PyTorch
compute them.

64 networks at once, time per network:

{copies}
````

## The lasso

`coordinate_descent` beside scikit-learn's `Lasso`, which is compiled. Each gets the loosest tolerance, in powers of
ten, that reaches the same duality gap (in units of |y|²/n), so both answers are equally good. The ratio is again its
time divided by ours.

````{{dropdown}} All designs
{lasso}
````

The ratios go from {lasso_low} to {lasso_high}, and from {lasso_long} where `Lasso` takes more than 5 milliseconds.
Easy designs are slower in `nnlib`: a call of NumPy takes a microsecond or more, however little there is to do.
Hard ones are faster, because it moves all coordinates at once, with momentum, and solves a linear system where `Lasso`
sweeps many times.

## Accuracy

Every function is computed in 64-bit numbers and compared with the same formula in 400 digits (mpmath). The unit is
the distance between neighbouring 64-bit numbers: an error of 1 is in the last bit, and 10<sup>16</sup> leaves no
correct digit.

```{{figure}} benchmarks/accuracy.svg
:name: fig-accuracy
:alt: {accuracy_alt}

The largest error for numbers from -30 to 30, and for rows of ten logits of standard deviation 3. SciPy lacks some of
the functions. GELU is the form with tanh throughout.
```

**What it says.** The largest error of `nnlib` is {ours_worst} units (`{where}`), that of the others {others_worst}.
Digits are lost where a small result is the difference of two large numbers: 1 - tanh² far from 0, or a probability
minus 1 where the network is sure. [The chapter on the sigmoid](02_sigmoid.ipynb) shows how to avoid it.

**What it does not say.** Whether any training ends differently for it; that was not measured here.

````{{dropdown}} All errors
{accuracy}

Left the same inputs as in the figure; right also huge, subnormal and arbitrary numbers.
````
"""


def main():
    for path, content in made(json.loads(RESULTS.read_text(encoding="utf-8"))).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
        print(f"Written: {path}")


def made(results):
    """{path: content} of the page and its figures."""
    return {PAGE: text(**results), FIGURES / "speed.svg": svg(speed_figure, results["training"]),
            FIGURES / "accuracy.svg": svg(accuracy_figure, results["accuracy"])}


def text(machine, training, copies, sweep, lasso, accuracy, **_):
    small = copies["64-32-10"]
    lasso_ratios = [row["scikit-learn"][0] for row in lasso.values()]
    lasso_long = [row["scikit-learn"][0] for row in lasso.values() if row["its ms"] > 5]
    learn, torch, fused, jax = (span(row[peer][0] for row in training.values()) for peer in PEERS)
    shares = [row["matrix products"][0] for row in training.values()]
    where = max(accuracy, key=lambda function: accuracy[function]["nnlib"][0])
    ours = accuracy[where]["nnlib"][0]
    others = [pair[0] for row in accuracy.values() for library, pair in row.items() if pair and library != "nnlib"]
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    busy = machine["busy"]
    return TEXT.format(
        date=machine["date"], processor=machine["processor"], system=machine["system"], packages=packages,
        load="" if busy > 0.9 else f" Other programs ran, too: the benchmark had a processor for {busy:.0%} of its "
                                   f"{machine['minutes']:.0f} minutes.",
        learn=learn, torch=torch, fused=fused, jax=jax, products=f"{min(shares):.0%} to {max(shares):.0%}",
        alone=f"{1 / small['nnlib one after another'][0]:.0%}", at_once=f"{1 / small['scikit-learn'][0]:.0%}",
        vmap=number(small["JAX, vmap and scan"][0]), sweep=number(sweep[0]),
        training=table("network, batch", training, ratio), copies=table("network", copies, ratio),
        lasso=table("design, gap", {
            name: {"ratio": ratio(row["scikit-learn"]), "its milliseconds": f"{row['its ms']:.1f}"}
            for name, row in lasso.items()}, str),
        lasso_low=number(min(lasso_ratios)), lasso_high=number(max(lasso_ratios)),
        lasso_long=number(min(lasso_long)),
        accuracy=table("function", accuracy, lambda pair: "-" if pair is None else f"{pair[0]:.2g} / {pair[1]:.2g}"),
        ours_worst=f"{ours:.0f}", where=where, others_worst=f"10<sup>{np.log10(max(others)):.0f}</sup>",
        speed_alt=f"Dot plot of the ratios for {len(training)} networks. scikit-learn takes {learn} times as long as "
                  f"nnlib, PyTorch {torch}, PyTorch with fused Adam {fused}, JAX {jax}.",
        accuracy_alt=f"Dot plot of the largest errors of {len(accuracy)} functions on a logarithmic scale. Those of "
                     f"nnlib are at most {ours:.0f} units; those of the other libraries reach {max(others):.0e}.")


def number(x):
    return f"{x:.0f}" if x >= 10 else f"{x:.1f}" if x >= 1.95 else f"{x:.2f}"


def span(values):
    values = sorted(values)
    return f"{number(values[0])} to {number(values[-1])}"


def ratio(values):
    """The median, with the quartiles in brackets."""
    middle, *quartiles = map(number, values)
    return f"{middle} ({' to '.join(quartiles)})" if quartiles else middle


def table(corner, rows, cell):
    head = [corner, *next(iter(rows.values()))]
    lines = [head, ["---"] * len(head), *([name, *map(cell, row.values())] for name, row in rows.items())]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def speed_figure(training):
    ax = dots(training, PEERS)
    ax.axvline(1, color="black", linewidth=1)
    ax.set_xticks([0.5, 1, 2, 4, 8], ["0.5", "1", "2", "4", "8"])
    ax.set_xlabel("its time / nnlib's time\n(above 1, nnlib is faster)")


def accuracy_figure(accuracy):
    libraries = list(next(iter(accuracy.values())))
    ax = dots({name: {library: pair and pair[:1] for library, pair in row.items()} for name, row in accuracy.items()},
              libraries)
    ax.set_xticks([10.0**k for k in (0, 4, 8, 12, 16)])
    ax.set_xlabel("largest error, in units\nof the last place")


def dots(rows, names):
    """A dot plot: a line for each row, on it a dot for each name, with a bar from quartile to quartile."""
    figure, ax = plt.subplots(figsize=(4.8, 1.4 + 0.55 * len(rows)))  # narrow, so that a phone need not shrink it much
    for k, name in enumerate(names):
        places = [(i, row[name]) for i, row in enumerate(rows.values()) if row[name]]
        y = [i + 0.17 * (k - (len(names) - 1) / 2) for i, _ in places]
        x = np.array([values[0] for _, values in places])
        bars = np.array([values[1:] for _, values in places if values[1:]]).T
        ax.errorbar(x, y, xerr=abs(bars - x) if bars.size else None, linestyle="none", marker=MARKERS[k], markersize=6,
                    color=COLOURS[k], label=name)
    ax.set_xscale("log")
    ax.set_xticks([], minor=True)
    ax.set_yticks(range(len(rows)), [name.replace(" of ", " of\n") for name in rows])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.grid(axis="y", visible=False)
    figure.legend(loc="outside upper center", ncols=2, columnspacing=1, handletextpad=0.2)
    return ax


def svg(draw, numbers):
    """What `draw` draws, as SVG that is the same at every run."""
    with plt.rc_context(STYLE):
        draw(numbers)
        file = io.StringIO()
        plt.savefig(file, format="svg", metadata={"Date": None})
        plt.close()
    return file.getvalue()


if __name__ == "__main__":
    main()
