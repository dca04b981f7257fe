// A point on an activation's curve, its tangent, its derivative, and what is left after n such derivatives.
// needs functions.js
"use strict";

const activations = (() => {
  const { html, svg, mount, slide, choice, ticks, Plot, number, power } = explorable;

  // ---- The mathematics: what functions.js does not have ----

  const { abs, min, max } = Math;

  /** |phi'|^n */
  const product = (slope, n) => abs(slope) ** n;

  function remark(slope, n) {
    const left = product(slope, n), after = `After ${n} layer${n === 1 ? "" : "s"}`;
    if (slope === 0) return `${after} nothing of the gradient is left.`;
    if (left < 1e-300) return `${after} less than 1e-300 of the gradient is left.`;
    if (left === 1) return `${after} all of the gradient is left.`;
    if (abs(left - 1) < 0.005) return `${after} the gradient has nearly kept its size.`;
    if (left > 1) return `${after} the gradient has grown to ${number(left, 3)} times its size.`;
    return `${after} ${number(left)} of the gradient is left.`;
  }

  // ---- The same in Python: what the page shows on demand (live/page/scratch.js) ----

  const code = ({ name, z, n }) => `import matplotlib.pyplot as plt
import numpy as np

from nnlib import plotting
from nnlib.activations import ${name} as phi

at, layers = ${z}, ${n}
slope = phi.derivative(at)
print(f"value {phi(at):.4g}, derivative {slope:.4g}")
print(f"after {layers} layers {abs(slope) ** layers:.2g} of the gradient is left")

grid = np.linspace(${LOW}, ${HIGH}, 801)
plotting.curves(grid, {"value": phi(grid), "derivative": phi.derivative(grid)},
                xlabel="z", ylabel="")
plt.show()`;

  // ---- The picture ----

  const LOW = -8, HIGH = 8, LAYERS = 30, REACH = 2, FLOOR = -20;    // the product is drawn down to 10^FLOOR
  const GRID = Array.from({ length: 801 }, (_, i) => LOW + (HIGH - LOW) * i / 800);

  function fill(place) {
    const state = { name: "sigmoid", z: 0, n: 10 };
    const set = (change) => { Object.assign(state, change); draw(); };

    const name = choice({ label: "Activation", options: Object.keys(functions), change: (to) => set({ name: to }) });
    const z = slide({ label: "Position z", min: LOW, max: HIGH, step: 0.1, value: state.z,
      change: (to) => set({ z: to }) });
    const n = slide({ label: "Layers n", min: 1, max: LAYERS, step: 1, value: state.n,
      change: (to) => set({ n: to }) });

    const xOfZ = { label: "z", low: LOW, high: HIGH, ticks: [-8, -4, 0, 4, 8] };
    const xOfN = { label: "n", low: 0, high: LAYERS, ticks: [1, 10, 20, 30] };
    const value = new Plot({ title: "value φ(z) and its tangent", x: xOfZ, pick: z.to });
    const slope = new Plot({ title: "derivative φ′(z)", x: xOfZ, pick: z.to });
    const left = new Plot({ title: "product |φ′(z)|ⁿ", x: xOfN, pick: n.to, height: 290 });
    left.scale({ low: FLOOR, high: 2, ticks: [-20, -15, -10, -5, 0], show: (e) => (e ? power(e) : "1") });

    const lines = { value: value.curve("first"), tangent: value.curve("guide"), slope: slope.curve("second"),
      product: left.curve("third"), stem: left.curve("guide") };
    const dots = { value: value.dot(), slope: slope.dot(), product: left.dot() };
    const below = left.front.appendChild(svg("path", { class: "below", d: "M-5 -14h10l-5 9z" }));    // ▼: it goes on
    const reading = html("p", { role: "status" });

    function draw() {
      const phi = functions[state.name], [y, dy] = [phi.value(state.z), phi.slope(state.z)];
      const at = `at z = ${number(state.z)}`, said = remark(dy, state.n);

      for (const [plot, key] of [[value, "value"], [slope, "slope"]]) {
        const ys = GRID.map(phi[key]), low = min(0, ...ys), high = max(0, ...ys), room = 0.06 * (high - low);
        const range = { low: low - room, high: high + room };
        plot.scale({ ...range, ticks: ticks(range.low, range.high, 4), show: (v) => number(v, 3) });
        lines[key].setAttribute("d", plot.path(GRID.map((x, i) => [x, ys[i]])));
      }
      lines.tangent.setAttribute("d", value.path([-REACH, REACH].map((d) => [state.z + d, y + dy * d])));
      value.move(dots.value, state.z, y);
      slope.move(dots.slope, state.z, dy);

      const exponent = (k) => k * Math.log10(abs(dy));
      const shown = max(exponent(state.n), FLOOR);
      lines.product.setAttribute("d", left.path(Array.from({ length: LAYERS }, (_, k) => [k + 1, exponent(k + 1)])));
      lines.stem.setAttribute("d", left.path([[state.n, 0], [state.n, shown]]));
      for (const [el, on] of [[dots.product, shown > FLOOR], [below, shown === FLOOR]]) {
        el.style.display = on ? "" : "none";
        left.move(el, state.n, shown);
      }

      value.name(`The curve of ${state.name} with its tangent ${at}`);
      slope.name(`The derivative of ${state.name}, with the point ${at}`);
      left.name(`The product of n derivatives ${at}, on a logarithmic axis, for n from 1 to ${LAYERS}`);
      reading.textContent = `${state.name} ${at}: value ${number(y, 4)}, derivative ${number(dy, 4)}. ${said}`;
    }

    draw();
    place.append(
      html("div", {}, html("div", { class: "controls" }, name.el, z.el), value.el, slope.el),
      html("div", {}, html("div", { class: "controls" }, n.el), left.el, reading));
    return () => code(state);
  }

  mount("activations", fill);
  return { product, remark };
})();
