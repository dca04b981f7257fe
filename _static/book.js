// Loaded by every page.
document.addEventListener("DOMContentLoaded", () => {
  const each = (selector, repair) => document.querySelectorAll(selector).forEach(repair);

  // Labels that contradict the visible text, and roles without the children or parents they require (axe-core reports them).
  each("button.search-button-field, details > summary[aria-label]", (el) => el.removeAttribute("aria-label"));
  each("#pst-primary-sidebar", (el) => { el.setAttribute("role", "region"); el.setAttribute("aria-label", "Book sidebar"); });
  each(".citation-list, [role=doc-biblioentry]", (el) => el.removeAttribute("role"));

  each("summary:has(> .toctree-toggle)", (el) => el.setAttribute("aria-label", `Pages of: ${el.parentElement.previousElementSibling.textContent}`));

  // Claims: the lines of output that nnlib.claims prints.
  each(".cell_output pre", (el) => {
    if (!/^claim: /m.test(el.textContent)) return;
    el.innerHTML = el.innerHTML.replace(/^((?:<span><\/span>)?)claim: (.*)$/gm, (line, start, rest) =>
      `${start}<span class="claim${/ \| does not (reproduce|hold) \| /.test(rest) ? " refuted" : ""}"><b>claim:</b> ${rest}</span>`);
  });

  // A line may break after a formula, also before a full stop: move that into the formula's unbreakable span.
  each("span.math", (el) => {
    const mark = el.nextSibling?.nodeType === Node.TEXT_NODE && el.nextSibling.data.match(/^[.,;:!?)\]’”]+/)?.[0];
    if (!mark) return;
    el.append(mark);
    el.nextSibling.data = el.nextSibling.data.slice(mark.length);
  });
});

// Paper is white: what is printed in the dark gets the colours of the light.
addEventListener("beforeprint", () => {
  const { dataset } = document.documentElement, { theme } = dataset;
  dataset.theme = "light";
  addEventListener("afterprint", () => { dataset.theme = theme; }, { once: true });
});

// What scrolls sideways must be reachable by keyboard, and only then be a stop. The theme does it for some of it, and late.
const stops = new ResizeObserver((entries) => {
  const wide = entries.map(({ target: el }) => el.scrollWidth > el.clientWidth + 1);    // all measured before any changes
  entries.forEach(({ target: el }, i) => (wide[i] ? el.setAttribute("tabindex", 0) : el.removeAttribute("tabindex")));
});

window.addEventListener("load", () => {
  document.querySelectorAll('mjx-container:is([display="true"], .long), .cell_output .text_html, .pst-scrollable-table-container, article pre').forEach((el) => stops.observe(el));
});
