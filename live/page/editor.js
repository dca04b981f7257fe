// A text field over the coloured code: what the browser, a phone's keyboard and a screen reader know about editing text
// works as everywhere, undo included.
import { element } from "./elements.js";
import { coloured, indentation } from "./python.js";

const INDENT = "    ";

export class Editor {
  /** Over a <pre>; `label` names it, `hint` is the id of how to use it; `run(on)` is to go on to the next cell then. */
  constructor(pre, { label, hint, changed, run }) {
    const value = pre.textContent.replace(/\n$/, "");
    const area = this.area = element("textarea", { className: "live-area", value, spellcheck: false, rows: 1 });
    const text = this.text = element("span", {}, ...pre.childNodes);
    for (const [name, set] of Object.entries({ "aria-label": label, "aria-describedby": hint, autocapitalize: "off",
      autocomplete: "off", autocorrect: "off", "data-gramm": "false" })) area.setAttribute(name, set);
    text.setAttribute("aria-hidden", "true");
    pre.classList.add("live-code");
    pre.append(text, area);
    area.addEventListener("input", () => { this.typed = this.used = true; this.draw(); changed(); });
    area.addEventListener("blur", () => { this.typed = false; this.draw(); });
    for (const event of ["keyup", "click", "focus"]) area.addEventListener(event, () => this.draw());
    area.addEventListener("keydown", (event) => this.key(event, run));
  }

  get value() { return this.area.value; }

  /** Another text, as one step that can be undone where something was written. */
  set value(text) {
    if (!this.used) {
      this.area.value = text;
      return this.draw();
    }
    if (text === this.value) return;
    const focused = document.activeElement;
    this.area.focus({ preventScroll: true });
    this.area.select();
    this.insert(text);
    if (focused !== this.area) this.area.blur();
    focused?.focus?.({ preventScroll: true });
  }

  draw() {
    const { area } = this, alone = area.selectionStart === area.selectionEnd && document.activeElement === area;
    this.text.replaceChildren(...coloured(area.value, alone ? area.selectionStart : -1), "\n");
  }

  insert(text) {    // deprecated, and the only way that leaves undo as it is
    if (text ? document.execCommand("insertText", false, text) : document.execCommand("delete")) return;
    this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
    this.area.dispatchEvent(new Event("input"));
  }

  key(event, run) {
    const { area } = this, { selectionStart: start, selectionEnd: end, value } = area;
    const done = () => event.preventDefault(), plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const before = value.slice(0, start), space = before.slice(before.lastIndexOf("\n") + 1);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.shiftKey)) {
      done();
      run(event.shiftKey);
    } else if (event.isComposing || !plain) {
      return;
    } else if (event.key === "Enter") {
      done();
      this.insert(`\n${indentation(before)}`);
    } else if (event.key === "Backspace" && start === end && space && /^ +$/.test(space)) {
      done();
      area.setSelectionRange(start - ((space.length - 1) % INDENT.length + 1), start);
      this.insert("");
    } else if (event.key === "Escape") {
      this.typed = false;
    } else if (event.key === "Tab" && this.typed) {    // else it leads on, as everywhere
      done();
      if (value.slice(start, end).includes("\n") || event.shiftKey) this.shift(event.shiftKey);
      else this.insert(INDENT.slice(space.length % INDENT.length));
    }
  }

  /** The lines of the selection, in or out. */
  shift(out) {
    const { area } = this, { selectionStart, selectionEnd, value } = area;
    const from = value.lastIndexOf("\n", selectionStart - 1) + 1, to = Math.max(selectionEnd, from);
    const lines = value.slice(from, to).replace(out ? /^ {1,4}/gm : /^(?=.)/gm, out ? "" : INDENT);
    area.setSelectionRange(from, to);
    this.insert(lines);
    area.setSelectionRange(from, from + lines.length);
  }
}
