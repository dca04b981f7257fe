// Two optimisers go down the same surface from the same start: their paths, and their losses.
"use strict";

const descent = (() => {
  const { html, svg, mount, slide, choice, player, legend, decades, Plot, number, power, table, contour } = explorable;

  // ---- The mathematics: nnlib/objectives.py and nnlib/optimizers.py (tests/test_explorables.py compares them) ----

  const { abs, atan2, cos, hypot, max, min, PI, sin, sqrt } = Math;

  /** theta -> [value, gradient], as in nnlib. The quadratic takes its second derivatives: along x, mixed, along y. */
  const quadratic = ([a, b, c]) => ([x, y]) => {
    const g = [a * x + b * y, b * x + c * y];
    return [(x * g[0] + y * g[1]) / 2, g];
  };

  /** The second derivatives of a valley with the curvatures 1 and kappa, its flat direction turned by so many degrees. */
  function hessian(kappa, turn) {
    const [c, s] = [cos(turn * PI / 180), sin(turn * PI / 180)];
    return [c * c + kappa * s * s, (1 - kappa) * c * s, s * s + kappa * c * c];
  }

  function rosenbrock([x, y]) {
    const bend = y - x * x;
    return [(1 - x) ** 2 + 100 * bend ** 2, [-2 * (1 - x) - 400 * x * bend, 200 * bend]];
  }

  function beale([x, y]) {
    const rests = [1.5, 2.25, 2.625].map((c, i) => c - x + x * y ** (i + 1));
    const sum = (term) => rests.reduce((total, r, i) => total + term(r, i + 1), 0);
    return [sum((r) => r * r), [sum((r, i) => 2 * r * (y ** i - 1)), sum((r, i) => 2 * r * x * i * y ** (i - 1))]];
  }

  /** One parameter's step, from its gradient g and its memory `my`; `beta` is the rule's coefficient, t the step. */
  const average = (old, beta, now) => old * beta + now * (1 - beta);
  const rules = {
    SGD: { step: (my, g, rate) => rate * g },
    Momentum: {
      coefficient: ["β", 0.9],
      step(my, g, rate, beta) { my.v = beta * my.v + g; return rate * my.v; },
    },
    Nesterov: {
      coefficient: ["β", 0.9],
      step(my, g, rate, beta) { my.v = beta * my.v + g; return rate * (g + beta * my.v); },
    },
    AdaGrad: { step(my, g, rate) { my.v += g * g; return rate * (g / (sqrt(my.v) + 1e-10)); } },
    RMSProp: {
      coefficient: ["ρ", 0.99],
      step(my, g, rate, rho) { my.v = average(my.v, rho, g * g); return rate * (g / (sqrt(my.v) + 1e-8)); },
    },
    Adam: {
      coefficient: ["β₁", 0.9],
      step(my, g, rate, beta, t) {
        my.m = average(my.m, beta, g);
        my.v = average(my.v, 0.999, g * g);
        const mHat = my.m / (1 - beta ** t), vHat = my.v / (1 - 0.999 ** t);
        return rate * (mHat / (sqrt(vHat) + 1e-8));
      },
    },
  };

  const FLAT = 1e-6, FAR = 1000;

  /** As nnlib.descent.minimize: it ends after so many steps, where the gradient is at most FLAT, or beyond FAR. */
  function descend(f, rule, { rate, beta }, start, steps) {
    const memory = start.map(() => ({ m: 0, v: 0 })), thetas = [], values = [], run = { thetas, values };
    for (let theta = start, t = 0; ; t++) {
      const [value, g] = f(theta);
      if (![value, ...theta, ...g].every(Number.isFinite)) return { ...run, end: "diverged" };
      thetas.push(theta);
      values.push(value);
      if (max(...theta.map(abs)) > FAR) return { ...run, end: "diverged" };
      if (hypot(...g) <= FLAT) return { ...run, end: "flat" };
      if (t === steps) return { ...run, end: "going" };
      theta = theta.map((x, i) => x - rules[rule].step(memory[i], g[i], rate, beta, t + 1));
    }
  }

  // ---- Surfaces: where to look, start and arrive, how far and how fast to go, and where the level lines are ----

  const squares = (high, n) => Array.from({ length: n }, (_, i) => high * ((i + 1) / n) ** 2);
  const powers = (low, high, n) => Array.from({ length: n }, (_, i) => low * (high / low) ** (i / (n - 1)));
  const surfaces = {
    quadratic: { f: (kappa, turn) => quadratic(hessian(kappa, turn)), x: [-3, 3], y: [-3, 3], start: [-2.5, 1], minimum: [0, 0],
      steps: 100, rate: 0.08, levels: (kappa) => squares(4.5 * (1 + kappa), 14) },
    rosenbrock: { f: () => rosenbrock, x: [-2, 2], y: [-1, 3], start: [-1.5, 2], minimum: [1, 1],
      steps: 1000, rate: 0.001, levels: () => powers(0.5, 2500, 13) },
    beale: { f: () => beale, x: [-4.5, 4.5], y: [-4.5, 4.5], start: [1, 1.5], minimum: [3, 0.5],
      steps: 400, rate: 0.01, levels: () => powers(0.3, 1e5, 14) },
    saddle: { f: () => quadratic([1, 0, -1]), x: [-2, 2], y: [-2, 2], start: [-1.5, 0.05],
      steps: 100, rate: 0.1, levels: () => Array.from({ length: 15 }, (_, i) => (i - 7) / 4) },
  };

  /** AdaGrad, RMSProp and Adam begin with steps of about the rate's length, whatever the gradient's. */
  const usual = (rule, surface) => (["AdaGrad", "RMSProp", "Adam"].includes(rule) ? 0.1 : surfaces[surface].rate);

  // ---- In words ----

  const RULES = { SGD: "gradient descent", Momentum: "momentum", Nesterov: "Nesterov", AdaGrad: "AdaGrad",
    RMSProp: "RMSProp", Adam: "Adam" };
  const ORDER = ["First", "Second"], KINDS = ["first", "second"];
  const point = (theta) => `(${theta.map((x) => number(abs(x) < 5e-4 ? 0 : x, 3)).join(", ")})`;

  /** What has happened within so many steps, on a surface that has a minimum or falls without end. */
  function remark({ thetas, values, end }, steps, minimum) {
    const last = thetas.length - 1, t = min(steps, last), after = `after ${t} step${t === 1 ? "" : "s"}`;
    if (end === "going" || steps < last) return `still going ${after}, loss ${number(values[t], 3)}`;
    if (end === "diverged") return minimum ? `diverged ${after}` : `gone ${after}: this surface falls without end`;
    if (!minimum || values[t] > 1e-6) return `at rest ${after} at ${point(thetas[t])}, which is no minimum`;
    return `converged ${after} to ${point(thetas[t])}`;
  }

  // ---- The same in Python: what the page shows on demand (live/page/scratch.js) ----

  function code({ surface, kappa, turn, start, steps, runs }) {
    const [along, mixed, up] = surface === "saddle" ? [1, 0, -1] : hessian(kappa, turn);
    const used = runs.filter(({ rule }) => rule !== "none"), names = [...new Set(used.map(({ rule }) => rule))].sort();
    const valley = mixed ? `[[${along}, ${mixed}],\n               [${mixed}, ${up}]]` : `[${along}, ${up}]`;
    const build = ({ rule, rate, beta }) => `${rule}(${rate}${rules[rule].coefficient ? `, ${beta}` : ""})`;
    const f = surface in { quadratic: 1, saddle: 1 } ? "quadratic" : surface, { x, y } = surfaces[surface];
    return `import matplotlib.pyplot as plt

from nnlib import plotting
from nnlib.descent import minimize
from nnlib.objectives import ${f}
from nnlib.optimizers import ${names.join(", ")}

f = ${f === "quadratic" ? `quadratic(${valley})` : f}
ax = plotting.contours(f, (${x.join(", ")}), (${y.join(", ")}), xlabel="x", ylabel="y")
for optimizer in [${used.map(build).join(", ")}]:
    way = minimize(f, [${start.join(", ")}], optimizer, ${steps}, tolerance=${FLAT})
    x, y = way.thetas[-1]
    print(f"{type(optimizer).__name__}: {len(way.thetas) - 1} steps, "
          f"to ({x:.3g}, {y:.3g}), loss {way.values[-1]:.3g}")
    plotting.path(way.thetas, ax)
plt.show()`;
  }

  // ---- The picture ----

  const LOWEST = -12, HIGHEST = 4;
  const NARROW = 0.28;    // half the width of the ellipse that is dragged by its tip

  function fill(place) {
    const state = { surface: "quadratic", kappa: 20, turn: 0, start: surfaces.quadratic.start, steps: 25,
      runs: [{ rule: "SGD", rate: 0.08, beta: 0.9 }, { rule: "Momentum", rate: 0.08, beta: 0.5 }] };
    const set = (change) => { Object.assign(state, change); draw(); };
    const here = () => surfaces[state.surface], f = () => here().f(state.kappa, state.turn);

    const surface = choice({ label: "Surface", options: Object.keys(surfaces), change(to) {
      Object.assign(state, { surface: to, start: here().start, steps: here().steps / 4 });
      survey();
      for (const slider of [kappa, turn]) slider.enable(to === "quadratic");
      start.forEach((slider, i) => { slider.range(...here()["xy"[i]]); slider.to(here().start[i]); });
      steps.range(0, here().steps);
      steps.to(here().steps / 4);
      runs.forEach((run, i) => run.rate.to(usual(state.runs[i].rule, to)));
    } });
    const kappa = slide({ label: "Condition κ", values: decades(0, 2), value: state.kappa, show: (x) => number(x, 3),
      change: (to) => { state.kappa = to; survey(); } });
    const turn = slide({ label: "Turned by, degrees", min: -90, max: 90, step: 1, value: state.turn,
      show: (x) => number(x, 3), change: (to) => { state.turn = to; survey(); } });
    const start = ["x", "y"].map((name, i) => slide({ label: `Start ${name}`, min: -3, max: 3, step: 0.05,
      value: state.start[i], show: (x) => number(x, 3), change: (to) => set({ start: state.start.with(i, to) }) }));
    const steps = slide({ label: "Steps", min: 0, max: here().steps, step: 1, value: state.steps, show: String,
      change: (to) => set({ steps: to }) });

    const runs = state.runs.map((run, i) => {
      const change = (key) => (to) => { run[key] = to; draw(); };
      const rate = slide({ label: "Learning rate", values: decades(-4, 0), value: run.rate, change: change("rate") });
      const beta = slide({ label: "β", min: 0, max: 0.99, step: 0.01, value: run.beta, change: change("beta") });
      const rule = choice({ label: ORDER[i], value: run.rule, change(to) {
        const before = run.rule, [name, value] = rules[to]?.coefficient ?? ["β", run.beta];
        run.rule = to;
        rate.enable(rules[to]);
        beta.enable(rules[to]?.coefficient);
        beta.rename(name);
        beta.to(value);
        if (usual(before, state.surface) !== usual(to, state.surface)) rate.to(usual(to, state.surface));
      }, options: [...Object.entries(RULES), ...(i ? [["none", "none"]] : [])] });
      rule.el.prepend(legend([[KINDS[i], ""]]));
      beta.enable(rules[run.rule].coefficient);
      return { rate, el: html("div", { class: "controls", role: "group", "aria-label": `${ORDER[i]} optimiser` },
        rule.el, rate.el, beta.el) };
    });

    const play = player(steps, { at: () => state.steps, last: () => here().steps,
      quiet: () => reading });

    const plane = new Plot({ title: "the ways down", plane: true, handle: "start", x: { label: "x" }, y: "y",
      pick: (...to) => to.forEach((x, i) => start[i].to(x)) });
    const losses = new Plot({ title: "loss", height: 290, pick: steps.to, x: { label: "step" } });

    const tip = plane.grip("tip", (x, y) => {
      const degrees = atan2(y, x) * 180 / PI;
      kappa.to(min(max((hypot(x, y) / NARROW) ** 2, 1), 100));
      turn.to(degrees - 180 * Math.round(degrees / 180));    // the other tip will do, too
    });
    const levels = Array.from({ length: 15 }, () => plane.curve("level")), ellipse = plane.curve("ellipse"), now = losses.curve("guide");
    const goal = plane.front.appendChild(svg("path", { class: "goal", d: "M-5 -5L5 5M-5 5L5 -5" }));
    const ways = KINDS.map((kind) => ({ line: plane.curve(kind), points: plane.curve(`${kind} points`),
      loss: losses.curve(kind), dot: plane.area.appendChild(plane.dot(kind)) }));
    const reading = html("p", { role: "status", style: "min-height: 8em" });

    /** Another surface: its axes and its level lines. */
    function survey() {
      const { x, y, minimum, steps, levels: at } = here(), marks = [-4, -3, -2, -1, 0, 1, 2, 3, 4];
      const axis = ([low, high]) => ({ low, high, ticks: marks.filter((t) => t >= low && t <= high) });
      plane.scale({ ...axis(y), x: axis(x) });
      const count = { low: 0, high: steps, ticks: [0, 1, 2, 3, 4].map((i) => i * steps / 4) };
      losses.scale(minimum
        ? { x: count, low: LOWEST, high: HIGHEST, ticks: [-12, -8, -4, 0, 4], show: (e) => (e ? power(e) : "1") }
        : { x: count, low: -2, high: 2, ticks: [-2, -1, 0, 1, 2] });

      const bent = minimum ? sqrt : (height) => height;    // straight lines fit the root of a valley's height better
      const heights = table((theta) => bent(f()(theta)[0]), here()), chosen = at(state.kappa);
      levels.forEach((el, i) => {
        const pieces = i < chosen.length ? contour(heights, bent(chosen[i])) : [];
        el.setAttribute("d", pieces.map((piece) => plane.path(piece)).join(""));
        el.setAttribute("data-value", chosen[i]);
      });
      goal.style.display = minimum ? "" : "none";
      if (minimum) plane.move(goal, ...minimum);

      const valley = state.surface === "quadratic", long = NARROW * sqrt(state.kappa), angle = state.turn * PI / 180;
      const around = (t) => [long * cos(t) * cos(angle) - NARROW * sin(t) * sin(angle),
        long * cos(t) * sin(angle) + NARROW * sin(t) * cos(angle)];
      if (!valley) tip.remove();
      else if (!tip.isConnected) plane.front.append(tip);    // not anew while it is dragged
      ellipse.setAttribute("d", valley ? plane.path(Array.from({ length: 73 }, (_, i) => around(i * PI / 36))) : "");
      plane.move(tip, ...around(0));
      draw();
    }

    function draw() {
      const { minimum, steps } = here(), said = [];
      ways.forEach(({ line, points, loss, dot }, i) => {
        const run = state.runs[i], off = run.rule === "none";
        const way = off ? { thetas: [], values: [] } : descend(f(), run.rule, run, state.start, steps);
        const seen = way.thetas.slice(0, state.steps + 1);
        line.setAttribute("d", plane.path(seen));
        points.setAttribute("d", plane.dots(seen));
        loss.setAttribute("d", losses.path(way.values.map((v, t) => [t, minimum ? Math.log10(v) : v])));
        dot.style.display = off ? "none" : "";
        if (off) return;
        plane.move(dot, ...seen.at(-1));
        said.push(`${ORDER[i]}, ${RULES[run.rule]}: ${remark(way, state.steps, minimum)}.`);
      });
      now.setAttribute("d", losses.path([[state.steps, losses.y.low], [state.steps, losses.y.high]]));
      plane.move(plane.handle, ...state.start);

      let what = state.surface;
      if (what === "quadratic") {
        const [along, mixed, up] = hessian(state.kappa, state.turn).map((h) => number(abs(h) < 5e-4 ? 0 : h, 3));
        said.push(`Second derivatives: ${along} along x, ${up} along y, ${mixed} mixed.`);
        what += ` with κ = ${number(state.kappa, 3)}, turned by ${number(state.turn, 3)} degrees`;
      }
      plane.name(`Level lines of the ${what}, and the ways of the optimisers from ${point(state.start)}`);
      const scaled = minimum ? ", on a logarithmic axis" : "";
      losses.name(`The loss against the number of steps, from 0 to ${steps}, ${state.steps} marked${scaled}`);
      reading.replaceChildren(...said.map((words) => html("span", {}, words)));
    }

    survey();
    place.append(
      html("div", {}, html("div", { class: "controls" }, surface.el, kappa.el, turn.el, ...start.map((slider) => slider.el)),
        plane.el, html("div", { class: "controls" }, play.el, steps.el)),
      html("div", {}, ...runs.map((run) => run.el), losses.el, reading));
    return () => code(state);
  }

  mount("descent", fill);
  return { surfaces, rules, descend };
})();
