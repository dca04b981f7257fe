// Dropout on six hidden units: all 64 networks that a mask can leave, their mean, and the one network that is used.
// needs functions.js
"use strict";

const masks = (() => {
  const { html, mount, slide, choice, player, legend, Plot, number } = explorable;

  // ---- The mathematics ----

  const { sqrt } = Math;
  const SLOPES = [1, 1, 1, -1, -1, -1], STARTS = [2, 0.5, -1, 2, 1, 0];
  const WEIGHTS = [0.6, -0.5, 0.9, -0.4, -0.3, 0.5], BIAS = 0.2;
  const UNITS = SLOPES.length, ALL = 2 ** UNITS - 1;
  const kept = (mask) => SLOPES.map((_, j) => (mask >> j) % 2);

  /** The probability that these units stay, and all others go. */
  const chance = (mask, p) => kept(mask).reduce((product, on) => product * (on ? 1 - p : p), 1);

  /** The score of the network that a mask leaves, each unit that stays multiplied by `scale`. */
  const score = (x, mask, scale) => kept(mask).reduce((sum, on, j) =>
    sum + on * scale * WEIGHTS[j] * functions.relu.value(SLOPES[j] * x + STARTS[j]), BIAS);

  const scaled = (scaling, p) => (scaling === "inverted" ? 1 / (1 - p) : 1);
  const outputs = { score: (z) => z, probability: functions.sigmoid.value };

  /** Mean and standard deviation of the output over all masks, each with its probability. */
  function spread(x, { p, scaling, output }) {
    let mean = 0, square = 0;
    for (let mask = 0; mask <= ALL; mask++) {
      const a = outputs[output](score(x, mask, scaled(scaling, p)));
      mean += chance(mask, p) * a;
      square += chance(mask, p) * a ** 2;
    }
    return [mean, sqrt(Math.max(square - mean ** 2, 0))];
  }

  // ---- The same in Python: what the page shows on demand (live/page/scratch.js) ----

  const code = ({ p, scaling, output, mask, x }) => {
    const stays = scaling === "inverted" ? "masks / (1 - p)" : "masks", score = `units @ weights + ${BIAS}`;
    const probability = output === "probability";
    return `from itertools import product

import matplotlib.pyplot as plt
import numpy as np

from nnlib import plotting
from nnlib.activations import relu${probability ? ", sigmoid" : ""}

weights = np.array([${WEIGHTS.join(", ")}])
masks = np.array(list(product([0, 1], repeat=${UNITS})))[:, ::-1]    # row 1 keeps unit 1 alone

def hidden(x):
    return relu(np.array([${SLOPES.join(", ")}]) * x + [${STARTS.join(", ")}])

def says(units):
    return ${probability ? `sigmoid(${score})` : score}

p, x = ${p}, ${x}
chance = np.where(masks, 1 - p, p).prod(axis=1)
all_say = says(${stays} * hidden(x))
mean = chance @ all_say
spread = np.sqrt(chance @ (all_say - mean) ** 2)
print(f"mask ${mask}: probability {chance[${mask}]:.3g}, it says {all_say[${mask}]:.3g}")
print(f"mean {mean:.3g}, standard deviation {spread:.3g}")
print(f"the network in use says {says(hidden(x)):.3g}")

grid = np.linspace(${-FAR}, ${FAR}, 61)
every = np.array([says(${stays} * hidden(x)) for x in grid])
lines = {"this mask": every[:, ${mask}], "mean of all ${ALL + 1}": every @ chance,
         "network in use": [says(hidden(x)) for x in grid]}
plotting.curves(grid, lines, xlabel="input x", ylabel="${output}")
plt.show()`;
  };

  // ---- The picture ----

  const FAR = 3, MOST = 0.8;
  const GRID = Array.from({ length: 61 }, (_, i) => FAR * (i - 30) / 30);
  const RATES = Array.from({ length: 41 }, (_, i) => MOST * i / 40);
  const HEIGHT = { score: { low: -6, high: 6, ticks: [-6, -3, 0, 3, 6] },
    probability: { low: -0.04, high: 1.04, ticks: [0, 0.25, 0.5, 0.75, 1] } };

  function fill(place) {
    const state = { p: 0.5, mask: 45, x: 1, scaling: "inverted", output: "score" };
    const set = (key) => (to) => { state[key] = to; draw(); };
    const p = slide({ label: "Share dropped p", min: 0, max: MOST, step: 0.05, value: state.p, change: set("p") });
    const mask = slide({ label: "Mask", min: 0, max: ALL, step: 1, value: state.mask, show: String,
      change: set("mask") });
    const x = slide({ label: "Input x", min: -FAR, max: FAR, step: 0.1, value: state.x, change: set("x") });
    const scaling = choice({ label: "Units that stay", value: state.scaling, change: set("scaling"),
      options: [["inverted", "times 1/(1 − p)"], ["none", "as they are"]] });
    const output = choice({ label: "Output", value: state.output, change: set("output"),
      options: ["score", "probability"] });
    const play = player(mask, { at: () => state.mask, last: () => ALL, quiet: () => reading });

    const field = new Plot({ title: "output over the input x", height: 230, pick: x.to,
      x: { label: "input x", low: -FAR, high: FAR, ticks: [-3, -2, -1, 0, 1, 2, 3] } });
    const rates = new Plot({ title: "mean ± one standard deviation, at this x", height: 230, pick: p.to,
      x: { label: "share dropped p", low: 0, high: MOST, ticks: [0, 0.2, 0.4, 0.6, 0.8] } });
    const all = field.curve("level"), here = field.curve("guide"), now = rates.curve("guide");
    const one = field.curve("first"), [mean, used, meanBy, usedBy] = [field, rates].flatMap((plot) =>
      [plot.curve("second"), plot.curve("third")]);
    const bounds = [rates.curve("fourth"), rates.curve("fourth lower")];
    const dot = field.dot("first"), middle = rates.dot("second");
    const reading = html("p", { role: "status", style: "min-height: 6.4em" });

    function draw() {
      const scale = scaled(state.scaling, state.p), g = outputs[state.output];
      for (const plot of [field, rates]) plot.scale(HEIGHT[state.output]);
      const curve = (mask, scale) => field.path(GRID.map((x) => [x, g(score(x, mask, scale))]));
      all.setAttribute("d", Array.from({ length: ALL + 1 }, (_, mask) => curve(mask, scale)).join(""));
      one.setAttribute("d", curve(state.mask, scale));
      used.setAttribute("d", curve(ALL, 1));
      mean.setAttribute("d", field.path(GRID.map((x) => [x, spread(x, state)[0]])));
      const { low, high } = HEIGHT[state.output];
      here.setAttribute("d", field.path([[state.x, low], [state.x, high]]));
      now.setAttribute("d", rates.path([[state.p, low], [state.p, high]]));
      const by = RATES.map((p) => [p, ...spread(state.x, { ...state, p })]);
      meanBy.setAttribute("d", rates.path(by.map(([p, m]) => [p, m])));
      bounds.forEach((el, i) => el.setAttribute("d", rates.path(by.map(([p, m, s]) => [p, m + (i ? -s : s)]))));
      const whole = g(score(state.x, ALL, 1)), [m, s] = spread(state.x, state);
      usedBy.setAttribute("d", rates.path(RATES.map((p) => [p, whole])));
      const single = g(score(state.x, state.mask, scale));
      field.move(dot, state.x, single);
      rates.move(middle, state.p, m);

      const units = kept(state.mask).flatMap((on, j) => (on ? [j + 1] : [])).join(", ") || "none";
      const said = [`Mask ${state.mask} keeps ${units}; its probability is ${number(chance(state.mask, state.p), 3)}.`,
        `At x = ${number(state.x, 3)} this network says ${number(single, 3)}.`,
        `All ${ALL + 1} networks: mean ${number(m, 3)}, standard deviation ${number(s, 3)}.`,
        `The network in use says ${number(whole, 3)}.`];
      reading.replaceChildren(...said.map((words) => html("span", {}, words)));
      const at = `p = ${number(state.p, 3)}`;
      field.name(`The ${state.output} of the network of mask ${state.mask}, of all ${ALL + 1} networks, of their mean and `
        + `of the network in use, over the input, for ${at}`);
      rates.name(`Mean and standard deviation of the ${state.output} at x = ${number(state.x, 3)} over p; ${at} marked`);
    }

    draw();
    place.append(
      html("div", {}, html("div", { class: "controls" }, p.el, scaling.el, output.el), field.el,
        legend([["first", "this mask"], ["second", "mean of all 64"], ["third", "network in use"]])),
      html("div", {}, html("div", { class: "controls" }, play.el, mask.el, x.el), rates.el, reading));
    return () => code(state);
  }

  mount("masks", fill);
  return { kept, chance, score, spread };
})();
