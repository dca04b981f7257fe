// Signals on their way through a deep network, and gradients on their way back: theory, and one random network.
// needs functions.js
"use strict";

const depth = (() => {
  const { html, mount, slide, choice, button, legend, Plot, number, power, normals } = explorable;

  // ---- The mathematics ----

  const { exp, log10, max, min, sqrt, PI } = Math;
  const mean = (values) => values.reduce((total, v) => total + v, 0) / values.length;

  // The average over a standard normal z: on each half-line, so that a kink at 0 does no harm, z = exp(t - exp(-t)),
  // and then the trapezoidal rule in t, which converges exponentially (Takahasi & Mori, 1974).
  const STEP = 1 / 32, NODES = Array.from({ length: 193 }, (_, k) => {
    const t = -3.5 + STEP * k, z = exp(t - exp(-t));
    return [z, STEP * (1 + exp(-t)) * z * exp(-z * z / 2) / sqrt(2 * PI)];
  });
  const average = (f) => NODES.reduce((total, [z, weight]) => total + weight * (f(z) + f(-z)), 0);

  /**
   * Wide layers with weights of mean 0 and standard deviation scale / sqrt(n): a unit's z is normal, of variance q.
   * `forward` has the standard deviation of the activations, 1 at the input; `backward` the root mean square of the
   * gradient with respect to them, 1 at the last layer. Both have a number for each layer from 0, the input.
   */
  function theory(name, scale, layers) {
    const { value, slope } = functions[name], forward = [1], factors = [];
    for (let l = 1, q = scale ** 2; l <= layers; l++) {
      const root = sqrt(q), middle = average((z) => value(root * z));
      forward.push(sqrt(average((z) => (value(root * z) - middle) ** 2)));
      factors.push(scale * sqrt(average((z) => slope(root * z) ** 2)));
      q = scale ** 2 * average((z) => value(root * z) ** 2);
    }
    const backward = factors.reduceRight((row, factor) => [row[0] * factor, ...row], [1]);
    return { forward, backward };
  }

  /** Input, gradient at the output, and weights (fan_in, fan_out) of each layer, before they are scaled. */
  function draw({ width, layers, seed }) {
    const take = normals(seed), unit = (row) => row.map((v) => v / sqrt(mean(row.map((u) => u * u))));
    const [input, gradient] = [unit(take(width)), unit(take(width))];
    return { input, gradient, weights: Array.from({ length: layers }, () => take(width * width)) };
  }

  /** What `theory` predicts, measured in one network: over the units of each layer, for one input. */
  function measure(name, scale, { input, gradient, weights }) {
    const { value, slope } = functions[name], n = input.length, factor = scale / sqrt(n), zs = [];
    const spread = (row) => { const middle = mean(row); return sqrt(mean(row.map((v) => (v - middle) ** 2))); };
    const forward = [spread(input)], backward = [1];
    let a = input, g = gradient;
    for (const W of weights) {
      const z = new Float64Array(n);
      for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) z[k] += factor * a[i] * W[n * i + k];
      zs.push(z);
      a = z.map(value);
      forward.push(spread(a));
    }
    for (const W of weights.toReversed()) {
      const dz = zs.pop().map((z, k) => slope(z) * g[k]);
      g = new Float64Array(n);
      for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) g[i] += factor * dz[k] * W[n * i + k];
      backward.unshift(sqrt(mean(g.map((v) => v * v))));
    }
    return { forward, backward };
  }

  // ---- In words ----

  const SCHEMES = [[1, "LeCun, Glorot"], [sqrt(2), "He"]];    // with as many outputs as inputs, Glorot's is LeCun's
  const schemes = new Map(SCHEMES);

  function remark(first, last) {
    const fate = (ratio) => (ratio < 0.1 ? "vanish" : ratio > 10 ? "explode" : "keep their size");
    const [signals, gradients] = [fate(last), fate(first)];
    return signals === gradients ? `Signals and gradients ${signals}.` : `Signals ${signals}, gradients ${gradients}.`;
  }

  // ---- The same in Python: what the page shows on demand (live/page/scratch.js) ----

  const code = ({ name, layers, width, scale, seed }) => `import matplotlib.pyplot as plt
import numpy as np

from nnlib import plotting
from nnlib.activations import ${name}
from nnlib.initializers import variance_scaling
from nnlib.layers import Activate, Dense
from nnlib.network import Network

layers, n, scale = ${layers}, ${width}, ${scale}
init = variance_scaling(scale**2, "fan_in", "normal")
parts = [part for _ in range(layers)
         for part in (Dense(n, n, init), Activate(${name}))]
rng = np.random.default_rng(${seed})    # NumPy's numbers: another network than the picture's
network = Network(parts, rng=rng)

a = rng.normal(size=(1, n))
a /= np.sqrt(np.mean(a**2))
spread = [a.std()]
for dense, activate in zip(network.layers[::2], network.layers[1::2]):
    a = activate.forward(dense.forward(a, False)[0], False)[0]
    spread.append(a.std())
print(f"after {layers} layers the standard deviation is {spread[-1]:.2g}")

plotting.curves(np.arange(layers + 1), {"one network": spread}, log=True,
                xlabel="layer", ylabel="standard deviation of the activations")
plt.show()`;

  // ---- The picture ----

  const LAYERS = 50, LOWEST = -30, HIGHEST = 30;

  function fill(place) {
    const state = { name: "relu", layers: 30, width: 64, scale: 1, seed: 1 };
    const set = (change) => { Object.assign(state, change); show(); };
    let random;
    const renew = (change) => { Object.assign(state, change); random = draw({ ...state, layers: LAYERS }); show(); };

    const scales = Array.from({ length: 251 }, (_, i) => (i === 91 ? sqrt(2) : (50 + i) / 100));
    const name = choice({ label: "Activation", options: Object.keys(functions), value: state.name,
      change: (to) => set({ name: to }) });
    const scale = slide({ label: "Weights × √n", values: scales, value: state.scale, marks: SCHEMES,
      show: (x) => x.toFixed(2), change: (to) => set({ scale: to }) });
    const layers = slide({ label: "Depth", min: 1, max: LAYERS, step: 1, value: state.layers,
      change: (to) => set({ layers: to }) });
    const width = slide({ label: "Width n", values: [4, 8, 16, 32, 64, 128], value: state.width, show: String,
      change: (to) => renew({ width: to }) });
    const again = button("Another network", () => renew({ seed: state.seed + 1 }));

    const x = { label: "layer", low: 0, high: LAYERS, ticks: [0, 10, 20, 30, 40, 50] };
    const make = (title, kind) => {
      const plot = new Plot({ title, x, pick: layers.to, height: 240 });
      return { plot, line: plot.curve(kind), points: plot.curve(`${kind} points`) };
    };
    const forward = make("standard deviation of the activations", "first");
    const backward = make("root mean square of the gradient", "second");
    const reading = html("p", { role: "status", style: "min-height: 8em" });

    /** Powers of ten around all values, at least four of them, in steps that leave room for their labels. */
    function around(values) {
      const seen = values.map(log10).filter(Number.isFinite);
      const [low, high] = [max(min(...seen), LOWEST), min(max(...seen), HIGHEST)];
      const step = [1, 2, 5, 10].find((s) => (high - low) / s <= 5) ?? 20;
      const [first, last] = [Math.floor(min(low, -step) / step), Math.ceil(max(high, step) / step)];
      return { low: first * step, high: last * step, show: (e) => (e ? power(e) : "1"),
        ticks: Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step) };
    }

    function show() {
      const used = { ...random, weights: random.weights.slice(0, state.layers) };
      const expected = theory(state.name, state.scale, state.layers), found = measure(state.name, state.scale, used);
      for (const [key, { plot, line, points }] of Object.entries({ forward, backward })) {
        plot.scale(around([...expected[key], ...found[key]]));
        line.setAttribute("d", plot.path(expected[key].map((v, l) => [l, log10(v)])));
        points.setAttribute("d", plot.dots(found[key].map((v, l) => [l, log10(v)])));
      }

      const scheme = schemes.get(state.scale), times = `${state.scale.toFixed(2)}/√n${scheme ? ` (${scheme})` : ""}`;
      const [last, first] = [expected.forward.at(-1), expected.backward[0]];
      const setting = `${state.name}, weights ${times}`;
      const count = `${state.layers} layer${state.layers === 1 ? "" : "s"}`;
      forward.plot.name(`The standard deviation of the activations by layer, on a logarithmic axis; ${count}, ` +
        setting);
      backward.plot.name(`The gradient by layer, from 1 at the last one back to the input, on a logarithmic axis; ` +
        `${count}, ${setting}`);
      reading.textContent = `${setting}: after ${count} the activations' standard deviation is ${number(last)} in ` +
        `theory and ${number(found.forward.at(-1))} in this network; the gradient arrives at the input as ` +
        `${number(first)} and ${number(found.backward[0])}. ${remark(first, last)}`;
    }

    renew({});
    place.append(
      html("div", {}, html("div", { class: "controls" }, name.el, scale.el, ...scale.buttons, layers.el),
        forward.plot.el, legend([["first", "theory, n → ∞"], ["first points", "one network"]])),
      html("div", {}, html("div", { class: "controls" }, width.el, again.el), backward.plot.el,
        legend([["second", "theory, n → ∞"], ["second points", "the same network"]]), reading));
    return () => code(state);
  }

  mount("depth", fill);
  return { theory, draw, measure, average, SCHEMES };
})();
