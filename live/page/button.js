// The button at a chapter's head. A plain script, so that it can say from file:// why it does nothing there; what the
// button starts are modules, which no page loads before a reader has asked for them.
"use strict";

(() => {
  const head = document.querySelector(".live-head");
  if (!head) return;
  const config = JSON.parse(head.dataset.live);
  const [button, note] = ["button", ".live-note"].map((selector) => head.querySelector(selector));
  config.base = new URL(head.dataset.base, location).href;

  const refuse = (why) => { button.disabled = true; note.textContent = why; };
  if (location.protocol === "file:") {
    return refuse("Needs the site, or make serve: a page that is opened from disk may not fetch Python.");
  }

  // What was agreed to: the packs of one build. Another build, or a pack more, is asked for again.
  const wanted = ["wasm", ...config.needs];
  const agreed = () => {
    const { build, packs = [] } = JSON.parse(localStorage.getItem("live") ?? "{}");
    return build === config.build ? packs : [];
  };
  const missing = wanted.filter((name) => !agreed().includes(name));
  if (missing.length && !missing.includes("wasm")) {
    const size = missing.reduce((sum, name) => sum + config.packs[name].bytes, 0);
    note.textContent = `Fetches ${(size / 1e6).toFixed(1)}\u00a0MB more, once, from this site.`;
  }

  function remember(what) {
    try { localStorage.setItem("live", what); } catch { /* full: it is asked for again next time */ }
  }

  async function begin(asked) {
    button.disabled = true;
    note.removeAttribute("role");
    try {
      const { able, begin: start } = await import(`${config.base}page.js`);
      if (!able()) {
        return refuse("This browser cannot run Python: Chrome and Edge can from 137, Firefox 131, Safari 18.4.");
      }
      const packs = [...new Set([...agreed(), ...wanted])];
      if (asked) remember(JSON.stringify({ build: config.build, packs }));
      await start(head, config, asked);
    } catch (error) {
      localStorage.removeItem("live");
      note.setAttribute("role", "alert");    // what comes now is read out
      note.textContent = `Python could not be fetched: ${error.message}. Nothing is changed: try again, or reload the page first.`;
    }
    button.disabled = false;
  }
  button.addEventListener("click", () => begin(true));
  if (missing.length) return;
  head.classList.add("live-soon");    // room for what comes: nothing jumps
  begin(false);
})();
