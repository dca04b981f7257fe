// A graph of four nodes: values run forward, gradients run back, and a tangent shows what one gradient means.
"use strict";

const graph = (() => {
  const { html, svg, mount, slide, choice, legend, Plot, number } = explorable;

  // ---- The mathematics ----

  /** u = w x, z = u + b, a = tanh z, L = (a - y)^2 / 2. */
  function forward({ x, w, b, y }) {
    const u = w * x, z = u + b, a = Math.tanh(z);
    return { x, w, b, y, u, z, a, L: (a - y) ** 2 / 2 };
  }

  /** dL/d(each value), from the end back to the beginning. */
  function back({ x, w, y, a }) {
    const da = a - y, dz = da * (1 - a ** 2), du = dz;
    return { L: 1, a: da, y: -da, z: dz, u: du, b: dz, w: du * x, x: du * w };
  }

  // ---- The same in Python: what the page shows on demand (live/page/scratch.js) ----

  const code = ({ x, w, b, y, nudge }) => `import matplotlib.pyplot as plt
import numpy as np

from nnlib import plotting
from nnlib.activations import tanh
from nnlib.gradcheck import numerical_gradient

x, w, b, y = ${x}, ${w}, ${b}, ${y}
u = w * x
z = u + b
a = tanh(z)
print(f"u = {u:.3g}, z = {z:.3g}, a = {a:.3g}, L = {(a - y) ** 2 / 2:.3g}")

da = a - y
dz = da * tanh.derivative(z)
print(f"da = {da:.3g}, dz = {dz:.3g}, dw = {dz * x:.3g}, dx = {dz * w:.3g}")

def loss(w, x, b):
    return (tanh(w * x + b) - y) ** 2 / 2

measured = numerical_gradient(lambda theta: loss(*theta), np.array([w, x, b]))
assert np.allclose(measured, [dz * x, dz * w, dz])

${nudge}s = np.linspace(${LOW}, ${HIGH}, 301)
plotting.curves(${nudge}s, {"": loss(${["w", "x", "b"].map((key) => (key === nudge ? `${key}s` : key)).join(", ")})},
                xlabel="${nudge}", ylabel="loss L")
plt.show()`;

  // ---- The picture ----

  const LOW = -3, HIGH = 3, NUDGE = 0.01;
  const GRID = Array.from({ length: 301 }, (_, i) => LOW + (HIGH - LOW) * i / 300);
  const three = (value) => number(value, 3);

  // Each box: what stands in it, the place of its upper left corner, and what it reads.
  const WIDE = 74, TALL = 56;
  const BOXES = {
    w: ["w", 0, 0, ""], x: ["x", 0, 62, ""], b: ["b", 0, 124, ""], y: ["y", 0, 186, ""],
    u: ["u = w x", 83, 31, "wx"], z: ["z = u + b", 166, 78, "ub"], a: ["a = tanh z", 249, 78, "z"],
    L: ["L = ½(a − y)²", 332, 132, "ay"],
  };

  /** The graph, and the function that writes values and gradients into it. */
  function network() {
    const el = svg("svg", { viewBox: "-1 -1 408 246", class: "graph", "aria-hidden": "true",
      style: "display: block; width: 100%; max-width: 32rem; height: auto" });
    const slots = {};
    for (const [name, [words, left, top, reads]] of Object.entries(BOXES)) {
      for (const from of reads) {
        const [, x, y] = BOXES[from];
        el.append(svg("path", { class: "guide", d: `M${x + WIDE} ${y + TALL / 2}L${left} ${top + TALL / 2}` }));
      }
      const line = (height, style) => svg("text", { x: left + WIDE / 2, y: top + height, "text-anchor": "middle", style });
      const [title, value, slope] = [line(15, "font-style: italic; font-size: 10px"), line(32, ""),
        line(49, "fill: var(--first); font-weight: 600")];
      title.append(words);
      el.append(svg("rect", { x: left, y: top, width: WIDE, height: TALL, rx: 4, fill: "none", stroke: "currentColor" }),
        title, value, slope);
      slots[name] = [value, slope];
    }
    return { el, write(values, slopes) {
      for (const [name, [value, slope]] of Object.entries(slots)) {
        value.textContent = three(values[name]);
        slope.textContent = three(slopes[name]);
      }
    } };
  }

  function fill(place) {
    const state = { x: 2, w: 0.75, b: -1, y: 1, nudge: "w" };
    const set = (change) => { Object.assign(state, change); draw(); };
    const mover = (name, words, [min, max]) => slide({ label: words, min, max, step: 0.05, value: state[name],
      show: three, change: (to) => set({ [name]: to }) });
    const sliders = [mover("w", "Weight w", [LOW, HIGH]), mover("x", "Input x", [LOW, HIGH]),
      mover("b", "Bias b", [LOW, HIGH]), mover("y", "Target y", [-1, 1])];
    const nudge = choice({ label: "Nudge", options: ["w", "x", "b"], change: (to) => set({ nudge: to }) });

    const picture = network();
    const plot = new Plot({ title: "loss L when one input moves", height: 200,
      x: { label: "the nudged input", low: LOW, high: HIGH, ticks: [-3, -2, -1, 0, 1, 2, 3] } });
    plot.scale({ low: -0.1, high: 2.1, ticks: [0, 0.5, 1, 1.5, 2] });
    const tangent = plot.curve("first"), curve = plot.curve("second"), dot = plot.dot("second");
    const reading = html("p", { role: "status", style: "min-height: 8em" });

    function draw() {
      const values = forward(state), slopes = back(values), name = state.nudge, at = state[name], slope = slopes[name];
      const moved = forward({ ...state, [name]: at + NUDGE }).L - values.L;
      picture.write(values, slopes);
      curve.setAttribute("d", plot.path(GRID.map((v) => [v, forward({ ...state, [name]: v }).L])));
      tangent.setAttribute("d", plot.path([LOW, HIGH].map((v) => [v, values.L + slope * (v - at)])));
      plot.move(dot, at, values.L);
      plot.name(`The loss over ${name}, with its tangent of slope ${three(slope)} at ${name} = ${three(at)}`);
      const list = (names, from, d) => names.map((key) => `${d}${key} = ${three(from[key])}`).join(", ");
      reading.replaceChildren(
        html("span", {}, `Forward: ${list(["u", "z", "a", "L"], values, "")}.`),
        html("span", {}, `Back, dL by: ${list(["a", "z", "u", "b", "w", "x"], slopes, "d")}.`),
        html("span", {}, `Raise ${name} by 0.01: the gradient says that L changes by ${three(slope * NUDGE)}; ` +
          `it changes by ${three(moved)}.`));
    }

    draw();
    place.append(
      html("div", {}, html("div", { class: "controls" }, ...sliders.map((slider) => slider.el), nudge.el), reading),
      html("div", {}, picture.el, legend([["first", "gradient, slope of the tangent"], ["second", "loss"]]), plot.el));
    return () => code(state);
  }

  mount("graph", fill);
  return { forward, back };
})();
