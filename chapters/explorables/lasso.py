"""Draw lasso.svg, the still picture of lasso.js in its first state: optimum (1.2, 0.4), L1, a strength of 0.6."""

import matplotlib.pyplot as plt
import numpy as np
from still import save

from nnlib import plotting
from nnlib.descent import lasso_path
from nnlib.objectives import least_squares
from nnlib.penalties import L1


def problem(optimum, correlation):
    """X and y of a least-squares problem with this optimum, curvature 1 along both weights and a correlation."""
    X = np.sqrt(2) * np.linalg.cholesky([[1, correlation], [correlation, 1]]).T  # so that X^T X / 2 is that matrix
    return X, X @ optimum


def draw(optimum=(1.2, 0.4), correlation=0.4, strength=0.6, strongest=2.0):
    fig, (plane, path) = plt.subplots(1, 2, figsize=(8, 4.4))
    X, y = problem(np.array(optimum), correlation)
    loss, penalty, strengths = least_squares(X, y), L1(strength), np.linspace(0, strongest, 201)
    ways, (w,) = lasso_path(X, y, strengths), lasso_path(X, y, [strength])

    # No level goes through a point of its grid: there the last digit, which processors differ in, would bend the line.
    reach, size = (-2, 2), penalty(w)[0]
    plotting.contours(loss, reach, reach, plane, xlabel="$w_1$", ylabel="$w_2$", levels=0.048 * np.arange(1, 10) ** 2,
                      title=f"solution ({w[0]:.3g}, {w[1]:.3g})")
    for f, level, k in ((loss, loss(w)[0], 0), (penalty, size, 1)):
        grid = np.linspace(*reach, 211)
        heights = [[f(np.array([a, b]))[0] for a in grid] for b in grid]
        plane.contour(grid, grid, heights, levels=[level], colors=plotting.COLOURS[k], linestyles=plotting.LINES[k],
                      linewidths=2)
    plane.plot(*ways.T, color=plotting.COLOURS[2], linestyle=plotting.LINES[2])
    plane.plot(*optimum, "o", color="#555555", markerfacecolor="white", markersize=8)
    plane.annotate("$w^*$", optimum, (6, 6), textcoords="offset points")
    plane.set(aspect="equal", xticks=range(-2, 3), yticks=range(-2, 3))

    path.set_prop_cycle(color=plotting.COLOURS[3:5], linestyle=plotting.LINES[3:5])
    plotting.curves(strengths, dict(zip(("$w_1$", "$w_2$"), ways.T)), path, xlabel=r"$\lambda$",
                    ylabel="weights of the solution", title=rf"$\lambda$ = {strength:g} marked")
    path.axvline(strength, color="#555555", linestyle="-", linewidth=1.2)
    for ax, xs, ys in ((plane, [w[0]], [w[1]]), (path, [strength] * 2, w)):
        ax.plot(xs, ys, "o", color="#555555", markersize=5, zorder=3)
    return fig


if __name__ == "__main__":
    save(draw, __file__)
