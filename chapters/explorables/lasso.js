// Two weights, a loss and a penalty: where the solution lands, and when a weight becomes exactly zero.
"use strict";

const lasso = (() => {
  const { html, svg, mount, slide, choice, legend, ticks, Plot, number } = explorable;

  // ---- The mathematics: the minimum of (w - w*)^T H (w - w*) / 2 + strength * penalty(w) ----

  const { abs, cos, hypot, max, min, sign, sin, sqrt, PI } = Math;

  /** How much of a penalty is ||w||_1; the rest is ||w||^2 / 2. */
  const RATIO = { "L1": 1, "elastic net": 0.5, "L2": 0 };

  /** The upper half of H: curvature 1 along w1 and h along w2, and a correlation r between them. */
  const hessian = ({ curvature: h, correlation: r }) => [1, r * sqrt(h), h];

  const times = ([a, b, d], [x, y]) => [a * x + b * y, b * x + d * y];
  const solve = ([a, b, d], [x, y]) => [(d * x - b * y) / (a * d - b * b), (a * y - b * x) / (a * d - b * b)];

  function loss(problem, w) {
    const away = w.map((x, i) => x - problem.optimum[i]), pull = times(hessian(problem), away);
    return (away[0] * pull[0] + away[1] * pull[1]) / 2;
  }
  const penalty = (ratio, [x, y]) => ratio * (abs(x) + abs(y)) + (1 - ratio) * (x * x + y * y) / 2;

  /** Exact: the fewest weights that satisfy the optimality conditions; both are zero, one, or none. */
  function solution(problem, strength = problem.strength) {
    const ratio = RATIO[problem.penalty], l1 = strength * ratio, l2 = strength * (1 - ratio), H = hessian(problem);
    const [c1, c2] = times(H, problem.optimum), [a, b, d] = [H[0] + l2, H[1], H[2] + l2];
    const soft = (x) => x - min(max(x, -l1), l1);
    if (abs(c1) <= l1 && abs(c2) <= l1) return [0, 0];
    const [first, second] = [soft(c1) / a, soft(c2) / d];
    if (abs(c2 - b * first) <= l1) return [first, 0];
    if (abs(c1 - b * second) <= l1) return [0, second];
    const signs = [[1, 1], [1, -1], [-1, 1], [-1, -1]];
    const tries = signs.map(([s, t]) => [s, t, ...solve([a, b, d], [c1 - l1 * s, c2 - l1 * t])]);
    const [, , x, y] = tries.reduce((best, now) => {
      const right = ([s, t, x, y]) => min(s * x, t * y);    // above 0 where the signs are the ones assumed
      return right(now) > right(best) ? now : best;
    });
    return [x, y];
  }

  /** For each weight the strength from which on it is exactly zero; Infinity if it never is. */
  function zeros(problem) {
    const ratio = RATIO[problem.penalty], all = max(...times(hessian(problem), problem.optimum).map(abs)) / ratio;
    return [0, 1].map((i) => {
      if (ratio === 0) return Infinity;
      let k = 400;
      while (k > 0 && solution(problem, all * (k - 1) / 400)[i] === 0) k -= 1;
      if (k === 0) return 0;
      let [low, high] = [all * (k - 1) / 400, all * k / 400];
      for (let halvings = 0; halvings < 50; halvings++) {
        const middle = (low + high) / 2;
        if (solution(problem, middle)[i] === 0) high = middle;
        else low = middle;
      }
      return high;
    });
  }

  // ---- In words ----

  const NAMES = ["w₁", "w₂"];
  const point = (w) => `(${w.map((x) => number(x, 3)).join(", ")})`;

  function remark(problem) {
    const w = solution(problem), at = `With λ = ${number(problem.strength, 3)} the solution is ${point(w)}`;
    if (hypot(...problem.optimum) === 0) return `${at}: the optimum is zero already.`;
    if (problem.strength === 0) return `${at}: without a penalty it is the optimum w*.`;
    const gone = NAMES.filter((_, i) => w[i] === 0), from = zeros(problem);
    if (problem.penalty === "L2") {
      if (!gone.length) return `${at}. As λ grows, L2 makes the vector shorter, and keeps no weight at zero.`;
      const always = problem.optimum[NAMES.indexOf(gone[0])] === 0;
      return `${at}: ${gone[0]} is zero ${always ? "without a penalty, too" : "by coincidence, at this λ alone"}.`;
    }
    const exactly = gone.length === 2 ? "both weights are exactly zero"
      : gone.length ? `${gone[0]} is exactly zero` : "no weight is zero";
    const [i, k] = from[0] < from[1] ? [0, 1] : [1, 0], on = (j) => `from λ = ${number(from[j], 3)} on`;
    return `${at}: ${exactly}. ${NAMES[i]} stays exactly zero ${on(i)}, ${NAMES[k]} ${on(k)}.`;
  }

  // ---- The same in Python: what the page shows on demand (live/page/scratch.js) ----

  const BUILD = { "L1": (l) => `L1(${l})`, "elastic net": (l) => `ElasticNet(${l}, 0.5)`, "L2": (l) => `L2(${l})` };

  const code = ({ optimum, curvature, correlation, penalty, strength }) => `import numpy as np

from nnlib.descent import coordinate_descent
from nnlib.penalties import ${BUILD[penalty]("").split("(")[0]}

curvature, correlation = ${curvature}, ${correlation}
mixed = correlation * np.sqrt(curvature)
H = np.array([[1, mixed], [mixed, curvature]])
X = np.sqrt(2) * np.linalg.cholesky(H).T    # so that X^T X / 2 is H
y = X @ [${optimum.join(", ")}]

w = coordinate_descent(X, y, ${BUILD[penalty](strength)}).round(9)
print(f"the solution is ({w[0]:.3g}, {w[1]:.3g})")`;

  // ---- The picture ----

  const REACH = 2, STRONGEST = 2, STEPS = 400, RINGS = 9;
  const CIRCLE = Array.from({ length: 361 }, (_, i) => [cos(PI * i / 180), sin(PI * i / 180)]);

  /** The level line of the loss on which it is `level`. */
  function ring(problem, level) {
    const [a, b, d] = hessian(problem), long = sqrt(2 * level), [x, y] = problem.optimum;
    return CIRCLE.map(([c, s]) => {    // H = R^T R with R = [[sqrt(a), b / sqrt(a)], [0, sqrt(d - b^2 / a)]]
      const up = long * s / sqrt(d - b * b / a);
      return [x + (long * c - b * up / sqrt(a)) / sqrt(a), y + up];
    });
  }

  /** The level line of the penalty: a diamond, a disk, or something between. */
  function border(ratio, level) {
    return CIRCLE.map(([c, s]) => {
      const straight = ratio * (abs(c) + abs(s)), round = 1 - ratio;    // straight * r + round * r^2 / 2 = level
      const r = level && 2 * level / (straight + sqrt(straight * straight + 2 * round * level));
      return [r * c, r * s];
    });
  }

  function fill(place) {
    const state = { optimum: [1.2, 0.4], curvature: 1, correlation: 0.4, penalty: "L1", strength: 0.6 };
    const set = (change) => { Object.assign(state, change); draw(); };
    const two = (x) => x.toFixed(2).replace("-", "\u2212");

    const kind = choice({ label: "Penalty", change: (to) => set({ penalty: to }),
      options: ["L1", ["elastic net", "elastic net, half and half"], "L2"] });
    const strength = slide({ label: "Strength λ", min: 0, max: STRONGEST, step: 0.02, value: state.strength,
      show: two, change: (to) => set({ strength: to }) });
    const optimum = NAMES.map((name, i) => slide({ label: `Optimum ${name}*`, min: -1.8, max: 1.8, step: 0.05,
      value: state.optimum[i], show: two, change: (to) => set({ optimum: state.optimum.with(i, to) }) }));
    const curvature = slide({ label: "Curvature along w₂", min: 0.2, max: 2, step: 0.05, value: state.curvature,
      show: two, change: (to) => set({ curvature: to }) });
    const correlation = slide({ label: "Correlation", min: -0.9, max: 0.9, step: 0.05, value: state.correlation,
      show: two, change: (to) => set({ correlation: to }) });

    const at = { low: -REACH, high: REACH, ticks: [-2, -1, 0, 1, 2] };
    const plane = new Plot({ title: "loss, penalty and solution", plane: true, handle: "w*", x: { label: "w₁", ...at },
      y: "w₂", pick: (x, y) => { optimum[0].to(x); optimum[1].to(y); } });
    plane.scale(at);
    const path = new Plot({ title: "the solution's weights", height: 290, pick: strength.to,
      x: { label: "λ", low: 0, high: STRONGEST, ticks: [0, 0.5, 1, 1.5, 2] } });

    const rings = Array.from({ length: RINGS }, () => plane.curve("level"));
    const lines = { penalty: plane.curve("second area"), loss: plane.curve("first"), way: plane.curve("third"),
      now: path.curve("guide"), w1: path.curve("fourth"), w2: path.curve("fifth") };
    for (const ends of [[[-REACH, 0], [REACH, 0]], [[0, -REACH], [0, REACH]]]) {
      plane.area.prepend(svg("path", { class: "axis", d: plane.path(ends) }));
    }
    const dots = { both: plane.dot(), w1: path.dot(), w2: path.dot() };
    const reading = html("p", { role: "status" });

    function draw() {
      const w = solution(state), ratio = RATIO[state.penalty], level = loss(state, w);
      const strengths = Array.from({ length: STEPS + 1 }, (_, i) => STRONGEST * i / STEPS);
      const far = Array.from({ length: STEPS }, (_, i) => STRONGEST + 0.02 * i ** 2);    // on to zero, or nearly
      const way = [...strengths, ...far].map((to) => solution(state, to));

      rings.forEach((el, i) => el.setAttribute("d", plane.path(ring(state, 0.048 * (i + 1) ** 2))));
      lines.loss.setAttribute("d", plane.path(ring(state, level)));
      lines.penalty.setAttribute("d", plane.path(border(ratio, penalty(ratio, w))));
      lines.way.setAttribute("d", plane.path(way));
      plane.move(plane.handle, ...state.optimum);
      plane.move(dots.both, ...w);

      const seen = way.slice(0, STEPS + 1).flat(), low = min(0, ...seen) - 0.1, high = max(0, ...seen) + 0.1;
      path.scale({ low, high, ticks: ticks(low, high, 5) });
      lines.now.setAttribute("d", path.path([[state.strength, low], [state.strength, high]]));
      [0, 1].forEach((i) => {
        lines[`w${i + 1}`].setAttribute("d", path.path(strengths.map((to, k) => [to, way[k][i]])));
        path.move(dots[`w${i + 1}`], state.strength, w[i]);
      });

      const words = `${state.penalty} with λ = ${number(state.strength, 3)}`;
      plane.name(`Level lines of the loss around the optimum ${point(state.optimum)}, and the level line of the ` +
        `penalty that touches one of them at the solution ${point(w)}: ${words}`);
      path.name(`The solution's two weights for λ from 0 to ${STRONGEST}, ${words} marked`);
      reading.textContent = remark(state);
    }

    draw();
    place.append(
      html("div", {}, html("div", { class: "controls" }, kind.el, strength.el), plane.el,
        legend([["first", "loss as at the solution"], ["second", "penalty as at the solution"],
          ["third", "solutions as λ grows"]]), reading),
      html("div", {}, html("div", { class: "controls" }, ...optimum.map((o) => o.el), curvature.el, correlation.el),
        path.el, legend([["fourth", "w₁"], ["fifth", "w₂"]])));
    return () => code(state);
  }

  mount("lasso", fill);
  return { solution, zeros, loss, penalty, RATIO };
})();
