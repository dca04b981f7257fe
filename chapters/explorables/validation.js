// Polynomials through the readings of a day: their error in training, on folds held out, and on new readings.
"use strict";

const validation = (() => {
  const { html, mount, slide, button, legend, normals, power, Plot, number } = explorable;

  // ---- The mathematics ----

  const { cos, log10, sqrt, PI } = Math;
  const MOST = 12, DAY = 24, GRID = Array.from({ length: 241 }, (_, i) => DAY * i / 240);
  const mean = (row) => row.reduce((sum, v) => sum + v, 0) / row.length;
  const truth = (hour) => 12 + 4 * cos(2 * PI * (hour - 15) / DAY);

  /** n readings from midnight to midnight, each off by `noise` times a standard normal number, to 0.01. */
  function read(n, noise, seed) {
    const errors = normals(seed)(n + n % 2);
    return Array.from({ length: n }, (_, i) => DAY * i / (n - 1))
      .map((hour, i) => [hour, Number((truth(hour) + noise * errors[i]).toFixed(2))]);
  }

  /**
   * The least-squares polynomials of the degrees 0, 1, ..., at the hours of `where`, a row a degree. Polynomials that
   * are orthogonal on the readings, each made from the two before, take their shares of the readings in turn.
   */
  function fit(readings, where, most = MOST) {
    const all = [...readings.map(([hour]) => hour), ...where].map((hour) => hour / 12 - 1), n = readings.length;
    const inner = (p, q) => { let sum = 0; for (let i = 0; i < n; i++) sum += p[i] * q[i]; return sum; };
    const y = readings.map(([, value]) => value), rows = [];
    let before = all.map(() => 0), p = all.map(() => 1), size = 1, sum = before;
    for (let degree = 0; degree <= most; degree++) {
      const square = inner(p, p), share = inner(p, y) / square, kept = p;
      sum = sum.map((s, i) => s + share * kept[i]);
      rows.push(sum.slice(n));
      const middle = inner(p.map((v, i) => v * all[i]), p) / square, back = degree ? square / size : 0, last = before;
      [before, p, size] = [p, p.map((v, i) => (all[i] - middle) * v - back * last[i]), square];
    }
    return rows;
  }

  const square = (row, values) => mean(row.map((v, i) => (v - values[i]) ** 2));

  /** An order of 0, ..., n - 1 that is the same for the same seed: sorted by random numbers. */
  function shuffled(n, seed) {
    const keys = normals(seed)(n + n % 2);
    return Array.from({ length: n }, (_, i) => i).sort((i, j) => keys[i] - keys[j]);
  }

  /** The fold that holds out each of n readings. */
  function parts(n, folds, seed) {
    const part = new Array(n);
    shuffled(n, seed + 1000).forEach((i, place) => { part[i] = place % folds; });
    return part;
  }

  /** Errors on held-out readings: a row a fold, a column a degree. */
  function folded(readings, folds, seed) {
    const part = parts(readings.length, folds, seed);
    return Array.from({ length: folds }, (_, k) => {
      const out = readings.filter((_, i) => part[i] === k), kept = readings.filter((_, i) => part[i] !== k);
      return fit(kept, out.map(([hour]) => hour)).map((row) => square(row, out.map(([, value]) => value)));
    });
  }

  /** The degree of the lowest mean, the lowest degree within one standard error of it, and the means. */
  function choose(errors) {
    const k = errors.length, means = errors[0].map((_, d) => mean(errors.map((row) => row[d])));
    const best = means.indexOf(Math.min(...means));
    const spread = sqrt(errors.reduce((sum, row) => sum + (row[best] - means[best]) ** 2, 0) / (k - 1));
    const limit = means[best] + spread / sqrt(k);
    return { means, best, rule: means.findIndex((m) => m <= limit), limit };
  }

  // ---- The same in Python: what the page shows on demand (live/page/scratch.js) ----

  /** A list in lines that fit on the page. */
  const list = (values) => `[\n${values.join(", ").replace(/(.{1,80})(, |$)/g, "    $1,\n")}]`;

  const code = ({ n, noise, degree, folds, seed }) => `import matplotlib.pyplot as plt
import numpy as np
from numpy.polynomial import Legendre

from nnlib import plotting
from nnlib.selection import cross_validate, one_standard_error

hours = np.linspace(0, ${DAY}, ${n})
readings = np.array(${list(read(n, noise, seed).map(([, value]) => value))})
part = np.array(${list(parts(n, folds, seed))})
folds = [(np.flatnonzero(part != k), np.flatnonzero(part == k)) for k in range(${folds})]
degrees = np.arange(${MOST + 1})

def errors(X, y, X_new, y_new):
    fits = [Legendre.fit(X[:, 0], y, degree) for degree in degrees]
    return np.array([np.mean((fit(X_new[:, 0]) - y_new) ** 2) for fit in fits])

X, fine = hours[:, None], np.linspace(0, ${DAY}, ${GRID.length})
truth = 12 + 4 * np.cos(2 * np.pi * (fine - 15) / ${DAY})
held_out = cross_validate(errors, X, readings, folds)
lines = {"training": errors(X, readings, X, readings),
         "held out": held_out.mean(axis=0),
         "new readings": ${noise}**2 + errors(X, readings, fine[:, None], truth)}
for name, line in lines.items():
    print(f"{name}: error {line[${degree}]:.3g} at degree ${degree}")
rule, best = np.abs(one_standard_error(-degrees, held_out))
print(f"lowest on held-out readings: degree {best:g}; the rule takes {rule:g}")
print(f"lowest on new readings: degree {lines['new readings'].argmin()}")

plotting.curves(degrees, lines, log=True, xlabel="degree", ylabel="mean squared error")
plt.show()`;

  // ---- The picture ----

  const DEGREES = Array.from({ length: MOST + 1 }, (_, d) => d), NOISES = [0.25, 0.5, 1, 1.5, 2, 3, 4];

  function fill(place) {
    const state = { n: 25, noise: 1, degree: 12, folds: 5, seed: 4 };
    const set = (name) => (value) => { state[name] = value; draw(); };
    const sliders = [
      slide({ label: "Degree", min: 0, max: MOST, step: 1, value: state.degree, change: set("degree") }),
      slide({ label: "Noise", values: NOISES, value: state.noise, change: set("noise") }),
      slide({ label: "Readings", min: 24, max: 80, step: 1, value: state.n, change: set("n") }),
      slide({ label: "Folds", min: 3, max: 10, step: 1, value: state.folds, change: set("folds") }),
      slide({ label: "Day", min: 1, max: 20, step: 1, value: state.seed, change: set("seed") }),
    ];
    const day = new Plot({ title: "temperature", height: 230,
      x: { label: "hour", low: 0, high: DAY, ticks: [0, 6, 12, 18, 24] } });
    const plot = new Plot({ title: "mean squared error", height: 230,
      x: { label: "degree", low: 0, high: MOST, ticks: [0, 2, 4, 6, 8, 10, 12] } });
    const real = day.curve("guide"), curve = day.curve("first"), points = day.curve("second points");
    const here = plot.curve("guide"), training = plot.curve("second"), held = plot.curve("first");
    const anew = plot.curve("third"), chosen = plot.dot("first"), simple = plot.dot("second");
    const reading = html("p", { role: "status" });
    day.scale({ low: 0, high: 24, ticks: [0, 6, 12, 18, 24] });
    plot.scale({ low: -2, high: 2, ticks: [-2, -1, 0, 1, 2], show: (e) => (e ? power(e) : "1") });
    real.setAttribute("d", day.path(GRID.map((hour) => [hour, truth(hour)])));

    function draw() {
      const { n, noise, degree, folds, seed } = state, readings = read(n, noise, seed);
      const y = readings.map(([, value]) => value), real = GRID.map(truth), rows = fit(readings, GRID);
      const train = fit(readings, readings.map(([hour]) => hour)).map((row) => square(row, y));
      const fresh = rows.map((row) => noise ** 2 + square(row, real));
      const { means, best, rule } = choose(folded(readings, folds, seed));
      const oracle = fresh.indexOf(Math.min(...fresh)), height = (v) => log10(Math.max(v, 1e-9));
      const line = (el, values) => el.setAttribute("d", plot.path(DEGREES.map((d) => [d, height(values[d])])));
      curve.setAttribute("d", day.path(GRID.map((hour, i) => [hour, rows[degree][i]])));
      points.setAttribute("d", day.dots(readings));
      here.setAttribute("d", plot.path([[degree, -2], [degree, 2]]));
      line(training, train);
      line(held, means);
      line(anew, fresh);
      plot.move(chosen, best, height(means[best]));
      plot.move(simple, rule, height(means[rule]));
      day.name(`${n} readings, the true temperature and the polynomial of degree ${degree}`);
      plot.name(`Errors by degree: lowest on held-out readings at ${best}, on all new readings at ${oracle}`);
      reading.replaceChildren(
        html("span", {}, `Degree ${degree}: error in training ${number(train[degree], 3)}, `
          + `on held-out readings ${number(means[degree], 3)}, on new readings ${number(fresh[degree], 3)}.`),
        html("span", {}, `Lowest on held-out readings: degree ${best}. One-standard-error rule: degree ${rule}.`),
        html("span", {}, `Best on new readings: degree ${oracle}.`));
    }

    draw();
    const next = button("Another day", () => sliders[4].to(state.seed % 20 + 1));
    place.append(
      html("div", {}, html("div", { class: "controls" }, ...sliders.map((slider) => slider.el), next.el), reading),
      html("div", {}, day.el, legend([["guide", "truth"], ["first", "polynomial"], ["second points", "readings"]]),
        plot.el, legend([["second", "training"], ["first", "held out"], ["third", "new readings"]])));
    return () => code(state);
  }

  mount("validation", fill);
  return { read, fit, shuffled, folded, choose, GRID };
})();
