// What a cell shows: the book's stored output until it has run here, then its own, as it comes.

import { element } from "./elements.js";

/** The pictures and texts of an output, as it stands on the page. */
const pictures = (place) => [...place.querySelectorAll("figure, img")]
  .filter((el) => !el.parentElement.closest("figure"));
const words = (place) => [...place.querySelectorAll("pre")].map((pre) => pre.textContent).join("")
  .replace(/^claim: .*\n/gm, "").trim();    // the book folds claims (_ext/record.py)

/** Writes into a <pre> as a terminal does: what follows \r is written over the line. Colours are left out. */
function terminal(pre) {
  const open = pre.appendChild(new Text()), over = (old, now) => now + old.slice(now.length);
  const shown = (line) => line.split("\r").reduce(over);
  let line = "";    // the unfinished one, in which `open` stands
  return (text) => {
    const lines = (line + text.replace(/\x1b\[[\d;?]*[A-Za-z]/g, "")).split("\n"), last = lines.pop();
    const at = last.lastIndexOf("\r");
    line = at < 0 ? last : shown(last.slice(0, at)) + last.slice(at);
    if (lines.length) open.before(`${lines.map(shown).join("\n")}\n`);
    open.data = shown(line);
  };
}

export class Output {
  /** Of a cell's box; the place for its output is made where there is none. */
  constructor(box) {
    this.place = box.querySelector(":scope > .cell_output")
      ?? box.appendChild(element("div", { className: "cell_output container live-empty" }));
    this.stored = [...this.place.childNodes];
    this.text = words(this.place);
    this.figures = pictures(this.place);
    this.urls = [];
  }

  /** The old output stays, paler, until something new comes: the page does not jump. */
  begin() {
    this.fresh = true;
    this.place.classList.add("live-old");
    this.place.setAttribute("aria-busy", "true");
  }

  clear() {
    this.fresh = false;
    this.drawn = 0;
    this.urls.splice(0).forEach((url) => URL.revokeObjectURL(url));
    this.place.classList.remove("live-old", "live-empty");
    this.place.replaceChildren();
  }

  end() {
    if (this.fresh) this.clear();
    this.place.removeAttribute("aria-busy");
    this.place.querySelectorAll("pre").forEach((pre) => globalThis.stops.observe(pre));    // of book.js
    this.place.classList.toggle("live-empty", !this.place.childNodes.length);
  }

  reset() {
    this.end();
    this.clear();
    this.place.replaceChildren(...this.stored);
    this.place.classList.toggle("live-empty", !this.stored.length);
  }

  show(event) {
    if (this.fresh) this.clear();
    if (event.kind === "svg") return this.picture(event);
    const className = `output live-${event.kind}`;
    if (this.place.lastElementChild?.className !== className) {
      const pre = element("pre");
      this.place.append(element("div", { className }, element("div", { className: "highlight" }, pre)));
      this.write = terminal(pre);
    }
    this.write(event.text);
  }

  /** As an image: nothing in it can run. Where the book has a picture, this one takes its place, with its words. */
  picture({ svg, alt }) {
    const url = URL.createObjectURL(new Blob([svg.slice(svg.indexOf("<svg"))], { type: "image/svg+xml" }));
    this.urls.push(url);
    const form = this.figures[this.drawn++]?.cloneNode(true) ?? element("img");
    const img = form.matches("img") ? form : form.querySelector("img");
    for (const name of ["width", "height", "srcset", "loading"]) img.removeAttribute(name);
    Object.assign(img, { src: url, alt: img.alt || alt || "A figure that this cell draws" });
    this.place.append(form);
  }

  /** Whether the words are those of the book; null where it has none. */
  get same() { return this.text ? words(this.place) === this.text : null; }
}
