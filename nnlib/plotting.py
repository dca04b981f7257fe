"""Figures in one style: Okabe-Ito colours, each with a line style of its own, so that they survive greyscale printing.

The only module that imports matplotlib. Every function takes data and, if wanted, the axes to draw on, and returns the
axes; NaN in the data is a gap. Data of the wrong kind raise TypeError, shapes that do not fit ValueError, before
anything is drawn. Call `use_style` once, in a notebook's first cell.
"""

from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.rcsetup import cycler
from numpy.typing import ArrayLike

from nnlib._check import as_callable, as_count, as_finite, as_flag, as_float, as_number, called, is_whole, shown

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#56B4E9", "#E69F00")  # Okabe & Ito, 2008; no yellow
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "x", "+")

STYLE: Any = {
    "figure.figsize": (6.4, 3.6), "figure.facecolor": "white", "figure.constrained_layout.use": True,
    "font.size": 12, "axes.titlesize": 12, "legend.fontsize": 11, "legend.frameon": False,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.3,
    "axes.prop_cycle": cycler(color=COLOURS, linestyle=LINES), "lines.linewidth": 2,
    "axes.formatter.useoffset": False, "savefig.dpi": 144, "svg.hashsalt": "nnlib",
}


def use_style() -> None:
    """Set the book's style for all figures to come; in a notebook, draw them as SVG that is the same at every run.

    Examples
    --------
    >>> use_style()
    >>> plt.rcParams["svg.hashsalt"]
    'nnlib'
    """
    mpl.rcParams.update(STYLE)
    if mpl.get_backend().endswith("inline"):
        from matplotlib_inline.backend_inline import set_matplotlib_formats  # comes with the notebook's kernel
        set_matplotlib_formats("svg", metadata={"Date": None})


def curves(x: ArrayLike, ys: dict[str, ArrayLike], ax: Axes | None = None, *, xlabel: str, ylabel: str,
           title: str | None = None, log: bool = False) -> Axes:
    """One line for each entry of `ys` over a common x axis.

    Parameters
    ----------
    x : array_like, (n,)
        The horizontal values.
    ys : dict of str to array_like, (n,)
        The vertical values, by label.
    ax : matplotlib.axes.Axes, optional
        Where to draw; None for a new figure.
    xlabel : str
        The name of the x axis.
    ylabel : str
        The name of the y axis.
    title : str, optional
        The title.
    log : bool
        Whether the y axis is logarithmic.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on.

    Examples
    --------
    >>> ax = curves([0, 1, 2], {"square": [0, 1, 4], "cube": [0, 1, 8]}, xlabel="x", ylabel="power")
    >>> [line.get_label() for line in ax.lines]
    ['square', 'cube']
    """
    x, ys = _over(x, "ys", ys)
    as_flag("log", log)
    ax = _axes(ax, xlabel=xlabel, ylabel=ylabel, title=title)
    for label, y in ys.items():
        ax.plot(x, y, label=label)
    if len(ys) > 1:
        ax.legend()
    ax.set_yscale("log" if log else "linear")
    return ax


def points(x: ArrayLike, ys: dict[str, ArrayLike], ax: Axes | None = None, *, xlabel: str, ylabel: str,
           title: str | None = None, log: bool = False) -> Axes:
    """A cloud of points for each entry of `ys` over a common x axis.

    Parameters
    ----------
    x : array_like, (n,)
        The horizontal values.
    ys : dict of str to array_like, (n,)
        The vertical values, by label; up to seven entries.
    ax : matplotlib.axes.Axes, optional
        Where to draw; None for a new figure.
    xlabel : str
        The name of the x axis.
    ylabel : str
        The name of the y axis.
    title : str, optional
        The title.
    log : bool
        Whether the y axis is logarithmic.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on.

    Examples
    --------
    >>> points([0, 1], {"seen": [2, 3]}, xlabel="x", ylabel="y").get_ylabel()
    'y'
    """
    x, ys = _over(x, "ys", ys, most=len(COLOURS))
    as_flag("log", log)
    ax = _axes(ax, xlabel=xlabel, ylabel=ylabel, title=title)
    for (label, y), colour, marker in zip(ys.items(), COLOURS, MARKERS):
        ax.plot(x, y, linestyle="none", marker=marker, markersize=3, color=colour, alpha=0.7, label=label)
    if len(ys) > 1:
        ax.legend(markerscale=2)
    ax.set_yscale("log" if log else "linear")
    return ax


