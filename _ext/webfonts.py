"""The site's fonts: cut down to the characters that its style sheet shows, and there before anything is laid out.

A font that comes later makes the browser work out all styles and lay out the page again. So one script in the head,
the same on all pages, holds the fonts; readers without JavaScript get them by a style sheet, as anywhere.
"""

import base64
import json
import logging
import re

import tinycss2
from fontTools import subset
from fontTools.ttLib import TTFont

logging.getLogger("fontTools").setLevel(logging.WARNING)  # else it tells of every table that it leaves out

SMALL = 2000  # bytes: not cut; one is there for the height of its lines alone, and has no character that is shown
SCRIPT = """for (const [family, weight, data] of %s) {
  const bytes = Uint8Array.fromBase64?.(data) ?? Uint8Array.from(atob(data), (letter) => letter.charCodeAt());
  document.fonts.add(new FontFace(family, bytes, { weight }));
}
"""


def bring(rules, static):
    """Write the fonts that style rules use to fonts.js and fonts.css; return the other rules, and the script."""
    faces = [rule for rule in rules if getattr(rule, "lower_at_keyword", "") == "font-face"]
    others = [rule for rule in rules if rule not in faces]
    text, shown = tinycss2.serialize(others), {ord(letter) for string in strings(others) for letter in string}
    fonts, style = [], []
    for rule in faces:
        face = {part.lower_name: part.value for part in tinycss2.parse_blocks_contents(rule.content)
                if part.type == "declaration"}
        family = " ".join(token.value for token in face["font-family"] if token.type in ("ident", "string"))
        weight = tinycss2.serialize(face.get("font-weight", [])).strip() or "normal"
        source = next(static / token.value for token in face["src"]
                      if token.type == "url" and not token.value.endswith("woff2"))    # needs a package more
        file = source.with_suffix(".woff")
        if re.search(rf"{re.escape(family)}(?![\w-])", text) and cut(source, file, shown):
            fonts.append([family, weight, base64.b64encode(file.read_bytes()).decode()])
            style.append(f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-display: block; '
                         f'src: url({file.relative_to(static).as_posix()}); }}\n')
    script = SCRIPT % json.dumps(fonts, indent=0)
    (static / "fonts.js").write_text(script, encoding="utf-8")
    (static / "fonts.css").write_text("".join(style), encoding="utf-8")
    return others, script


def strings(tokens):
    """What is in quotes in style rules: among it, all that `content` shows."""
    for token in tokens:
        if token.type == "string":
            yield token.value
        yield from strings(getattr(token, "content", None) or getattr(token, "arguments", None) or [])


def cut(source, file, shown):
    """Whether a font has any of the characters; if so, it is written to a file with these alone."""
    font = TTFont(source, recalcTimestamp=False)  # the same site, the same bytes
    if source.stat().st_size > SMALL:
        if not shown & set(font.getBestCmap()):
            return False
        subsetter = subset.Subsetter(subset.Options(layout_features=[]))
        subsetter.populate(unicodes=shown)
        subsetter.subset(font)
    font.flavor = "woff"
    font.save(file)
    return True
