// A network of two inputs, h hidden units and one output learns XOR: where it says "on", and its loss.
// needs functions.js
"use strict";

const xor = (() => {
  const { html, svg, mount, slide, choice, button, player, legend, table, contour, normals, Plot, number } = explorable;

  // ---- The mathematics ----

  const { abs, sqrt } = Math;
  const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]], ANSWERS = [0, 1, 1, 0];
  const { sigmoid, softplus } = functions;

  /** Where the parameters of h hidden units stand in theta, in nnlib's order: all weights, then the biases. */
  function places(h) {
    const inputs = h || 2;    // without hidden units, the output sees the switches themselves
    return { inputs, W1: 0, W2: 2 * h, b1: 2 * h + inputs, b2: 2 * h + inputs + h };
  }

  /** Weights of Glorot's size, for ReLU of He's; biases of 0. */
  function start(h, name, seed) {
    const { W2, b1, b2 } = places(h), theta = new Float64Array(b2 + 1), take = normals(seed)(b1 + b1 % 2);
    const size = (fanIn, fanOut) => (name === "relu" ? sqrt(2 / fanIn) : sqrt(2 / (fanIn + fanOut)));
    for (let i = 0; i < b1; i++) theta[i] = take[i] * (i < W2 ? size(2, h) : size(h || 2, 1));
    return theta;
  }

  /** The sums of the hidden units, what they make of them, and the score. */
  function forward(theta, h, name, x) {
    const { inputs, W1, W2, b1, b2 } = places(h), z = [], a = h ? [] : x;
    for (let k = 0; k < h; k++) {
      z.push(x[0] * theta[W1 + k] + x[1] * theta[W1 + h + k] + theta[b1 + k]);
      a.push(functions[name].value(z[k]));
    }
    let score = theta[b2];
    for (let k = 0; k < inputs; k++) score += a[k] * theta[W2 + k];
    return { z, a, score };
  }

  /** Cross-entropy over the four corners, and its gradient. */
  function lossAndGradient(theta, h, name) {
    const { inputs, W1, W2, b1, b2 } = places(h), gradient = new Float64Array(theta.length);
    let loss = 0;
    CORNERS.forEach((x, i) => {
      const { z, a, score } = forward(theta, h, name, x), dz = (sigmoid.value(score) - ANSWERS[i]) / 4;
      loss += softplus.value(ANSWERS[i] ? -score : score) / 4;
      gradient[b2] += dz;
      for (let k = 0; k < inputs; k++) gradient[W2 + k] += dz * a[k];
      for (let k = 0; k < h; k++) {
        const dzk = dz * theta[W2 + k] * functions[name].slope(z[k]);
        gradient[b1 + k] += dzk;
        gradient[W1 + k] += dzk * x[0];
        gradient[W1 + h + k] += dzk * x[1];
      }
    });
    return [loss, gradient];
  }

  /** The parameters and the loss after each step of gradient descent. */
  function train(h, name, rate, seed, steps) {
    const thetas = [start(h, name, seed)], losses = [];
    for (let t = 0; ; t++) {
      const [loss, gradient] = lossAndGradient(thetas[t], h, name);
      losses.push(loss);
      if (t === steps) return { thetas, losses };
      thetas.push(thetas[t].map((v, i) => v - rate * gradient[i]));
    }
  }

  // ---- In words ----

  const NAMES = [["sigmoid", "sigmoid"], ["tanh", "tanh"], ["relu", "ReLU"]], CALLED = Object.fromEntries(NAMES);
  const units = (h, name) => (h ? `${h} ${CALLED[name]} unit${h === 1 ? "" : "s"}` : "No hidden units");
  const digits = (p) => p.toFixed(2);

  function verdict(right, ps) {
    if (right === 4) return "All four corners are on the right side.";
    if (ps.every((p) => abs(p - 0.5) < 0.1)) return "It says about one half at every corner.";
    return `${right} of the four corners ${right === 1 ? "is" : "are"} on the right side.`;
  }

  // ---- The same in Python: what the page shows on demand (live/page/scratch.js) ----

  const code = ({ h, name, rate, seed, step }) => `import matplotlib.pyplot as plt
import numpy as np

from nnlib import plotting
from nnlib.activations import ${[...new Set([name, "sigmoid"])].sort().join(", ")}
from nnlib.datasets import xor
from nnlib.initializers import ${name === "relu" ? "he_normal" : "glorot_normal"} as init
from nnlib.losses import binary_cross_entropy
from nnlib.network import mlp
from nnlib.optimizers import SGD
from nnlib.training import fit

X, y = xor()
rng = np.random.default_rng(${seed})    # NumPy's numbers: another start than the picture's
network = mlp([2, ${h ? `${h}, ` : ""}1], ${name}, init, rng=rng)
history = fit(network, binary_cross_entropy, SGD(${rate}), X, y[:, None],
              epochs=${Math.max(step, 1)}, batch_size=4, rng=rng)
print(f"loss {history.loss[-1]:.3g}")
for corner, p in zip(X, sigmoid(network(X)).ravel()):
    print(f"on at {corner} with probability {p:.2f}")

plotting.curves(np.arange(len(history.loss)), {"": history.loss},
                xlabel="step", ylabel="loss")
plt.show()`;

  // ---- The picture ----

  const LOW = -0.5, HIGH = 1.5, STEPS = 3000, WINDOW = { x: [LOW, HIGH], y: [LOW, HIGH] };
  const PLATEAUS = [0.347, 0.477, 0.693];    // two corners alike, three, all four

  /** The cells of a table in which the middle is above 0, joined to rectangles along x. */
  function above(heights) {
    const all = [], middle = (i, k) => (heights[i][k][2] + heights[i + 1][k + 1][2]) / 2, n = heights.length - 1;
    for (let k = 0; k < n; k++) {
      for (let i = 0, from = -1; i <= n; i++) {
        const on = i < n && middle(i, k) > 0;
        if (on && from < 0) from = i;
        if (!on && from >= 0) {
          const [[left, low], [right, high]] = [heights[from][k], heights[i][k + 1]];
          all.push([[left, low], [right, low], [right, high], [left, high]]);
          from = -1;
        }
      }
    }
    return all;
  }

  function fill(place) {
    const state = { h: 2, name: "sigmoid", rate: 1, seed: 1, step: STEPS };
    let run;
    const again = (change) => {
      Object.assign(state, change);
      run = train(state.h, state.name, state.rate, state.seed, STEPS);
      draw();
    };

    const hidden = slide({ label: "Hidden units", values: [0, 1, 2, 3, 4, 8], value: state.h, show: String,
      change: (h) => again({ h }) });
    const kind = choice({ label: "Activation", options: NAMES, value: state.name, change: (name) => again({ name }) });
    const rate = slide({ label: "Learning rate", values: [0.1, 0.3, 1, 3], value: state.rate,
      change: (to) => again({ rate: to }) });
    const fresh = button("Another start", () => again({ seed: state.seed + 1 }));
    const steps = slide({ label: "Steps", min: 0, max: STEPS, step: 10, value: state.step, show: String,
      change: (step) => { state.step = step; draw(); } });
    const play = player(steps, { at: () => state.step, last: () => STEPS, quiet: () => reading });

    const plane = new Plot({ title: "where it says “on”", height: 364, y: "x₂",
      x: { label: "x₁", low: LOW, high: HIGH, ticks: [0, 1] } });
    plane.scale({ low: LOW, high: HIGH, ticks: [0, 1] });
    const area = plane.curve("area"), folds = plane.curve("guide"), edge = plane.curve("second");
    CORNERS.forEach(([x, y], i) => {
      plane.move(plane.dot(ANSWERS[i] ? "second" : "first"), x, y);
      const word = plane.front.appendChild(svg("text", { dx: 10, dy: -8 }, ANSWERS[i] ? "on" : "off"));
      plane.move(word, x, y);
    });
    const losses = new Plot({ title: "loss", height: 250, pick: steps.to,
      x: { label: "step", low: 0, high: STEPS, ticks: [0, 1000, 2000, 3000] } });
    losses.scale({ low: 0, high: 1, ticks: [0, ...PLATEAUS, 1] });
    const now = losses.curve("guide"), line = losses.curve("first"), dot = losses.dot("first");
    const reading = html("p", { role: "status", style: "min-height: 6.4em" });

    function draw() {
      const { h, name, step } = state, theta = run.thetas[step], loss = run.losses[step];
      const score = (x) => forward(theta, h, name, x).score, heights = table(score, WINDOW);
      const pieces = (all) => all.map((piece) => plane.path(piece)).join("");
      area.setAttribute("d", above(heights).map((piece) => `${plane.path(piece)}Z`).join(""));
      edge.setAttribute("d", pieces(contour(heights, 0)));
      const unit = (k) => contour(table((x) => forward(theta, h, name, x).z[k], WINDOW), 0);
      folds.setAttribute("d", Array.from({ length: h }, (_, k) => pieces(unit(k))).join(""));
      line.setAttribute("d", losses.path(run.losses.map((value, t) => [t, value])));
      now.setAttribute("d", losses.path([[step, 0], [step, 1]]));
      losses.move(dot, step, Math.min(loss, 1));

      const ps = CORNERS.map((x) => sigmoid.value(score(x)));
      const right = ps.filter((p, i) => (p > 0.5) === (ANSWERS[i] === 1)).length;
      plane.name(`The plane of the two switches: ${right} of its four corners on the right side after ${step} steps, ` +
        `with ${units(h, name).toLowerCase()}`);
      losses.name(`The loss over ${STEPS} steps, with ${units(h, name).toLowerCase()}: ` +
        `${number(loss, 3)} at step ${step}`);
      reading.replaceChildren(
        html("span", {}, `${units(h, name)}, start ${state.seed}, step ${step}: loss ${number(loss, 3)}.`),
        html("span", {}, `Probability of “on”: ${CORNERS.map((x, i) => `${digits(ps[i])} at (${x})`).join(", ")}.`),
        html("span", {}, verdict(right, ps)));
    }

    again({});
    place.append(
      html("div", {}, html("div", { class: "controls" }, hidden.el, kind.el, fresh.el), plane.el,
        legend([["second", "one half"], ["guide", "a hidden unit at 0"]])),
      html("div", {}, html("div", { class: "controls" }, rate.el, play.el, steps.el), losses.el, reading));
    return () => code(state);
  }

  mount("xor", fill);
  return { start, lossAndGradient, train, forward };
})();
