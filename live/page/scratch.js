// "Show me the code of this picture": an explorable's lines of nnlib, with the values of its controls, in a cell of their own.
import { button, Cell } from "./cell.js";

const BOX = `<div class="cell_input container"><div class="highlight-python notranslate"><div class="highlight"><pre></pre></div>
</div></div>`;

/** A button below each explorable that can say its code. */
export function offer(page) {
  page.scratch = [];
  for (const figure of document.querySelectorAll("figure.explorable.alive")) {
    if (!figure.code) continue;
    const place = Object.assign(document.createElement("p"), { className: "live-offer" });
    place.append(button("Show me the code of this picture", () => show(page, figure, place), "live-quiet"));
    figure.after(place);
  }
}

/** In the figure's last scratch cell, or in a new one where the reader has written into that. */
function show(page, figure, place) {
  let cell = figure.scratch;
  if (!cell || cell.edited) {
    const box = Object.assign(document.createElement("div"), { className: "cell container live-scratch", innerHTML: BOX });
    box.querySelector("pre").textContent = figure.code();
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
