// A polynomial under L2: the curve, its weights and its errors on the days it learned and on others, by strength.
"use strict";

const ridge = (() => {
  const { html, mount, slide, legend, decades, Plot, number, power } = explorable;

  // ---- The mathematics ----

  const { abs, log10, max, sqrt } = Math;

  /** Temperature in °C and portions of ice cream sold, in hundreds; the first twelve days are learned. */
  const DAYS = [
    [27, 2.8], [18, 1.71], [13, 0.41], [18, 1.48], [32, 2.47], [29, 2.77],
    [10, 0.83], [15, 1.56], [17, 1.33], [33, 3.19], [20, 1.36], [14, 1.27],
    [31, 3.33], [32, 2.72], [17, 1.52], [19, 1.68], [28, 2.74], [16, 0.86],
    [29, 2.91], [21, 1.75], [26, 2.76], [31, 3.14], [11, 1.51], [18, 1.17],
  ];
  const LEARNED = 12;

  /** The powers of the temperature on a scale from -1 (10 °C) to 1 (34 °C). */
  const powers = (celsius, degree) => Array.from({ length: degree }, (_, j) => ((celsius - 22) / 12) ** (j + 1));
  const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);

  /**
   * Weights and bias of the polynomial that fits the learned days under the strength λ, and its degrees of freedom.
   * L2 is least squares with one more example for each weight, which asks it to be 0; the columns of these examples
   * are made orthogonal one after the other (Gram and Schmidt).
   */
  function fit(degree, strength) {
    const rows = DAYS.slice(0, LEARNED).map(([t]) => powers(t, degree)), sales = DAYS.slice(0, LEARNED).map(([, s]) => s);
    const means = rows[0].map((_, j) => mean(rows.map((row) => row[j]))), level = mean(sales);
    const extra = (j) => means.map((_, i) => (i === j ? sqrt(LEARNED * strength) : 0));
    const columns = means.map((m, j) => [...rows.map((row) => row[j] - m), ...extra(j)]);
    let rest = [...sales.map((s) => s - level), ...means.map(() => 0)], freedom = 0;
    const triangle = columns.map((column, j) => {
      const size = sqrt(dot(column, column)), q = column.map((v) => v / size), row = [];
      for (let k = j + 1; k < degree; k++) {
        row[k] = dot(q, columns[k]);
        columns[k] = columns[k].map((v, i) => v - row[k] * q[i]);
      }
      const share = dot(q, rest);
      rest = rest.map((v, i) => v - share * q[i]);
      freedom += dot(q.slice(0, LEARNED), q);
      return { size, row, share };
    });
    const weights = new Array(degree).fill(0);
    for (let j = degree - 1; j >= 0; j--) {
      const { size, row, share } = triangle[j];
      weights[j] = weights.reduce((sum, w, k) => (k > j ? sum - row[k] * w : sum), share) / size;
    }
    return { weights, bias: level - dot(means, weights), freedom };
  }

  const predict = ({ weights, bias }, celsius) => bias + dot(weights, powers(celsius, weights.length));
  const error = (fitted, days) => mean(days.map(([t, s]) => (predict(fitted, t) - s) ** 2));

  // ---- The same in Python: what the page shows on demand (live/page/scratch.js) ----

  const code = ({ strength, degree }) => `import matplotlib.pyplot as plt
import numpy as np

from nnlib import plotting
from nnlib.exercises.l2 import ridge

def powers(t):
    return ((t - 22) / 12)[:, None] ** np.arange(1, ${degree + 1})

dice = np.random.default_rng(27)
celsius = dice.uniform(10, 34, 24).round()    # the first twelve days are learned
sales = (2 + np.tanh((celsius - 22) / 6) + dice.normal(0, 0.3, 24)).round(2)

middle, level = powers(celsius[:${LEARNED}]).mean(axis=0), sales[:${LEARNED}].mean()
weights = ridge(powers(celsius[:${LEARNED}]) - middle, sales[:${LEARNED}] - level, ${strength})
errors = (level + (powers(celsius) - middle) @ weights - sales) ** 2
print(f"largest weight {abs(weights).max():.3g}")
print(f"error {errors[:${LEARNED}].mean():.3g} learned, {errors[${LEARNED}:].mean():.3g} held back")

warm = np.linspace(10, 34, 145)
ax = plotting.curves(warm, {"": level + (powers(warm) - middle) @ weights},
                     xlabel="temperature in °C", ylabel="sales, in hundreds")
ax.plot(celsius, sales, "o")
ax.set_ylim(0, 4)
plt.show()`;

  // ---- The picture ----

  const WARM = Array.from({ length: 145 }, (_, i) => 10 + i / 6);
  const STRENGTHS = decades(-8, 1);
  const GROUPS = [["learned days", DAYS.slice(0, LEARNED), "first"], ["held-back days", DAYS.slice(LEARNED), "second"]];

  function fill(place) {
    const state = { strength: 1e-8, degree: 9 };
    const set = (key) => (to) => { state[key] = to; draw(); };
    const strength = slide({ label: "Strength λ", values: STRENGTHS, value: state.strength, change: set("strength") });
    const degree = slide({ label: "Degree", min: 1, max: 12, step: 1, value: state.degree, show: String,
      change: set("degree") });

    const scale = { label: "log₁₀ λ", low: -8, high: 1, ticks: [-8, -6, -4, -2, 0] };
    const pick = (x) => strength.to(10 ** x);
    const sales = new Plot({ title: "sales, in hundreds", height: 250,
      x: { label: "temperature in °C", low: 10, high: 34, ticks: [10, 16, 22, 28, 34] } });
    const size = new Plot({ title: "weights", height: 190, x: { ...scale }, pick });
    const wrong = new Plot({ title: "mean squared error", height: 190, x: { ...scale }, pick });
    sales.scale({ low: 0, high: 4, ticks: [0, 1, 2, 3, 4] });
    size.scale({ low: -6, high: 6, ticks: [-6, -3, 0, 3, 6] });
    wrong.scale({ low: -2.5, high: 1, ticks: [-2, -1, 0, 1], show: (e) => (e ? power(e) : "1") });
    const now = [size, wrong].map((plot) => plot.curve("guide"));
    const curve = sales.curve("third"), paths = Array.from({ length: 12 }, () => size.curve("level"));
    const heads = paths.map(() => size.dot());
    const groups = GROUPS.map(([name, days, kind]) => {
      for (const day of days) sales.move(sales.dot(kind), ...day);
      return { days, line: wrong.curve(kind), mark: wrong.dot(kind) };
    });
    const reading = html("p", { role: "status", style: "min-height: 6.4em" });

    function draw() {
      const all = STRENGTHS.map((to) => fit(state.degree, to)), x = STRENGTHS.map(log10);
      const here = fit(state.degree, state.strength), at = log10(state.strength);
      curve.setAttribute("d", sales.path(WARM.map((t) => [t, predict(here, t)])));
      paths.forEach((el, j) => {
        const shown = j < state.degree, inside = shown && abs(here.weights[j]) <= 6;
        el.setAttribute("d", shown ? size.path(all.map(({ weights }, k) => [x[k], weights[j]])) : "");
        heads[j].style.display = inside ? "" : "none";
        if (inside) size.move(heads[j], at, here.weights[j]);
      });
      for (const { days, line, mark } of groups) {
        line.setAttribute("d", wrong.path(all.map((fitted, k) => [x[k], log10(error(fitted, days))])));
        const height = log10(error(here, days));
        mark.style.display = height > 1 ? "none" : "";
        wrong.move(mark, at, height);
      }
      now.forEach((el, i) => el.setAttribute("d", [size, wrong][i].path([[at, -9], [at, 9]])));
      const [learned, held] = groups.map(({ days }) => number(error(here, days), 3));
      const largest = number(max(...here.weights.map(abs)), 3), from = `degree ${state.degree}, λ = ${number(state.strength)}`;
      sales.name(`The polynomial through the learned and the held-back days, ${from}`);
      size.name(`The weights against the strength on a logarithmic axis, ${from} marked`);
      wrong.name(`The errors against the strength on logarithmic axes, ${from} marked`);
      reading.replaceChildren(...[`Largest weight, without its sign: ${largest}.`,
        `Mean squared error: ${learned} on the learned days, ${held} on the held-back days.`,
        `Degrees of freedom: ${number(here.freedom, 3)} of ${state.degree}.`].map((words) => html("span", {}, words)));
    }

    draw();
    place.append(
      html("div", {}, html("div", { class: "controls" }, strength.el, degree.el), sales.el,
        legend([...GROUPS.map(([name, , kind]) => [kind, name]), ["third", "polynomial"]]), reading),
      html("div", {}, size.el, wrong.el));
    return () => code(state);
  }

  mount("ridge", fill);
  return { DAYS, fit, predict, error };
})();
