// Sphinx's scores, and on top of them: words of the glossary, then headings and names of the library, then pages. Where
// several spellings match, each place is listed once, because Sphinx drops a result that is there already.
const shown = {};
var Scorer = {
  score: (result) => {
    const [page, title, anchor, description, score] = result;
    if (!anchor || description) return score;
    result[1] = shown[page + anchor] ??= title;
    return score + (anchor.startsWith("#term-") ? 200 : 100);
  },
  objNameMatch: 111,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};

// The lines shown below a result are its prose, where that has the word, then its code, both without the page's buttons
// and lists; of a word of the glossary, what it means. Formulas are written in one line. (This script is put before
// Sphinx's, which has run when the microtask does.)
const inBrackets = (text) => text.length > 1 ? `(${text})` : text;
const inOneLine = (node) => {
  const parts = [...node.children].map(inOneLine), [first, second, third] = parts;
  switch (node.localName) {
    case "mfrac": return parts.map(inBrackets).join("/");
    case "msub": return first + "_" + inBrackets(second);
    case "msup": return first + "^" + inBrackets(second);
    case "msubsup": return first + "_" + inBrackets(second) + "^" + inBrackets(third);
    case "msqrt": return "√" + inBrackets(parts.join(""));
    case "mtr": return parts.join("") + " ";
    default: return parts.length ? parts.join("") : node.textContent;
  }
};
queueMicrotask(() => {
  Search.htmlToText = (html, anchor) => {
    const article = new DOMParser().parseFromString(html, "text/html").querySelector(".bd-article");
    if (!article) return "";
    const idle = article.querySelectorAll(".headerlink, .chapter-head, .live-head, .joined, script, style, summary");
    for (const element of idle) element.remove();
    for (const formula of article.querySelectorAll("mjx-container"))
      formula.replaceWith(inOneLine(formula.querySelector("math"))
        .replaceAll("^′", "′").replace(/\u2061(?=\()/g, "").replaceAll("\u2061", " "));    // "of", as in ln of x
    for (const block of article.querySelectorAll("h1, h2, h3, p, li, dt, dd, th, td, pre, figcaption")) block.append(" ");
    article.append(...article.querySelectorAll(".cell_input"));
    const place = anchor ? article.querySelector(anchor) ?? article : article;
    if (!place.matches("dt")) return place.textContent;
    let meaning = place;
    while (meaning.matches("dt") && meaning.nextElementSibling) meaning = meaning.nextElementSibling;
    return `${place.textContent.trim()}: ${meaning.textContent}`;
  };
});

// From disk, and in a frame that is cut off, no script may read the pages whose lines would be shown.
if (origin === "null") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
