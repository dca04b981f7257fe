// A chapter whose cells run: which run, in what order, and what is kept of the reader's changes.
import { Cell } from "./cell.js";
import { download } from "./download.js";
import { button, element } from "./elements.js";
import { able, Ended, Kernel, Stopped } from "./kernel.js";
import { offer } from "./scratch.js";

export { able };

const HINT = "Control-Enter runs the cell, Shift-Enter runs it and goes on to the next one. " +
  "Once you have typed, Tab indents; Escape, then Tab, leaves the field.";
const ENDED = [
  [/call stack|too much recursion/i, "the recursion was deeper than a browser allows"],
  [/memory|allocation|Array buffer/i, "its memory was full"],
  [/exit code/, "the code asked it to exit"],
];

class Page {
  constructor(head, config) {
    Object.assign(this, { head, config, round: 0, scratch: [], queue: Promise.resolve(), kernel: new Kernel(config, config.needs) });
    this.key = `live:${config.page}`;
    this.status = element("span", { className: "live-status" });
    this.status.setAttribute("role", "status");
    const hint = "live-hint";
    head.append(this.status, element("p", { id: hint, hidden: true }, HINT));
    this.cells = [...document.querySelectorAll("article div.cell")].map((box, i) =>
      new Cell(box, { name: `cell ${i + 1}`, page: this, away: config.away[i], hint }));
    this.restore();
    // Python starts when a reader first goes into a cell: it is there when the first one is run.
    document.querySelector("article").addEventListener("focusin", ({ target }) =>
      target.matches(".live-area") && this.kernel.start().catch(() => {}));
  }

  /** Onto the head's words, where a button that had it goes: what comes next by keyboard is beside it. */
  focus() {
    const note = this.head.querySelector(".live-note");
    note.tabIndex = -1;
    note.focus({ preventScroll: true });
  }

  say(text) { this.status.textContent = text; }
  megabytes(pack) { return `${(this.config.packs[pack].bytes / 1e6).toFixed(1)} MB`; }
  after(cell) { return this.cells[this.cells.indexOf(cell) + 1]; }

  /** The chapter's cells above a cell, which may be a scratch cell. */
  cellsAbove(cell) {
    return this.cells.filter(({ box }) => cell.box.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_PRECEDING);
  }

  // ---- Running: one cell after another, each request after those before it ----

  /** Run a cell, after those above it that must run for it to give what it gives in the chapter's order. */
  run(cell) {
    return this.line(cell, () => this.needed(cell));
  }

  /** Those above it. Python hears of all cells as they are now, and forgets what none of them defines any more. */
  async needed(cell) {
    const above = this.cellsAbove(cell), known = [...above, cell];
    const others = [...this.cells, ...this.scratch].filter((one) => !known.includes(one));
    const places = await this.kernel.plan("plan", [...known, ...others].map(({ sure }) => sure), above.length);
    return places.map((i) => above[i]);
  }

  runAbove(cell) { return this.runList(this.cellsAbove(cell)); }
  runAll() { return this.runList(this.cells); }
  runList(cells) {
    const all = cells.filter(({ runs }) => runs), last = all.pop();
    return last ? this.line(last, () => this.needed(last).then(() => all)) : Promise.resolve();
  }

  line(cell, before) {
    const round = this.round;
    cell.show("waits", "waits…");
    return this.queue = this.queue.then(() => round === this.round && this.inOrder(cell, before));
  }

  async inOrder(cell, before) {
    const round = this.round;
    let first;
    try { first = (await before()).filter(({ runs }) => runs); } catch (error) {
      if (round === this.round) cell.show("stopped", this.why(error));
      return;
    }
    for (const [i, one] of first.entries()) {
      cell.show("waits", `first ${one.name} above, ${i + 1} of ${first.length}…`);
      const fine = await one.run(this.kernel);
      if (round !== this.round) return;
      if (!fine) {
        cell.show("stopped", `not run: ${one.name}, which it needs, ended with an error`);
        return this.say(`${cell.name} did not run: ${one.name} ended with an error`);
      }
    }
    await cell.run(this.kernel);
    if (round !== this.round) return;
    this.say(`${cell.name}: ${cell.said.textContent}`);
    if (cell.state !== "stopped") await this.markOld(cell);
  }

