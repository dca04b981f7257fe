"""Every kind of plot, as SVG and through the renderer of pixels, with mathematics, colours, scales and layouts."""
import datetime
import io

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

rng = np.random.default_rng(0)
x = np.linspace(0.1, 1, 20)
grid, noise = np.meshgrid(x, x), rng.random((20, 20))
drawn = 0


def save():
    global drawn
    for form, start in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        file = io.BytesIO()
        plt.savefig(file, format=form, dpi=40)
        assert file.getvalue().startswith(start)
    drawn += 1
    plt.close("all")


formula = r"$\frac{a}{b}\sum_i x_i \sqrt{\mathbf{w}} \hat{y}_{\mathrm{in}} \int_0^\infty \mathcal{L}$"
plt.plot(x, x**2, "o--", label=formula)
plt.legend()
plt.title("äöü ≤ → $\\alpha$")
plt.annotate("here", (0.2, 0.2), (0.5, 0.5), arrowprops={"arrowstyle": "->", "connectionstyle": "arc3,rad=.2"})
save()
PLOTS = [
    lambda: plt.colorbar(plt.scatter(x, x, c=x, s=x * 30)), lambda: plt.imshow(noise, interpolation="bilinear"),
    lambda: plt.colorbar(plt.contourf(*grid, noise)), lambda: plt.clabel(plt.contour(noise)),
    lambda: plt.hist(noise[0], 9), lambda: plt.bar(["a", "b"], [3, 4]), lambda: plt.boxplot([x, x]),
    lambda: plt.violinplot([x, x + noise[0]]), lambda: plt.errorbar(x, x, x),
    lambda: plt.fill_between(x, x, x**2, hatch="/", alpha=0.3), lambda: plt.pcolormesh(noise),
    lambda: plt.quiver(x, x, x, x), lambda: plt.streamplot(*grid, noise, noise), lambda: plt.semilogy(x),
    lambda: plt.loglog(x), lambda: plt.stem(x), lambda: plt.pie([1, 2]), lambda: plt.step(x, x),
    lambda: plt.hexbin(x, x), lambda: plt.matshow(noise), lambda: plt.tripcolor(*rng.random((3, 9))),
    lambda: plt.polar(x, x), lambda: plt.spy(np.eye(3)), lambda: plt.ecdf(x),
    lambda: plt.specgram(rng.random(600)), lambda: plt.table([["a"]]), lambda: plt.eventplot([x]),
    lambda: plt.stackplot(x, x, x), lambda: plt.figure().add_subplot(projection="3d").plot_surface(*grid, noise),
    lambda: plt.plot([datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)], [1, 2]),
    lambda: plt.subplots(2, 2, layout="constrained")[1][0, 0].set_xscale("symlog"),
    lambda: (plt.plot(x), plt.tight_layout()), lambda: plt.subplot_mosaic("AB;CC"),
    lambda: plt.text(0.5, 0.5, "mono", family="monospace", weight="bold", style="italic"),
]
for plot in PLOTS:
    plot()
    save()
with plt.style.context("ggplot"):
    plt.plot(x)
    save()
image = Image.fromarray((rng.random((9, 9, 3)) * 255).astype(np.uint8)).resize((5, 5)).rotate(3)
file = io.BytesIO()
image.save(file, "PNG")
assert plt.imread(io.BytesIO(file.getvalue())).shape == (5, 5, 3)
assert drawn == len(PLOTS) + 2
print("done")
