// The sigmoid as printed, in four number formats: where it becomes 1, what is left of 1 - sigma(z), where sigma(-z) dies.
"use strict";

const floats = (() => {
  const { html, mount, slide, choice, button, legend, ticks, Plot, number, power } = explorable;

  // ---- The mathematics ----

  const { abs, exp, floor, log, log10, log1p, log2, max, min, LN2 } = Math;

  // `digits` binary digits; the smallest number above 0 is 2^low; z is drawn up to `far`.
  const FORMATS = {
    float64: { digits: 53, low: -1074, far: 800 },
    float32: { digits: 24, low: -149, far: 120 },
    float16: { digits: 11, low: -24, far: 20 },
    bfloat16: { digits: 8, low: -133, far: 110 },
  };

  /** The nearest number of the format, the even one of two; x is positive and not above the largest. */
  function round(x, { digits, low }) {
    if (x === 0 || digits === 53) return x;    // JavaScript's own numbers
    let exponent = floor(log2(x));
    if (2 ** exponent > x) exponent -= 1;
    const unit = 2 ** max(exponent - digits + 1, low), units = x / unit, down = floor(units), rest = units - down;
    return unit * (rest > 0.5 || (rest === 0.5 && down % 2) ? down + 1 : down);
  }

  /** 1 / (1 + exp(-z)) and exp(-z) / (1 + exp(-z)) for z >= 0, rounded after each operation. */
  function program(z, format) {
    const e = round(exp(-z), format), sum = round(1 + e, format);
    return { right: round(1 / sum, format), left: round(e / sum, format) };
  }

  /** sigma(-z) = 1 - sigma(z) for z >= 0, and its logarithm to base 10. */
  const exact = (z) => exp(-z) / (1 + exp(-z)), exponent = (z) => -(z + log1p(exp(-z))) / log(10);

  /** How many decimal digits of `found` are right, at most as many as the format has. */
  function good(found, truth, { digits }) {
    const most = digits * log10(2);
    return truth === 0 ? 0 : min(max(-log10(abs(found - truth) / truth), 0), most);
  }

  // ---- The same in Python: what the page shows on demand (live/page/scratch.js) ----

  const BFLOAT16 = `def number(x):
    """NumPy has no bfloat16: the nearest number of eight binary digits."""
    mantissa, exponent = np.frexp(x)
    return np.ldexp(np.round(mantissa * 2**8), exponent - 8)`;

  const code = ({ name, z }) => `import numpy as np

${name === "bfloat16" ? BFLOAT16 : `number = np.${name}`}

score = ${z}
e = number(np.exp(-score))
total = number(1 + e)
right, left = number(1 / total), number(e / total)
print(f"1 - sigma(z) gives {1 - right:.3g}, sigma(-z) gives {left:.3g}")
print("sigma(z) is exactly 1" if right == 1 else "sigma(z) is below 1")`;

  // ---- The picture ----

  const VALUES = [...Array.from({ length: 501 }, (_, i) => i / 10), ...Array.from({ length: 750 }, (_, i) => 51 + i)];
  const GAPS = 16;    // of them are drawn below 1

  function fill(place) {
    const state = { name: "float64", z: 35 };
    const set = (change) => { Object.assign(state, change); draw(); };
    const name = choice({ label: "Format", options: Object.keys(FORMATS), change: (to) => set({ name: to }) });
    const z = slide({ label: "Score z", values: VALUES, value: state.z, show: (x) => number(x, 3),
      change: (to) => set({ z: to }) });
    const seek = (words, found) => button(words, () => {
      const format = FORMATS[state.name];
      z.to(VALUES.find((value) => found(program(value, format), value, format)));
    });
    const buttons = [
      seek("1 − σ(z) lost half", (seen, value, { digits }) => value >= digits * LN2 / 2),
      seek("σ(z) is 1", ({ right }) => right === 1), seek("σ(−z) is 0", ({ left }) => left === 0)];

    const one = new Plot({ title: "near 1: how many gaps below it", height: 240, pick: z.to,
      x: { label: "score z", low: 0, high: 1, ticks: [] } });
    const nought = new Plot({ title: "near 0: σ(−z) by powers of ten", height: 240, pick: z.to,
      x: { label: "score z", low: 0, high: 1, ticks: [] } });
    const lines = { exact: one.curve("first"), program: one.curve("second"),
      tail: nought.curve("first"), stored: nought.curve("second"), least: nought.curve("guide") };
    const dots = { exact: one.dot("first"), program: one.dot("second"), stored: nought.dot("second") };
    const reading = html("p", { role: "status", style: "min-height: 6.4em" });

    function axes({ digits, low, far }) {
      const edge = digits * LN2, [from, to] = [floor(edge - 3), Math.ceil(edge + 1)];
      one.scale({ low: -0.6, high: GAPS, ticks: [0, 2, 4, 6, 8, 10, 12, 14, 16],
        x: { low: from, high: to, ticks: ticks(from, to, 6) } });
      const least = low * log10(2), at = ticks(least, 0, 5);
      nought.scale({ low: 1.08 * least, high: 0.02 * -least, ticks: at, show: (k) => (k ? power(k) : "1"),
        x: { low: 0, high: far, ticks: ticks(0, far, 6) } });
      return { from, to, least };
    }

    function draw() {
      const format = FORMATS[state.name], { digits, far } = format, { from, to, least } = axes(format);
      const gaps = (distance) => distance * 2 ** digits, between = (low, high, n) =>
        Array.from({ length: n + 1 }, (_, i) => low + (high - low) * i / n);
      const near = between(from, to, 800), wide = between(0, far, 800);
      lines.exact.setAttribute("d", one.path(near.map((x) => [x, gaps(exact(x))])));
      lines.program.setAttribute("d", one.path(near.map((x) => [x, gaps(1 - program(x, format).right)])));
      lines.tail.setAttribute("d", nought.path(wide.map((x) => [x, exponent(x)])));
      const alive = wide.map((x) => [x, program(x, format).left]).filter(([, left]) => left > 0);
      lines.stored.setAttribute("d", nought.path(alive.map(([x, left]) => [x, log10(left)])));
      lines.least.setAttribute("d", nought.path([[0, least], [far, least]]));

      const { right, left } = program(state.z, format), truth = exact(state.z), rest = 1 - right;
      const put = (plot, el, y, shown) => {
        el.style.display = shown ? "" : "none";
        plot.move(el, state.z, y);
      };
      const inside = state.z >= from && state.z <= to;
      put(one, dots.exact, gaps(truth), inside && gaps(truth) <= GAPS);
      put(one, dots.program, gaps(rest), inside && gaps(rest) <= GAPS);
      put(nought, dots.stored, left > 0 ? log10(left) : 0, left > 0 && state.z <= far);

      const at = `${state.name}, z = ${number(state.z, 3)}`, most = number(digits * log10(2), 2);
      const stand = rest ? `${number(gaps(rest), 3)} gaps below 1` : "exactly 1";
      const tail = !left ? "0: it has died" : left < 2 ** (format.low + digits - 1) ?
        `${number(left, 3)}: it is losing digits` : `${number(left, 3)}, all its digits`;
      one.name(`How many gaps below 1 the sigmoid lies, exactly and as computed; ${at}: computed ${stand}`);
      nought.name(`The sigmoid of minus z on a logarithmic axis, exactly and as stored; ${at}: ${tail}`);
      reading.replaceChildren(
        html("span", {}, `${at}: σ(z) is stored as ${stand}; the true value lies ${number(gaps(truth), 3)} below.`),
        html("span", {}, `1 − σ(z) gives ${number(rest, 3)}: of ${most} digits, ` +
          `${number(good(rest, truth, format), 2)} are right.`),
        html("span", {}, `σ(−z) gives ${tail}.`));
    }

    draw();
    place.append(
      html("div", {}, html("div", { class: "controls" }, name.el, z.el), one.el,
        legend([["first", "exactly"], ["second", "as computed"]]),
        html("div", { class: "controls" }, ...buttons.map((b) => b.el))),
      html("div", {}, nought.el, legend([["guide", "the smallest number above 0"]]), reading));
    return () => code(state);
  }

  mount("floats", fill);
  return { FORMATS, round, program, exact, exponent, good, VALUES };
})();
