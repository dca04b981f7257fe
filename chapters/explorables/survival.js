// Two or six weights, all of the size a: what the loss gains by them, what the penalty charges, and where descent ends.
// needs functions.js
"use strict";

const survival = (() => {
  const { html, mount, slide, choice, legend, decades, Plot, number } = explorable;

  // ---- The mathematics ----

  const { sigmoid, softplus } = functions;
  const TASKS = {    // half the distance between the scores of the two classes, its slope, and the number of weights
    line: {
      weights: 2,
      score: (f, a) => a * (f.value(a) - f.value(-a)) / 2,
      slope: (f, a) => (f.value(a) - f.value(-a)) / 2 + a * f.slope(a),
      limit: (f) => f.slope(0) / 2,
    },
    xor: {
      weights: 6,
      score: (f, a) => a * (2 * f.value(a) - f.value(-a) - f.value(3 * a)) / 2,
      slope: (f, a) => (2 * f.value(a) - f.value(-a) - f.value(3 * a)) / 2 + 3 * a * (f.slope(a) - f.slope(3 * a)) / 2,
      limit: () => 0,
    },
  };

  const loss = (task, name, a) => softplus.value(-TASKS[task].score(functions[name], a));
  const penalty = (task, lam, a) => lam / 2 * TASKS[task].weights * a ** 2;

  /** How hard the data pull the size a upwards, and how hard the penalty pulls it down. */
  function pulls(task, name, lam, a) {
    const { score, slope, weights } = TASKS[task], f = functions[name];
    return [sigmoid.value(-score(f, a)) * slope(f, a), lam * weights * a];
  }

  /** Where descent in small steps ends that starts at a: at the next place downhill where the pulls are equal. */
  function end(task, name, lam, a) {
    const up = (x) => { const [data, decay] = pulls(task, name, lam, x); return data > decay; };
    const way = up(a) ? 1 : -1;
    let from = a, to = a;
    do {
      from = to;
      to = Math.max(from + way * 0.01, 0);
      if (to === 0) return 0;
    } while (up(to) === (way > 0));
    for (let k = 0; k < 50; k++) {
      const middle = (from + to) / 2;
      if (up(middle) === (way > 0)) from = middle; else to = middle;
    }
    return to;
  }

  // ---- The same in Python: what the page shows on demand (live/page/scratch.js) ----

  const PYTHON = {    // each task's score and its slope
    line: ["a * (phi(a) - phi(-a)) / 2", "(phi(a) - phi(-a)) / 2 + a * phi.derivative(a)"],
    xor: ["a * (2 * phi(a) - phi(-a) - phi(3 * a)) / 2",
      `(2 * phi(a) - phi(-a) - phi(3 * a)
            + 3 * a * (phi.derivative(a) - phi.derivative(3 * a))) / 2`],
  };

  const code = ({ task, name, lam, start }) => `import matplotlib.pyplot as plt
import numpy as np

from nnlib import plotting
from nnlib.activations import sigmoid, softplus${name === "tanh" ? ", tanh" : ""}

phi, lam, weights = ${name}, ${lam}, ${TASKS[task].weights}

def score(a):    # half the distance between the scores of the two classes
    return ${PYTHON[task][0]}

def slope(a):    # of the score
    return ${PYTHON[task][1]}

def pull(a):    # upwards by the data, downwards by the penalty
    return sigmoid(-score(a)) * slope(a) - lam * weights * a

a, step = ${start}, 0.01 * np.sign(pull(${start}))
while abs(step) > 1e-9:    # downhill in small steps, in smaller ones near the end
    if pull(a + step) * step > 0:
        a += step
    else:
        step /= 2
end = round(a, 6)
${task === "line" ? 'print(f"at 0 the penalty wins from {phi.derivative(0) / 2:.3g} on")\n' : ""}print(f"from ${start}, descent ends at {end:.3g}")
print(f"the right answer then has the probability {sigmoid(score(end)):.3g}")

sizes = np.linspace(0, ${FAR}, 301)
loss, penalty = softplus(-score(sizes)), lam / 2 * weights * sizes**2
lines = {"objective J": loss + penalty, "loss L": loss, "penalty": penalty}
ax = plotting.curves(sizes, lines, xlabel="size a of the weights", ylabel="cost")
ax.set_ylim(0, ${HIGH})
plt.show()`;

  // ---- The picture ----

  const FAR = 6, HIGH = 1.5, STRONG = 0.8;
  const GRID = Array.from({ length: 301 }, (_, i) => FAR * i / 300);
  const LINES = [["first", "objective J"], ["second", "loss L"], ["third", "penalty"]];

  function fill(place) {
    const state = { task: "line", name: "sigmoid", lam: 0.2, start: 2 };
    const set = (change) => { Object.assign(state, change); draw(); };
    const task = choice({ label: "Task", options: [["line", "which side of 0"], ["xor", "XOR"]], value: state.task,
      change: (to) => set({ task: to }) });
    const activation = choice({ label: "Activation", options: ["sigmoid", "tanh"], value: state.name,
      change: (name) => set({ name }) });
    const strength = slide({ label: "Strength λ", values: decades(-2, 0), value: state.lam,
      change: (lam) => set({ lam }) });
    const begin = slide({ label: "Size at the start", min: 0.1, max: FAR, step: 0.1, value: state.start,
      change: (start) => set({ start }) });

    const x = { label: "size a of the weights", low: 0, high: FAR, ticks: [0, 1, 2, 3, 4, 5, 6] };
    const costs = new Plot({ title: "what the weights cost", height: 250, x: { ...x }, pick: begin.to });
    const forces = new Plot({ title: "how hard each side pulls", height: 220, x: { ...x }, pick: begin.to });
    costs.scale({ low: 0, high: HIGH, ticks: [0, 0.5, 1, 1.5] });
    forces.scale({ low: 0, high: STRONG, ticks: [0, 0.2, 0.4, 0.6, 0.8] });
    const curves = LINES.map(([line]) => costs.curve(line)), from = costs.dot("second"), to = costs.dot("first");
    const rest = forces.curve("guide"), data = forces.curve("second"), decay = forces.curve("third");
    const reading = html("p", { role: "status", style: "min-height: 6.4em" });

    function draw() {
      const { task: kind, name, lam, start } = state, last = end(kind, name, lam, start);
      const parts = (a) => [loss(kind, name, a), penalty(kind, lam, a)], both = (a) => parts(a)[0] + parts(a)[1];
      [both, (a) => parts(a)[0], (a) => parts(a)[1]].forEach((f, i) => {
        curves[i].setAttribute("d", costs.path(GRID.map((a) => [a, f(a)])));
      });
      const pull = (i) => forces.path(GRID.map((a) => [a, pulls(kind, name, lam, a)[i]]));
      data.setAttribute("d", pull(0));
      decay.setAttribute("d", pull(1));
      rest.setAttribute("d", forces.path([[last, 0], [last, STRONG]]));
      costs.move(from, start, Math.min(both(start), HIGH));
      costs.move(to, last, both(last));
      const limit = TASKS[kind].limit(functions[name]), right = sigmoid.value(TASKS[kind].score(functions[name], last));
      const which = `${name}, λ = ${number(lam, 3)}, ${state.task === "xor" ? "XOR" : "two points"}`;
      costs.name(`Loss, penalty and their sum, ${which}; descent from ${number(start, 3)} ends at ${number(last, 3)}`);
      forces.name(`The pull of the data and that of the penalty, ${which}; descent ends at ${number(last, 3)}`);
      reading.replaceChildren(
        html("span", {}, `At 0, the penalty wins from λ = ${number(limit, 3)} on; here λ = ${number(lam, 3)}.`),
        html("span", {}, `From ${number(start, 3)}, descent ends at ${number(last, 3)}: ${last ? "alive" : "dead"}.`),
        html("span", {}, `The right answer then has the probability ${number(right, 3)}.`));
    }

    draw();
    place.append(
      html("div", {}, html("div", { class: "controls" }, task.el, activation.el, strength.el, begin.el), reading),
      html("div", {}, costs.el, legend(LINES), forces.el,
        legend([["second", "pull of the data"], ["third", "pull of the penalty"]])));
    return () => code(state);
  }

  mount("survival", fill);
  return { loss, penalty, pulls, end };
})();
