// The chapter's notebook, which the site offers anyway, with the reader's changes in it.

export async function download(page) {
  const name = page.config.notebook.split("/").pop();
  const notebook = await (await fetch(new URL(page.config.notebook, location))).json();
  const code = notebook.cells.filter((cell) => cell.cell_type === "code");
  const text = ({ source }) => [source].flat().join("").trim();
  for (const { source, code: changed, edited } of page.cells) {
    const cell = edited && code.find((one) => text(one) === source.trim());
    if (cell) Object.assign(cell, { source: changed, outputs: [], execution_count: null });
  }
  const scratch = page.scratch.map(({ code: source }, i) => (
    { cell_type: "code", id: `scratch-${i + 1}`, metadata: {}, source, outputs: [], execution_count: null }));
  const title = { cell_type: "markdown", id: "scratch", metadata: {}, source: "## My scratch cells" };
  if (scratch.length) notebook.cells.push(title, ...scratch);
  window.saveFile(name, JSON.stringify(notebook, null, 1));
}
