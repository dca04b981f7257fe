// Words multiply the odds that an e-mail is spam: their logarithms add up, and the sigmoid makes a probability of the sum.
// needs functions.js
"use strict";

const evidence = (() => {
  const { html, mount, slide, legend, Plot, number } = explorable;

  // ---- The mathematics ----

  const { log } = Math;
  const WORDS = [["free", 3, "3"], ["prize", 6, "6"], ["thanks", 1 / 2, "1/2"], ["meeting", 1 / 5, "1/5"]];

  /** The log-odds before the first word, after it, after the next one, ...: each occurrence adds ln(factor). */
  function weigh(prior, counts) {
    const path = [log(prior / (1 - prior))];
    WORDS.forEach(([, factor], i) => {
      for (let k = 0; k < counts[i]; k++) path.push(path.at(-1) + log(factor));
    });
    return path;
  }

  const probability = (z) => functions.sigmoid.value(z);

  // ---- In words ----

  const side = (z) => (z > 0 ? "above 1/2, because z is above 0" : z < 0 ? "below 1/2, because z is below 0" :
    "one half, because z is 0");

  function product(prior, counts) {
    const factors = WORDS.flatMap(([, , shown], i) => Array(counts[i]).fill(shown));
    return [number(prior / (1 - prior), 3), ...factors].join(" × ");
  }

  // ---- The same in Python: what the page shows on demand (live/page/scratch.js) ----

  const code = ({ prior, counts }) => `import matplotlib.pyplot as plt
import numpy as np

from nnlib import plotting
from nnlib.activations import sigmoid

prior, counts = ${prior}, np.array([${counts.join(", ")}])    # ${WORDS.map(([word]) => word).join(", ")}
factors = np.array([${WORDS.map(([, , shown]) => shown).join(", ")}])

log_odds = np.log(prior / (1 - prior)) + counts @ np.log(factors)
print(f"odds {np.exp(log_odds):.3g}, log-odds {log_odds:.3g}, "
      f"probability {sigmoid(log_odds):.3g}")

grid = np.linspace(-10, 10, 401)
ax = plotting.curves(grid, {"": sigmoid(grid)},
                     xlabel="log-odds z", ylabel="probability")
ax.plot(log_odds, sigmoid(log_odds), "o")
plt.show()`;

  // ---- The picture ----

  const PRIORS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5], MOST = 3, LOW = -10, HIGH = 10;
  const GRID = Array.from({ length: 401 }, (_, i) => LOW + (HIGH - LOW) * i / 400);

  function fill(place) {
    const state = { prior: 0.2, counts: [1, 1, 1, 0] };
    const prior = slide({ label: "Spam before reading", values: PRIORS, value: state.prior,
      change: (to) => { state.prior = to; draw(); } });
    const words = WORDS.map(([word, , shown], i) => slide({ label: `“${word}” × ${shown}`, min: 0, max: MOST, step: 1,
      value: state.counts[i], change: (to) => { state.counts[i] = to; draw(); } }));

    const ladder = new Plot({ title: "log-odds z, word by word", height: 230,
      x: { label: "words read", low: 0, high: MOST * WORDS.length, ticks: [0, 3, 6, 9, 12] } });
    const curve = new Plot({ title: "probability p = σ(z)", height: 230,
      x: { label: "log-odds z", low: LOW, high: HIGH, ticks: [-10, -5, 0, 5, 10] } });
    ladder.scale({ low: LOW, high: HIGH, ticks: [-10, -5, 0, 5, 10] });
    curve.scale({ low: -0.04, high: 1.04, ticks: [0, 0.25, 0.5, 0.75, 1] });
    const zero = ladder.curve("guide"), half = curve.curve("guide"), way = ladder.curve("first");
    const steps = ladder.curve("first points"), sigma = curve.curve("second");
    const end = ladder.dot("first"), dot = curve.dot("second");
    zero.setAttribute("d", ladder.path([[0, 0], [MOST * WORDS.length, 0]]));
    half.setAttribute("d", curve.path([[LOW, 0.5], [HIGH, 0.5]]) + curve.path([[0, -0.04], [0, 1.04]]));
    sigma.setAttribute("d", curve.path(GRID.map((z) => [z, probability(z)])));
    const reading = html("p", { role: "status" });

    function draw() {
      const path = weigh(state.prior, state.counts), z = path.at(-1), p = probability(z), n = path.length - 1;
      const points = path.map((height, i) => [i, height]), odds = number(Math.exp(z), 3);
      way.setAttribute("d", ladder.path(points));
      steps.setAttribute("d", ladder.dots(points));
      ladder.move(end, n, z);
      curve.move(dot, z, p);
      ladder.name(`The log-odds begin at ${number(path[0], 3)} and are ${number(z, 3)} after ${n} words`);
      curve.name(`The sigmoid curve with the point z = ${number(z, 3)}, p = ${number(p, 3)}`);
      reading.replaceChildren(
        html("span", {}, `Odds: ${product(state.prior, state.counts)}${n ? ` = ${odds}` : ""}.`),
        html("span", {}, `Log-odds: z = ln ${odds} = ${number(z, 3)}.`),
        html("span", {}, `Probability: ${number(p, 3)}, ${side(z)}.`));
    }

    draw();
    place.append(
      html("div", {}, html("div", { class: "controls" }, prior.el, ...words.map((word) => word.el)), reading),
      html("div", {}, ladder.el, legend([["first", "evidence adds up"], ["guide", "even odds: z = 0"]]), curve.el));
    return () => code(state);
  }

  mount("evidence", fill);
  return { weigh, probability, WORDS };
})();
