// What a cell shows: the book's stored output until it has run here, then its own, as it comes.

import { element } from "./elements.js";

/** The pictures and texts of an output, as it stands on the page. */
const pictures = (place) => [...place.querySelectorAll("figure, img")]
  .filter((el) => !el.parentElement.closest("figure"));
const words = (place) => [...place.querySelectorAll("pre")].map((pre) => pre.textContent).join("")
  .replace(/^claim: .*\n/gm, "").trim();    // the book folds claims (_ext/record.py)

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
    const last = this.place.lastElementChild, className = `output live-${event.kind}`;
    if (last?.className === className) return last.querySelector("pre").append(event.text);
    const pre = element("pre", {}, event.text);
    this.place.append(element("div", { className }, element("div", { className: "highlight" }, pre)));
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
