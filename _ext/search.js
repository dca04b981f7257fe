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

// From disk, and in a frame that is cut off, no script may read the pages whose lines would be shown.
if (origin === "null") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
