// Loaded by every page.
document.addEventListener("DOMContentLoaded", () => {
  const each = (selector, repair) => document.querySelectorAll(selector).forEach(repair);

  // Labels that contradict the visible text, and roles without the children or parents they require (axe-core reports them).
  each("button.search-button-field, details > summary[aria-label]", (el) => el.removeAttribute("aria-label"));
  each("#pst-primary-sidebar", (el) => { el.setAttribute("role", "region"); el.setAttribute("aria-label", "Book sidebar"); });
  each(".citation-list, [role=doc-biblioentry]", (el) => el.removeAttribute("role"));

  each("summary:has(> .toctree-toggle)", (el) => el.setAttribute("aria-label", `Pages of: ${el.parentElement.previousElementSibling.textContent}`));

  // A source is saved, not shown; from disk, by the script beside it (_ext/export.py).
  each(".btn-download-source-button", (el) => {
    el.download = "";
    if (location.protocol === "file:") el.addEventListener("click", (event) => {
      event.preventDefault();
      document.head.append(Object.assign(document.createElement("script"), { src: `${el.href}.js` }));
    });
  });
});

window.saveFile = (download, text) => Object.assign(document.createElement("a"), { download, href: URL.createObjectURL(new Blob([text])) }).click();

// Paper is white and cannot be clicked: what is printed gets the colours of the light, and what is closed is opened.
addEventListener("beforeprint", () => {
  const { dataset } = document.documentElement, { theme } = dataset, closed = document.querySelectorAll("details:not([open])");
  dataset.theme = "light";
  closed.forEach((el) => { el.open = true; });
  addEventListener("afterprint", () => { dataset.theme = theme; closed.forEach((el) => { el.open = false; }); }, { once: true });
});

// A link that leads into something closed opens it; browsers of before 2025 do not do it by themselves.
function openTarget() {
  const target = document.querySelector(":target");
  if (!target?.closest("details:not([open])")) return;
  for (let el = target; el; el = el.parentElement) if (el.matches("details")) el.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", openTarget);
addEventListener("load", openTarget);

// What scrolls sideways must be reachable by keyboard, and only then be a stop.
window.stops = new ResizeObserver((entries) => {
  const wide = entries.map(({ target: el }) => el.scrollWidth > el.clientWidth + 1);    // all measured before any changes
  entries.forEach(({ target: el }, i) => (wide[i] ? el.setAttribute("tabindex", 0) : el.removeAttribute("tabindex")));
});

window.addEventListener("load", () => {
  document.querySelectorAll('mjx-container:is([display="true"], .long), .cell_output .text_html, .pst-scrollable-table-container, article pre').forEach((el) => stops.observe(el));
});
