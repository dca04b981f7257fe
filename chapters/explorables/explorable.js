// What all explorables share: a place on the page, labelled controls, axes drawn as SVG, and numbers in words.
// A plain script, not a module, so that it also runs from file://; _ext/explorables.py says how it gets onto a page.
"use strict";

const explorable = (() => {
  const build = (create) => (tag, attributes = {}, ...children) => {
    const el = create(tag);
    for (const [key, value] of Object.entries(attributes)) el.setAttribute(key, value);
    el.append(...children);
    return el;
  };
  const html = build((tag) => document.createElement(tag));
  const svg = build((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));

  /** Fill every figure of this name; the still picture in it is then shown in print only. If `fill` fails, it stays. */
  function mount(name, fill) {
    for (const figure of document.querySelectorAll(`figure.explorable-${name}`)) {
      const live = html("div", { class: "explorable-live", role: "group", "aria-label": "Interactive figure" });
      fill(live);
      figure.prepend(live);
      figure.classList.add("alive");
    }
  }

  /** A labelled slider; `show` says its value in words. What others set by `slide.to(value)` is rounded to its steps. */
  function slide({ label, min, max, step, value, show, change }) {
    const input = html("input", { type: "range", min, max, step, value });
    const shown = html("span", { class: "shown", "aria-hidden": "true" });    // the slider says it already
    const tell = () => { shown.textContent = show(input.valueAsNumber); };
    const changed = () => { tell(); change(input.valueAsNumber); };
    input.addEventListener("input", changed);
    tell();
    return { el: html("label", {}, label, input, shown), to: (x) => { input.value = x; changed(); } };
  }

  function choice({ label, options, change }) {
    const select = html("select", {}, ...options.map((name) => html("option", {}, name)));
    select.addEventListener("change", () => change(select.value));
    return { el: html("label", {}, label, select) };
  }

  /** Round numbers that divide [low, high] into about `count` parts. */
  function ticks(low, high, count) {
    const power = 10 ** Math.floor(Math.log10((high - low) / count));
    const step = power * [1, 2, 5, 10].find((m) => (high - low) / (m * power) <= count);
    const first = Math.ceil(low / step), last = Math.floor(high / step);
    return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  }

  const WIDTH = 360, LEFT = 46, RIGHT = 12, TOP = 26, BOTTOM = 36;

  /**
   * Axes. `x` is {label, low, high, ticks}; y is set, and set again, by `scale`. A logarithmic axis is drawn by its
   * exponents. `put` draws a shape in data coordinates: what belongs to "area" is cut off at the axes.
   */
  class Plot {
    constructor({ title, height = 190, x, pick }) {
      const wide = WIDTH - LEFT - RIGHT, high = height - TOP - BOTTOM;
      Object.assign(this, { x, wide, high });
      this.grid = svg("g", { class: "grid" });
      this.area = svg("svg", { role: "presentation", x: LEFT, y: TOP, width: wide, height: high });
      this.front = svg("g", { transform: `translate(${LEFT} ${TOP})` });
      this.el = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", class: "plot" },
        svg("text", { class: "title", x: LEFT, y: 15 }, title),
        svg("text", { class: "label", x: LEFT + wide, y: height - 3 }, x.label),
        this.grid, this.area, this.front);
      if (pick) this.listen(pick);
    }

    /** What the picture shows, for those who cannot see it. */
    name(words) { this.el.setAttribute("aria-label", words); }

    scale({ low, high, ticks: at, show = String }) {
      this.y = { low, high };
      const line = (axis, value, text, position, [dx, dy, anchor]) => svg("g",
        { class: `tick ${axis}`, "data-value": value, transform: `translate(${position})` },
        svg("line", axis === "x" ? { y2: -this.high } : { x2: this.wide }),
        svg("text", { x: dx, y: dy, "text-anchor": anchor }, text));
      this.grid.replaceChildren(
        ...this.x.ticks.map((v) => line("x", v, minus(v), [LEFT + this.sx(v), TOP + this.high], [0, 16, "middle"])),
        ...at.map((v) => line("y", v, show(v), [LEFT, TOP + this.sy(v)], [-6, 4, "end"])));
    }

    sx(value) { return this.wide * (value - this.x.low) / (this.x.high - this.x.low); }
    sy(value) { return this.high * (this.y.high - value) / (this.y.high - this.y.low); }

    path(points) {
      return "M" + points.map(([x, y]) => `${this.sx(x).toFixed(2)} ${this.sy(y).toFixed(2)}`).join("L");
    }

    /** Clicks and horizontal drags, as data x. */
    listen(pick) {
      this.el.classList.add("pick");
      const tell = (event) => {
        const box = this.el.getBoundingClientRect(), at = (event.clientX - box.left) * WIDTH / box.width - LEFT;
        pick(this.x.low + (this.x.high - this.x.low) * at / this.wide);
      };
      this.el.addEventListener("pointerdown", (event) => { this.el.setPointerCapture(event.pointerId); tell(event); });
      this.el.addEventListener("pointermove", (event) => this.el.hasPointerCapture(event.pointerId) && tell(event));
    }
  }

  const minus = (text) => String(text).replace(/^-/, "\u2212");

  /** Like Python's f"{x:.2g}", with a true minus sign. */
  function number(x, digits = 2) {
    if (x === 0 || !Number.isFinite(x)) return minus(x);
    const [mantissa, exponent] = x.toExponential(digits - 1).split("e").map(Number);
    if (exponent >= -4 && exponent < digits) return minus(Number(x.toPrecision(digits)));
    return minus(`${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`);
  }

  const power = (exponent) => "10" + minus(exponent).replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"["0123456789\u2212".indexOf(c)]);

  return { html, svg, mount, slide, choice, ticks, Plot, number, power };
})();
