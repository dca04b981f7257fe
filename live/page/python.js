// Python as the page colours it: tokens with the classes of the site's style sheet, and brackets that belong together.

import { element } from "./elements.js";

const words = (list) => new Set(list.split(" "));
const KEYWORDS = words("as assert async await break class continue def del elif else except finally for from global " +
  "if import lambda nonlocal pass raise return try while with yield");
const CONSTANTS = words("True False None"), LOGIC = words("and or not in is");
const BUILTINS = words("abs all any bool dict divmod enumerate filter float format int isinstance iter len list map " +
  "max min next object open pow print range repr reversed round set slice sorted str sum super tuple type zip");
const NUMBER = /^(?:0[xob][\da-f_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+)?j?)/i;
const STRING = /^[rbfut]{0,2}(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)/i;
const RULES = [
  ["c1", /^#.*/], ["s2", STRING], ["mf", NUMBER], ["name", /^[\p{L}_][\p{L}\p{N}_]*/u],
  ["bracket", /^[()[\]{}]/], ["o", /^[-+*/%@&|^~<>=!:.]+/], ["", /^\s+/], ["", /^[^]/],
];
const CLOSES = { "(": ")", "[": "]", "{": "}" };

function kind(word, before) {
  if (CONSTANTS.has(word)) return "kc";
  if (LOGIC.has(word)) return "ow";
  if (KEYWORDS.has(word)) return "k";
  if (/\b(?:def|class)\s+$/.test(before)) return "nf";
  return BUILTINS.has(word) && !/\.$/.test(before) ? "nb" : "";
}

/** [[class, text, place], ...] */
export function tokens(source) {
  const found = [];
  for (let at = 0; at < source.length;) {
    const rest = source.slice(at), [rule, pattern] = RULES.find(([, one]) => one.test(rest));
    const [text] = pattern.exec(rest);
    found.push([rule === "name" ? kind(text, source.slice(Math.max(0, at - 9), at)) : rule, text, at]);
    at += text.length;
  }
  return found;
}

/** The places of the bracket beside the caret and of its partner; of one alone where it has none. */
export function pair(list, caret) {
  const brackets = list.filter(([rule]) => rule === "bracket");
  const here = brackets.findIndex(([, , at]) => at === caret - 1 || at === caret);
  if (here < 0) return [];
  const opens = brackets[here][1] in CLOSES, row = opens ? brackets.slice(here) : brackets.slice(0, here + 1).reverse();
  let depth = 0;
  for (const [, text, at] of row) {
    depth += (text in CLOSES) === opens ? 1 : -1;
    if (depth === 0) return [brackets[here][2], at];
  }
  return [brackets[here][2]];
}

/** The source as elements to be shown. */
export function coloured(source, caret = -1) {
  const list = tokens(source), lit = caret < 0 ? [] : pair(list, caret);
  return list.map(([rule, text, at]) => {
    const bracket = lit.includes(at) ? `live-pair${lit.length < 2 ? " live-alone" : ""}` : "";
    const className = rule === "bracket" ? bracket : rule;
    return className ? element("span", { className }, text) : text;
  });
}

/** What Enter begins the next line with: the statement's indentation, deeper after a colon or where a bracket opens. */
export function indentation(before) {
  let depth = 0, start = 0;    // of the statement: what stands in brackets goes on over lines
  for (const [rule, text, at] of tokens(before)) {
    if (rule === "bracket") depth += text in CLOSES ? 1 : -1;
    else if (depth <= 0 && text.includes("\n")) start = at + text.lastIndexOf("\n") + 1;
  }
  const line = before.slice(before.lastIndexOf("\n") + 1), code = line.replace(/#.*/, "").trimEnd();
  const space = /^ */.exec(depth > 0 ? line : before.slice(start))[0];
  if (/[:([{]$/.test(code)) return `${space}    `;
  return depth <= 0 && /^\s*(?:return|pass|break|continue|raise)\b/.test(before.slice(start)) ? space.slice(4) : space;
}
