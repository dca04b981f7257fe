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

  /**
   * Fill every figure of this name; the still picture in it is then shown in print only. If `fill` fails, it stays. It
   * returns what says the picture in Python, with the values of its controls.
   */
  function mount(name, fill) {
    for (const figure of document.querySelectorAll(`figure.explorable-${name}`)) {
      const live = html("div", { class: "explorable-live", role: "group", "aria-label": "Interactive figure" });
      figure.code = fill(live);
      figure.prepend(live);
      figure.classList.add("alive");
    }
  }

  // ---- Controls: each has its element `el`; those of a number are set by `to` ----

  /**
   * A labelled slider, from `min` to `max` by `step`, or along a list of `values`; `show` says its value in words.
   * What others set by `to` is rounded to its steps. `marks`, [[value, words], ...], are shown beside it, and `buttons`
   * lead there.
   */
  function slide({ label, min, max, step, values, value, show = (x) => number(x), change, marks = [] }) {
    const nearest = (x) => values.reduce((best, v, i) => (Math.abs(v - x) < Math.abs(values[best] - x) ? i : best), 0);
    const place = (x) => (values ? nearest(x) : x), read = () => (values ? values[input.value] : input.valueAsNumber);
    const scale = values ? { min: 0, max: values.length - 1, step: 1 } : { min, max, step };
    const input = html("input", { type: "range", ...scale, value: place(value) });
    const shown = html("span", { class: "shown", "aria-hidden": "true" });    // the slider says it already
    const tell = () => {
      shown.textContent = show(read());
      input.setAttribute("aria-valuetext", shown.textContent);
    };
    const changed = () => { tell(); change(read()); };
    const to = (x) => { input.value = place(x); changed(); };
    input.addEventListener("input", changed);
    tell();
    const words = document.createTextNode(label), el = html("label", {}, words, input, shown);
    if (marks.length) {
      const list = html("datalist", { id: `marks-of-${label}`.replace(/\W+/g, "-") });
      list.append(...marks.map(([x]) => html("option", { value: place(x) })));
      input.setAttribute("list", list.id);
      el.append(list);
    }
    return {
      el, to, buttons: marks.map(([x, name]) => button(name, () => to(x)).el),
      rename(name) { words.data = name; },
      enable(on) { input.disabled = !on; },
      range(low, high) { Object.assign(input, { min: low, max: high }); },
    };
  }

  /** A labelled choice; an option is its name, or [name, words]. */
  function choice({ label, options, value, change }) {
    const pairs = options.map((option) => (Array.isArray(option) ? option : [option, option]));
    const select = html("select", {}, ...pairs.map(([name, words]) => html("option", { value: name }, words)));
    if (value !== undefined) select.value = value;
    select.addEventListener("change", () => change(select.value));
    return { el: html("label", {}, label, select) };
  }

  function button(label, press) {
    const el = html("button", { type: "button" }, label);
    el.addEventListener("click", press);
    return { el, rename(name) { el.textContent = name; } };
  }

  /** A button that moves a slider on to its last value, in a hundred steps; a screen reader hears only where it stops. */
  function player(slider, { at, last, quiet }) {
    let timer;
    const play = button("Play", () => {
      if (timer) return stop();
      if (at() === last()) slider.to(0);
      play.rename("Pause");
      quiet().setAttribute("aria-live", "off");
      timer = setInterval(() => {
        slider.to(Math.min(at() + last() / 100, last()));
        if (at() === last()) stop();
      }, 50);
    });
    function stop() {
      timer = clearInterval(timer);
      play.rename("Play");
      quiet().removeAttribute("aria-live");
    }
    return play;
  }

  /** What the lines mean: [[kind, words], ...]. */
  function legend(entries) {
    const sample = (kind) => svg("svg", { viewBox: "0 0 30 10", width: 30, height: 10, "aria-hidden": "true" },
      svg("path", { class: kind, d: kind.includes("points") ? "M5 5h0M15 5h0M25 5h0" : "M1 5H29" }));
    return html("div", { class: "legend" },
      ...entries.map(([kind, words]) => html("span", {}, sample(kind), words)));
  }

  /** Round numbers that divide [low, high] into about `count` parts. */
  function ticks(low, high, count) {
    const power = 10 ** Math.floor(Math.log10((high - low) / count));
    const step = power * [1, 2, 5, 10].find((m) => (high - low) / (m * power) <= count);
    const first = Math.ceil(low / step), last = Math.floor(high / step);
    return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  }

  /** Round numbers from 10^low to 10^high, ten in each decade, for a slider on a logarithmic scale. */
  function decades(low, high) {
    const all = Array.from({ length: high - low }, (_, k) => [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8]
      .map((m) => Number(`${m}e${low + k}`)));
    return [...all.flat(), Number(`1e${high}`)];
  }

  // ---- Level lines, random numbers ----

  const GRID = 100;

  /** Heights over a grid, as [x, y, height]. */
  const table = (f, { x, y }) => Array.from({ length: GRID + 1 }, (_, i) => Array.from({ length: GRID + 1 }, (_, k) => {
    const theta = [x[0] + (x[1] - x[0]) * i / GRID, y[0] + (y[1] - y[0]) * k / GRID];
    return [...theta, f(theta)];
  }));

  /** The level line of a table, as pieces between the sides of its triangles. */
  function contour(heights, level) {
    const pieces = [], cut = (p, q) => [0, 1].map((i) => p[i] + (level - p[2]) / (q[2] - p[2]) * (q[i] - p[i]));
    const triangle = (...corners) => {
      const [a, b, c] = corners.sort((p, q) => p[2] - q[2]);
      if (a[2] < level && level <= c[2]) pieces.push([cut(a, c), level <= b[2] ? cut(a, b) : cut(b, c)]);
    };
    for (let i = 0; i < GRID; i++) {
      for (let k = 0; k < GRID; k++) {
        const [a, b, c, d] = [heights[i][k], heights[i + 1][k], heights[i][k + 1], heights[i + 1][k + 1]];
        const [low, high] = [Math.min(a[2], b[2], c[2], d[2]), Math.max(a[2], b[2], c[2], d[2])];
        if (level <= low || level > high) continue;
        triangle(a, b, d);
        triangle(a, c, d);
      }
    }
    return pieces;
  }

  /** Standard normal numbers, the same for the same seed: mulberry32, then Box and Muller's pairs. */
  function normals(seed) {
    const { cos, log, sin, sqrt, PI } = Math, uniform = () => {
      seed = seed + 0x6d2b79f5 | 0;
      let x = Math.imul(seed ^ seed >>> 15, 1 | seed);
      x ^= x + Math.imul(x ^ x >>> 7, 61 | x);
      return ((x ^ x >>> 14) >>> 0) / 2 ** 32;
    };
    return (count) => {    // an even number of them
      const row = new Float64Array(count);
      for (let i = 0; i < count; i += 2) {
        const radius = sqrt(-2 * log(1 - uniform())), angle = 2 * PI * uniform();
        row[i] = radius * cos(angle);
        row[i + 1] = radius * sin(angle);
      }
      return row;
    };
  }

  // ---- Axes ----

  const WIDTH = 360, LEFT = 46, RIGHT = 12, TOP = 26, BOTTOM = 36;

  /**
   * Axes. `x` is {label, low, high, ticks}; y is set, and set again, by `scale`, which may set x's, too. A logarithmic
   * axis is drawn by its exponents. What belongs to "area" is cut off at the axes, what is in "front" is not.
   * `pick(x, y)` is told of clicks and drags. A plot is dragged sideways; a `plane` has one unit for both axes and a
   * `handle`, a point that is dragged anywhere, while a finger beside it scrolls the page, or taps. A `grip` is one more
   * such point, with a `pick` of its own.
   */
  class Plot {
    constructor({ title, height = 190, x, y = "", pick, plane = false, handle = "" }) {
      const wide = WIDTH - LEFT - RIGHT, high = plane ? wide : height - TOP - BOTTOM, bottom = TOP + high + BOTTOM;
      Object.assign(this, { x, wide, high, plane });
      this.grid = svg("g", { class: "grid" });
      this.area = svg("svg", { role: "presentation", x: LEFT, y: TOP, width: wide, height: high });
      this.front = svg("g", { transform: `translate(${LEFT} ${TOP})` });
      this.el = svg("svg", { viewBox: `0 0 ${WIDTH} ${bottom}`, role: "img", class: "plot" },
        svg("text", { class: "title", x: LEFT, y: 15 }, title),
        svg("text", { class: "label", x: LEFT + wide, y: bottom - 3 }, x.label),
        svg("text", { class: "label", x: LEFT - 6, y: 15 }, y),
        this.grid, this.area, this.front);
      if (plane) {
        this.handle = this.knob("handle", handle);
      }
      if (pick) this.listen(pick);
    }

    /** What the picture shows, for those who cannot see it. */
    name(words) { this.el.setAttribute("aria-label", words); }

    scale({ low, high, ticks: at, show = minus, x = {} }) {
      this.y = { low, high };
      Object.assign(this.x, x);
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

    /** A point in pixels; what is far outside is drawn less far outside, within what SVG can. */
    at([x, y]) {
      return [this.sx(x), this.sy(y)].map((v) => Math.min(Math.max(v, -1e5), 1e5).toFixed(2)).join(" ");
    }
    path(points) { return points.length ? "M" + points.map((point) => this.at(point)).join("L") : ""; }
    dots(points) { return points.map((point) => `M${this.at(point)}h0`).join(""); }
    move(el, x, y) { el.setAttribute("transform", `translate(${this.at([x, y])})`); }

    curve(kind) { return this.area.appendChild(svg("path", { class: kind })); }
    dot(kind) { return this.front.appendChild(svg("circle", kind ? { r: 5, class: kind } : { r: 5 })); }

    /** A point to be dragged. */
    knob(kind, words) {
      const stay = (event) => event.preventDefault();    // a finger on it does not scroll the page
      const el = svg("g", { class: kind }, svg("circle", { class: "reach", r: 22 }),
        svg("circle", { class: "ring", r: 7 }), svg("text", { x: 11, y: -9 }, words));
      el.addEventListener("touchstart", stay, { passive: false });
      return this.front.appendChild(el);
    }

    grip(words, pick) {
      const el = this.knob("handle grip", words);
      this.drag(el, this.teller(pick));
      el.addEventListener("click", (event) => event.stopPropagation());    // no click into the plane
      return el;
    }

    /** What tells `pick` where an event was, in the units of the axes. */
    teller(pick) {
      return (event) => {
        const screen = this.front.getScreenCTM().inverse();
        const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(screen);
        pick(this.x.low + (this.x.high - this.x.low) * x / this.wide,
          this.y.high - (this.y.high - this.y.low) * y / this.high);
      };
    }

    drag(el, tell, wanted = () => true) {
      let dragged = false;    // a finger's moves come here without being asked for, too
      el.addEventListener("pointerdown", (event) => {
        if (!wanted(event)) return;
        dragged = true;
        el.setPointerCapture(event.pointerId);
        event.stopPropagation();
        tell(event);
      });
      el.addEventListener("pointermove", (event) => dragged && tell(event));
      el.addEventListener("lostpointercapture", () => { dragged = false; });
    }

    /** Clicks and drags. */
    listen(pick) {
      const tell = this.teller(pick);
      this.el.classList.add(this.plane ? "plane" : "pick");
      this.drag(this.el, tell, (event) =>
        !this.plane || event.pointerType !== "touch" || this.handle.contains(event.target));
      if (this.plane) this.el.addEventListener("click", tell);    // a tap
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

  return { html, svg, mount, slide, choice, button, player, legend, ticks, decades, table, contour, normals, Plot, number,
    power };
})();