def bands(x: ArrayLike, runs: dict[str, ArrayLike], ax: Axes | None = None, *, xlabel: str, ylabel: str,
          title: str | None = None, log: bool = False) -> Axes:
    """Repeated runs: the median as a line, in a band from the lowest to the highest.

    Parameters
    ----------
    x : array_like, (n,)
        The horizontal values.
    runs : dict of str to array_like, (n, seeds)
        The vertical values, by label.
    ax : matplotlib.axes.Axes, optional
        Where to draw; None for a new figure.
    xlabel : str
        The name of the x axis.
    ylabel : str
        The name of the y axis.
    title : str, optional
        The title.
    log : bool
        Whether the y axis is logarithmic.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on.

    Examples
    --------
    >>> ax = bands([1, 2], {"loss": [[3.0, 4.0, 8.0], [1.0, 2.0, 3.0]]}, xlabel="epoch", ylabel="loss")
    >>> ax.lines[0].get_ydata()
    array([4., 2.])
    """
    x, runs = _over(x, "runs", runs, axes=2)
    middle: dict[str, ArrayLike] = {label: np.median(run, axis=1) for label, run in runs.items()}
    ax = curves(x, middle, ax, xlabel=xlabel, ylabel=ylabel, title=title, log=log)
    for line, run in zip(ax.lines[-len(runs):], runs.values()):
        ax.fill_between(x, run.min(axis=1), run.max(axis=1), color=line.get_color(), alpha=0.18, linewidth=0)
    return ax


def contours(f: Callable, xlim: tuple[float, float], ylim: tuple[float, float], ax: Axes | None = None, *,
             xlabel: str, ylabel: str, title: str | None = None, levels: ArrayLike = 12) -> Axes:
    """Contour lines of an objective of two parameters.

    Parameters
    ----------
    f : callable
        The objective, theta -> (value, gradient).
    xlim : tuple of float
        The two ends of the x axis, the first parameter.
    ylim : tuple of float
        The two ends of the y axis, the second parameter.
    ax : matplotlib.axes.Axes, optional
        Where to draw; None for a new figure.
    xlabel : str
        The name of the x axis.
    ylabel : str
        The name of the y axis.
    title : str, optional
        The title.
    levels : int or array_like
        How many lines, or at which values.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on.

    Examples
    --------
    >>> def bowl(theta):
    ...     return theta @ theta, 2 * theta
    >>> ax = contours(bowl, (-1, 1), (-1, 1), xlabel="theta 1", ylabel="theta 2", levels=[0.5])
    >>> ax.get_xlabel()
    'theta 1'
    """
    called("f", f)
    as_callable("f", f, "as f(theta) -> (value, gradient)")
    levels = as_count("levels", levels, most=100) if is_whole(levels) else as_finite("levels", levels)
    (left, right), (low, high) = _limits("xlim", xlim), _limits("ylim", ylim)
    x, y = np.linspace(left, right, 121), np.linspace(low, high, 121)
    ax = _axes(ax, xlabel=xlabel, ylabel=ylabel, title=title)
    heights = [[as_number("f's value", f(np.array([a, b]))[0]) for a in x] for b in y]
    ax.contour(x, y, heights, levels=levels, colors="#999999", linewidths=0.9)
    ax.grid(False)
    return ax


def path(thetas: ArrayLike, ax: Axes, *, label: str | None = None) -> Axes:
    """The path of a minimiser over `contours`, a point per step, starting at an open ring.

    Parameters
    ----------
    thetas : array_like, (steps + 1, 2)
        The points.
    ax : matplotlib.axes.Axes
        Where to draw.
    label : str, optional
        Its name in the legend.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on.

    Examples
    --------
    >>> ax = path([[1.0, 1.0], [0.5, 0.2]], plt.subplots()[1], label="descent")
    >>> ax.lines[0].get_label()
    'descent'
    """
    thetas = as_float("thetas", thetas)
    if not isinstance(label, (str, type(None))):
        raise TypeError(f"label must be text or None, got {shown(label)}")
    if thetas.ndim != 2 or thetas.shape[1] != 2 or len(thetas) == 0:
        raise ValueError(f"thetas must have shape (steps + 1, 2), got {thetas.shape}")
    ax = _axes(ax)
    line, = ax.plot(*thetas.T, marker=".", markersize=5, linewidth=1.4, label=label)
    ax.plot(*thetas[0], "o", color=line.get_color(), markerfacecolor="white", markersize=8)
    if label:
        ax.legend()
    return ax


