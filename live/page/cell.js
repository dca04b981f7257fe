// One cell of the page that can be changed and run: its editor, its buttons, its state.
import { Editor } from "./editor.js";
import { button, element } from "./elements.js";
import { Output } from "./output.js";

export class Cell {
  /** In a box; `page` is asked to run it. `away` says why it cannot run as it is. */
  constructor(box, { name, page, away = "", hint }) {
    Object.assign(this, { box, name, page, away });
    this.output = new Output(box);
    this.editor = new Editor(box.querySelector(".cell_input pre"), { label: `Code of ${name}`, hint,
      changed: () => this.changed(), run: (on) => { page.run(this); if (on) page.after(this)?.focus(); } });
    this.source = this.editor.value;
    this.go = button("Run", () => (this.busy ? page.stop() : page.run(this)), "live-go");
    this.above = button("Run all above", () => page.runAbove(this), "live-quiet live-above");
    this.back = button("Reset", () => this.reset(), "live-quiet live-back");
    this.said = element("span", { className: "live-said" });
    this.go.title = "Ctrl-Enter";
    const bar = element("div", { className: "live-bar" }, this.go, this.said, this.back, this.above);
    box.querySelector(".cell_input").append(bar);
    this.changed(false);
    this.show("");
  }

  get code() { return this.editor.value; }
  get edited() { return this.code !== this.source; }
  get runs() { return !this.away || this.edited; }
  get sure() { return this.runs ? this.code : ""; }    // what running it can do to others
  get busy() { return ["waits", "runs"].includes(this.state); }

  /** What is said of it before it has run. */
  get about() {
    if (!this.runs) return `Not here: ${this.away}`;
    const [more] = this.page.kernel.lacks(this.code);
    return more ? `${this.name}, fetches ${this.page.megabytes(more)} more, once` : this.name;
  }

  /** A state: "", waits, runs, done, error or stopped; and what is said of it. */
  show(state, said = this.about) {
    this.state = this.box.dataset.live = state;
    this.said.textContent = said;
    this.go.textContent = this.busy ? "Stop" : "Run";
    this.go.setAttribute("aria-label", `${this.go.textContent} ${this.name}`);
    this.above.setAttribute("aria-label", `Run all above ${this.name}`);
    this.back.setAttribute("aria-label", `Reset ${this.name}`);
    this.go.disabled = !this.runs;
  }

  changed(tell = true) {
    this.back.hidden = !this.edited;
    if (!tell) return;
    if (!this.busy) this.show("");
    this.page.keep();
  }

  reset(focus = true) {
    this.editor.value = this.source;
    if (!this.busy) this.output.reset();
    this.changed();
    if (focus) this.focus();    // the button is gone
  }

  focus() {
    const folded = this.box.querySelector("details.hide");
    if (folded) folded.open = true;
    this.editor.area.focus();
  }

  /** Run it in the kernel; whether it ended without an error. */
  async run(kernel) {
    let wrong = false;
    this.show("runs", "running…");
    this.output.begin();
    try {
      const { ms } = await kernel.run(this.code, this.name, (event) => {
        const { kind, pack } = event;
        if (kind === "fetching") return this.show("runs", `fetching ${this.page.megabytes(pack)} more, once…`);
        if (kind === "fetched") return this.show("runs", "running…");
        wrong ||= kind === "error";
        this.output.show(event);
      });
      this.output.end();
      const took = ms < 995 ? `${Math.max(ms / 1000, 0.01).toFixed(2)} s` : `${(ms / 1000).toFixed(1)} s`;
      const same = this.edited || wrong ? null : this.output.same;
      this.show(wrong ? "error" : "done", `${wrong ? "an error after" : "ran in"} ${took}${
        same === null ? "" : same ? ", prints what the book prints" : ", prints something else than the book"}`);
    } catch (error) {
      this.output.show({ kind: "error", text: this.page.why(error) });
      this.output.end();
      this.show("stopped", "stopped");
    }
    return this.state === "done";
  }
}
