// "Show me the code of this picture": an explorable's lines of nnlib, with the values of its controls, in a cell.
import { Cell } from "./cell.js";
import { button, element } from "./elements.js";

const div = (className, ...children) => element("div", { className }, ...children);

/** A button below each explorable that can say its code. */
export function offer(page) {
  for (const figure of document.querySelectorAll("figure.explorable.alive")) {
    if (!figure.code) continue;
    const place = element("p", { className: "live-offer" });
    place.append(button("Show me the code of this picture", () => show(page, figure, place)));
    figure.after(place);
  }
}

/** In the figure's last scratch cell, or in a new one where the reader has written into that. */
function show(page, figure, place) {
  let cell = figure.scratch;
  if (!cell || cell.edited) {
    const code = div("highlight", element("pre", {}, figure.code()));
    const box = div("cell container live-scratch", div("cell_input container", code));
    (cell?.box ?? place).after(box);
    cell = figure.scratch = new Cell(box, { name: `scratch cell ${page.scratch.length + 1}`, page, hint: "live-hint" });
    cell.editor.draw();
    page.scratch.push(cell);
  } else {
    cell.source = figure.code();
    cell.editor.value = cell.source;
    cell.changed();
  }
  cell.focus();
}