  /** Cells below one that has run say so where what they show is not what they would show now. */
  async markOld(cell) {
    const above = this.cellsAbove(cell), old = await this.kernel.plan("old", this.cells.map(({ sure }) => sure));
    for (const one of old.map((place) => this.cells[place])) {
      if (one.state === "done" && one !== cell && !above.includes(one)) one.show("old", "ran before a change above");
    }
  }

  stop() {
    this.round++;
    for (const cell of this.cells) if (cell.state === "waits") cell.show("stopped", "not run");
    this.kernel.stop();
    this.say("Stopped. What the cells had defined is gone.");
  }

  /** In words, why a run ended without an end. */
  why(error) {
    if (!(error instanceof Ended || error instanceof Stopped)) {
      return `What this cell needs could not be fetched: ${error.message}. Connect, and run it again.\n`;
    }
    const [, cause] = ENDED.find(([pattern]) => pattern.test(error.message)) ?? [, error.message];
    return `${error instanceof Ended ? `Python ended: ${cause}.` : "Stopped."} What the cells had defined is gone: ` +
      "Run a cell, and those that it needs run again first.\n";
  }

  // ---- The reader's changes: each as what stood there and what stands there now ----

  get changes() { return this.cells.filter(({ edited }) => edited).map(({ source, code }) => [source, code]); }

  keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.changes));
    } catch { /* full: kept while the page is open */ }
    this.head.classList.toggle("live-changed", this.changes.length > 0);
  }

  restore() {
    const kept = new Map(JSON.parse(localStorage.getItem(this.key) ?? "[]"));
    for (const cell of this.cells.filter(({ source }) => kept.has(source))) {
      cell.editor.value = kept.get(cell.source);
      cell.changed(false);
      cell.show("");
    }
    this.head.classList.toggle("live-changed", this.changes.length > 0);
  }

  async reset() {
    this.stop();
    await this.queue;    // what was stopped has said so
    for (const cell of this.cells) if (cell.edited || cell.state) cell.reset(false);
    this.focus();    // the button is gone
    this.say("The page is as it was.");
  }

  // ---- The head: progress, then what can be done with the page as a whole ----

  async fetch(note, cancel) {
    const { wasm, packs, needs } = this.config, files = [wasm, ...needs.map((name) => packs[name])];
    const total = files.reduce((sum, file) => sum + file.bytes, 0), bar = element("progress", { max: total, value: 0 });
    bar.setAttribute("aria-label", "Fetching Python");
    note.before(bar);
    this.kernel.onprogress = (bytes) => {
      bar.value = bytes;
      const [here, all] = [bytes, total].map((size) => (size / 1e6).toFixed(1));
      note.textContent = bytes < total ? `${here} of ${all} MB` : "Starting Python…";
    };
    note.after(cancel);
    try { await this.kernel.start(); } finally { bar.remove(); cancel.remove(); }
  }

  tools(note) {
    note.textContent = "Python is here: change any cell, and run it.";
    note.after(button("Run all", () => this.runAll()),
      button("Reset all", () => this.reset(), "live-quiet live-if-changed"),
      button("Download with my changes", () => download(this)),
      element("a", { href: `${this.config.base}licences.html`, className: "live-quiet" }, "Licences"));
    offer(this);
  }
}

let page;

/** Turn the chapter's cells into cells that run; `asked` fetches Python now, else it is fetched when a cell is used. */
export async function begin(head, config, asked) {
  const note = head.querySelector(".live-note"), first = head.querySelector("button");
  page ??= new Page(head, config);
  if (asked) page.focus();
  first.hidden = true;
  try {
    if (asked) await page.fetch(note, button("Cancel", () => page.kernel.stop()));
  } catch (error) {
    first.hidden = first.disabled = false;
    if (document.activeElement === note) first.focus();
    throw error instanceof Stopped ? new Error("it was cancelled") : error;
  }
  page.tools(note);
  if (asked) page.say(note.textContent);
  head.classList.remove("live-soon");
  document.documentElement.classList.add("live");
}
