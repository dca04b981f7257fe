"""Sphinx extension: one style sheet, one script and one file of fonts for the whole site.

A theme and its extensions bring some 25 files, most of whose rules and nine tenths of whose icons no page uses. When
all pages are written, the files that every page loads are joined into site.css and site.js; style rules for classes
that occur nowhere in the site are left out. A file of one page only (an explorable, the search) stays as it is.
"""

import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

import tinycss2
import webfonts
from sphinx.errors import ExtensionError

STYLE = re.compile(r'<link\b[^>]*\brel="stylesheet"[^>]*>\n?')
SCRIPT = re.compile(r'<script\b([^>]*)\bsrc="([^"]+)"([^>]*)></script>\n?')
PRELOAD = re.compile(r'<link\b[^>]*\brel="preload"[^>]*\bas="script"[^>]*>\n?')
OPTIONS = "documentation_options.js"  # 300 bytes that inline scripts below it use: goes inline itself
PLAIN = re.compile(r'<span class="(?:n|nn|p|w)">([^<]*)</span>')  # names and signs in code: of the text's colour
# The theme asks all that might scroll whether it does, in closed boxes too, and changes each before it asks the next:
# a fifth of a page's work. book.js does without.
TAB_STOPS = re.compile(r',"complete"===document\.readyState\?(\w+)\(\):window\.addEventListener\("load",\1\)')


def bundle(app, error):
    if error is not None or app.builder.name != "html":
        return
    out = Path(app.outdir)
    pages = {file: file.read_text(encoding="utf-8") for file in out.rglob("*.html") if "_static" not in file.parts}
    pages = {file: html for file, html in pages.items() if STYLE.search(html)}  # index.html only leads to intro.html

    def target(page, link):
        return (page.parent / urlsplit(link).path).resolve()

    def on_every_page(links_of):
        """In the order of the page that has the fewest."""
        lists = [[target(page, link) for link in links_of(html)] for page, html in pages.items()]
        return [file for file in min(lists, key=len) if all(file in files for files in lists)]

    def style_links(html):
        return [re.search(r'href="([^"]+)"', tag)[1] for tag in STYLE.findall(html)]

    def script_links(html):
        return [src for before, src, after in SCRIPT.findall(html) if "module" not in before + after]

    styles, scripts = on_every_page(style_links), on_every_page(script_links)
    options = [file for file in scripts if file.name == OPTIONS]
    scripts = [file for file in scripts if file not in options]

    # A leading semicolon keeps one file's "use strict" from ruling the next.
    script = "".join(f";\n{file.read_text(encoding='utf-8')}\n" for file in scripts)
    script, found = TAB_STOPS.subn("", script)
    if found != 1:
        raise ExtensionError("The theme's script ends in another way than TAB_STOPS in _ext/bundle.py: adapt that.")
    code = [file.read_text(encoding="utf-8") for file in out.rglob("*.js") if is_code(file.relative_to(out))]
    texts = [*pages.values(), *code]
    names = {name for text in texts for name in re.findall(r"[\w-]+", text)}
    rules = [rule for file in styles for rule in rules_of(file, out / "_static")]
    rules, fonts = webfonts.bring(used(rules, names), out / "_static")
    style = tinycss2.serialize(rules)

    version = hashlib.sha256((style + script + fonts).encode()).hexdigest()[:8]
    (out / "_static" / "site.css").write_text(style, encoding="utf-8")
    (out / "_static" / "site.js").write_text(script, encoding="utf-8")
    for page, html in pages.items():
        root = "../" * (len(page.relative_to(out).parts) - 1)
        html = rewritten(html, f"{root}_static", version, lambda link, page=page: target(page, link),
                         styles, scripts, options)
        page.write_text(html, encoding="utf-8")


def rewritten(html, static, version, target, styles, scripts, options):
    """The page with one link and one script in place of the first of many, and with the fonts."""
    attributes = "".join(re.findall(r"\sdata-sd[\w-]*=\"[^\"]*\"", html))  # sphinx-design reads its script tag's
    first = {"style": f'<script src="{static}/fonts.js?v={version}"></script>\n'
                      f'<noscript><link rel="stylesheet" href="{static}/fonts.css?v={version}"></noscript>\n'
                      f'<link rel="stylesheet" href="{static}/site.css?v={version}">\n',
             "script": f'<script defer src="{static}/site.js?v={version}"{attributes}></script>\n'}

    def style(match):
        link = re.search(r'href="([^"]+)"', match[0])[1]
        return first.pop("style", "") if target(link) in styles else match[0]

    def script(match):
        file = target(match[2])
        if file in options:
            return f"<script>{file.read_text(encoding='utf-8')}</script>\n"
        if file in scripts:
            return first.pop("script", "")
        # What is left may use the bundle, so it waits for it, as "defer" and "module" do.
        waits = re.search(r"\b(defer|async|module)\b", match[1] + match[3])
        return match[0] if waits else match[0].replace("<script", "<script defer", 1)

    html = PLAIN.sub(r"\1", STYLE.sub(style, SCRIPT.sub(script, html)))  # styles last: the fonts wait for nobody
    return PRELOAD.sub(lambda m: "" if target(re.search(r'href="([^"]+)"', m[0])[1]) in scripts else m[0], html)


def is_code(file):
    """Scripts that may name classes: not the search index or the icons as a script."""
    return file.name not in ("searchindex.js", "fontawesome.js")


def rules_of(file, static):
    """The rules of a style sheet and of those that it imports, with addresses as seen from _static/."""
    folder = file.parent.relative_to(static.resolve()).as_posix()
    text = file.read_text(encoding="utf-8")
    text = re.sub(r"url\(\s*(['\"]?)(?!data:|#|/)([^'\")]+)\1\s*\)", rf"url({folder}/\2)", text)
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.lower_at_keyword == "import":
            address = next(token for token in rule.prelude if token.type in ("url", "string"))  # urls: rewritten above
            start = static if address.type == "url" else file.parent
            yield from rules_of((start / address.value).resolve(), static)
        elif rule.type != "error" and getattr(rule, "lower_at_keyword", "") != "charset":
            yield rule


def used(rules, names):
    """The rules that can apply: every class and id in a selector, except inside :not() and its like, is in the site."""
    kept = []
    for rule in rules:
        if rule.type == "at-rule" and rule.content and rule.lower_at_keyword in ("media", "supports", "layer"):
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            rule.content = used(inner, names)
            if rule.content:
                kept.append(rule)
        elif rule.type != "qualified-rule" or any(words <= names for words in selectors(rule.prelude)):
            kept.append(rule)
    return kept


def selectors(prelude):
    """The classes and ids of each selector of a list."""
    found, previous = [set()], None
    for token in prelude:
        if token == ",":
            found.append(set())
        elif token.type == "hash" or (token.type == "ident" and previous == "."):
            found[-1].add(token.value)
        previous = token
    return found


def setup(app):
    app.connect("build-finished", bundle, priority=900)  # after the others have copied their files
    app.connect("env-updated", lambda app, env: env.all_docs)  # pages are rewritten as a whole or not at all
    return {"parallel_read_safe": True, "parallel_write_safe": True}
