// One weight under L1: a step by the slope jumps over the kink at 0 for ever, a proximal step stops on it.
"use strict";

const kink = (() => {
  const { html, svg, mount, slide, player, legend, Plot, number } = explorable;

  // ---- The mathematics: the objective is (w - w*)^2 / 2 + lambda |w| ----

  const { abs, max, min, sign } = Math;
  const soft = (v, t) => v - min(max(v, -t), t);

  const objective = ({ optimum, strength }, w) => (w - optimum) ** 2 / 2 + strength * abs(w);
  const solution = ({ optimum, strength }) => soft(optimum, strength);

  /** One step of each kind from w. */
  const steps = {
    sign: ({ optimum, strength, rate }, w) => w - rate * (w - optimum + strength * sign(w)),
    proximal: ({ optimum, strength, rate }, w) => soft(w - rate * (w - optimum), rate * strength),
  };

  /** The weight at the start and after each step. */
  function walk(kind, problem, count) {
    const weights = [problem.start];
    for (let t = 0; t < count; t++) weights.push(steps[kind](problem, weights[t]));
    return weights;
  }

  // ---- The same in Python: what the page shows on demand (live/page/scratch.js) ----

  const code = ({ optimum, strength, rate, start, step }) => `import matplotlib.pyplot as plt
import numpy as np

from nnlib import plotting
from nnlib.descent import minimize, proximal_gradient
from nnlib.optimizers import SGD
from nnlib.penalties import L1, soft_threshold

optimum, l1 = ${optimum}, L1(${strength})

def loss(w):
    return ((w - optimum) ** 2).sum() / 2, w - optimum

def objective(w):
    (value, slope), (cost, pull) = loss(w), l1(w)
    return value + cost, slope + pull

ways = {
    "sign step": minimize(objective, [${start}], SGD(${rate}), ${STEPS}),
    "proximal step": proximal_gradient(loss, l1, [${start}], step=${rate}, steps=${STEPS}),
}
weights = {name: way.thetas[:, 0] for name, way in ways.items()}
print(f"the solution is {soft_threshold(optimum, ${strength}):.3g}")
for name, w in weights.items():
    print(f"{name}: w = {w[${step}]:.3g}, exactly 0 after {(w[1:${step + 1}] == 0).sum()} of ${step}")

plotting.curves(np.arange(${STEPS + 1}), weights, xlabel="step", ylabel="weight w")
plt.show()`;

  // ---- The picture ----

  const KINDS = [["sign", "sign step", "first"], ["proximal", "proximal step", "second"]];
  const STEPS = 100, REACH = 1.5;
  const GRID = Array.from({ length: 301 }, (_, i) => REACH * (i - 150) / 150);

  function fill(place) {
    const state = { optimum: 0.3, strength: 0.5, rate: 0.3, start: 1, step: 20 };
    const two = (x) => x.toFixed(2).replace("-", "\u2212");
    const control = (key, label, low, high) => slide({ label, min: low, max: high, step: 0.05, value: state[key],
      show: two, change: (to) => { state[key] = to; draw(); } });
    const controls = [control("optimum", "Optimum w*", -1, 1), control("strength", "Strength λ", 0, 1),
      control("rate", "Rate η", 0.05, 1), control("start", "Start", -1, 1)];
    const step = slide({ label: "Step", min: 0, max: STEPS, step: 1, value: state.step, show: String,
      change: (to) => { state.step = to; draw(); } });
    const play = player(step, { at: () => state.step, last: () => STEPS, quiet: () => reading });

    const hill = new Plot({ title: "objective J(w)", height: 220,
      x: { label: "weight w", low: -REACH, high: REACH, ticks: [-1, 0, 1] } });
    const ways = new Plot({ title: "weight w, by step", height: 220, pick: step.to,
      x: { label: "step", low: 0, high: STEPS, ticks: [0, 25, 50, 75, 100] } });
    ways.scale({ low: -REACH, high: REACH, ticks: [-1, 0, 1] });
    ways.area.append(svg("path", { class: "axis", d: ways.path([[0, 0], [STEPS, 0]]) }));
    const curve = hill.curve("third"), now = ways.curve("guide");
    const drawn = KINDS.map(([kind, name, style]) => ({ kind, name, way: ways.curve(style), on: hill.dot(style),
      at: ways.dot(style) }));
    const reading = html("p", { role: "status" });

    function draw() {
      const seen = (w) => max(min(w, REACH), -REACH), heights = GRID.map((w) => objective(state, w));
      const high = 1.05 * max(...heights);
      hill.scale({ low: -0.05 * high, high, ticks: [0, 1, 2, 3, 4].filter((v) => v < high) });
      curve.setAttribute("d", hill.path(GRID.map((w, i) => [w, heights[i]])));
      now.setAttribute("d", ways.path([[state.step, -REACH], [state.step, REACH]]));
      const best = solution(state), pull = abs(state.optimum);
      const said = [best === 0
        ? `The solution is 0: there the loss pulls with ${number(pull, 3)}, no more than λ = ${number(state.strength, 3)}.`
        : `The solution is ${number(best, 3)}.`];
      for (const { kind, name, way, on, at } of drawn) {
        const weights = walk(kind, state, STEPS), w = weights[state.step];
        way.setAttribute("d", ways.path(weights.map((v, t) => [t, v])));
        hill.move(on, seen(w), objective(state, seen(w)));
        ways.move(at, state.step, seen(w));
        const zeros = weights.slice(1, state.step + 1).filter((v) => v === 0).length;
        said.push(`The ${name}, after step ${state.step}: w = ${number(w, 3)}; exactly 0 after ${zeros} of the steps.`);
      }
      const words = KINDS.map(([, name], i) => `the ${name} at ${number(walk(KINDS[i][0], state, state.step).at(-1), 3)}`);
      hill.name(`The objective over the weight, with a kink at 0; after step ${state.step} ${words.join(", ")}`);
      ways.name(`The weight against the number of steps of both kinds, from ${number(state.start, 3)}; ` +
        `${state.step} marked, ${words.join(", ")}`);
      reading.replaceChildren(...said.map((sentence) => html("span", {}, sentence)));
    }

    draw();
    place.append(
      html("div", {}, html("div", { class: "controls" }, ...controls.map((c) => c.el)), hill.el,
        legend([["third", "objective"], ...KINDS.map(([, name, style]) => [style, name])])),
      html("div", {}, html("div", { class: "controls" }, play.el, step.el), ways.el, reading));
    return () => code(state);
  }

  mount("kink", fill);
  return { walk, objective, solution };
})();