def ridges(layers: dict[str, list], ax: Axes | None = None, *, xlim: tuple[float, float], xlabel: str, ylabel: str,
           title: str | None = None, log: bool = False) -> Axes:
    """Histograms by layer, one per row, the first at the top and each as high as its row.

    Parameters
    ----------
    layers : dict of str to list of array_like
        For each label (up to seven) one array per layer.
    ax : matplotlib.axes.Axes, optional
        Where to draw; None for a new figure.
    xlim : tuple of float
        The two ends of the x axis.
    xlabel : str
        The name of the x axis.
    ylabel : str
        The name of the y axis.
    title : str, optional
        The title.
    log : bool
        Whether to draw absolute values on a logarithmic axis; zeros are then left out.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on.

    Examples
    --------
    >>> ax = ridges({"a": [[0.1, 0.2], [0.3, 0.1]]}, xlim=(0, 1), xlabel="a", ylabel="layer")
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['1', '2']
    """
    low, high = _limits("xlim", xlim, as_flag("log", log))
    _labelled("layers", layers, most=len(COLOURS))
    layers = {label: [as_float(f"layers[{label!r}]", values) for values in arrays] for label, arrays in layers.items()}
    ax, rows = _axes(ax, xlabel=xlabel, ylabel=ylabel, title=title), max(map(len, layers.values()))
    edges = np.geomspace(low, high, 91) if log else np.linspace(low, high, 81)
    for k, (label, arrays) in enumerate(layers.items()):
        for row, values in enumerate(arrays, start=1):
            count, _ = np.histogram(np.abs(values) if log else values, edges)
            filled = np.flatnonzero(count) if count.any() else [0]
            part = slice(filled[0], filled[-1] + 1)  # empty bins at the ends would only make the file larger
            top = row - 0.85 * count[part] / max(count.max(), 1)
            ax.stairs(top, edges[part.start:part.stop + 1], baseline=row, fill=True, facecolor=COLOURS[k], linewidth=1,
                      edgecolor=COLOURS[k], linestyle=LINES[k], alpha=(0.75, 0.4)[k % 2],
                      label=label if row == 1 else None)
    for row in range(1, rows + 1):
        ax.axhline(row, color="#999999", linestyle="-", linewidth=0.8, zorder=0.5)
    if len(layers) > 1:
        ax.legend()
    ax.set(xlim=(low, high), xscale="log" if log else "linear", ylim=(rows + 0.15, 0))
    ax.set_yticks(np.arange(rows) + 1, [str(row + 1) for row in range(rows)])
    ax.grid(False, axis="y")
    return ax


def tangent(f: Callable, slope: float, at: float, ax: Axes, *, reach: float = 2.0) -> Axes:
    """The tangent of `f` at one point.

    Parameters
    ----------
    f : callable
        The function, x -> value.
    slope : float
        Its slope at the point.
    at : float
        The point.
    ax : matplotlib.axes.Axes
        Where to draw.
    reach : float
        How far the tangent extends to each side.

    Returns
    -------
    matplotlib.axes.Axes
        The axes drawn on.

    Examples
    --------
    >>> ax = tangent(np.sin, slope=1.0, at=0.0, ax=plt.subplots()[1], reach=1.0)
    >>> ax.lines[0].get_ydata()
    array([-1.,  1.])
    """
    called("f", f)
    as_callable("f", f, "as f(x)")
    slope, at, reach = (as_finite(name, as_number(name, value)).item()
                        for name, value in (("slope", slope), ("at", at), ("reach", reach)))
    ax = _axes(ax)
    x, height = np.array([at - reach, at + reach]), f(at)
    ax.plot(x, height + slope * (x - at), color="#555555", linestyle="-", linewidth=1.2)
    ax.plot([at], [height], "o", color="#555555", markersize=5)
    return ax


def _axes(ax, **texts):
    """The axes to draw on, new ones if none are given, with these texts."""
    for name, text in texts.items():
        if not isinstance(text, str) and not (name == "title" and text is None):
            raise TypeError(f"{name} must be text, got {shown(text)}")
    if ax is not None and not isinstance(ax, Axes):
        raise TypeError(f"ax must be matplotlib's Axes, as from plt.subplots()[1], or None, got {shown(ax)}")
    ax = plt.subplots()[1] if ax is None else ax
    ax.set(**{name: text for name, text in texts.items() if text})
    return ax


def _labelled(name, values, most):
    """Raise unless `values` is a dictionary of at least one entry and at most `most`."""
    if not isinstance(values, dict):
        raise TypeError(f"{name} must be a dictionary from label to data, got {shown(values)}")
    if not 1 <= len(values) <= most:
        limit = f"at most {most} entries" if values else "at least one entry"
        raise ValueError(f"{name} must have {limit}, got {len(values)}")


def _over(x, name, ys, axes=1, most=np.inf):
    """x (n,) and the entries of ys, (n,) or (n, seeds), as arrays of floats that fit."""
    _labelled(name, ys, most)
    x, ys = as_float("x", x), {label: as_float(f"{name}[{label!r}]", y) for label, y in ys.items()}
    if x.ndim != 1:
        raise ValueError(f"x must have shape (n,), got {x.shape}")
    for label, y in ys.items():
        if y.ndim != axes or len(y) != len(x) or y.size == 0:
            raise ValueError(f"{name}[{label!r}] must have shape ({len(x)},{' seeds' * (axes == 2)}) beside x "
                             f"{x.shape}, got {y.shape}")
    return x, ys


def _limits(name, limits, log=False):
    """The two ends of an axis, linear or logarithmic."""
    ends = as_float(name, limits)
    if ends.shape != (2,) or not (0 if log else -np.inf) < ends[0] < ends[1] < np.inf:
        raise ValueError(f"{name} must be two finite numbers, the smaller first"
                         f"{' and above 0 on a logarithmic axis' if log else ''}, got {shown(limits)}")
    return ends
