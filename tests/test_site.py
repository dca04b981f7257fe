"""The site as readers see it: every page, at three widths, light and dark, and on paper, in a real browser.

A page is opened once, by `problems`, which looks at it in all views and returns sentences that name the element; the
last test breaks a page in every way that is looked for and demands that it is found. What readers do with the site is
in test_site_in_use.py.
"""

import re
import struct
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
import yaml

ROOT = Path(__file__).parents[1]
VIEWS = {"wide": (1440, "light", "screen"), "dark": (1440, "dark", "screen"), "tablet": (768, "light", "screen"),
         "paper": (640, "dark", "print"), "phone": (390, "light", "screen")}  # 640 px are 17 cm, A4 without its margins


def files_of(node):
    """All pages that _toc.yml names, in order."""
    if isinstance(node, list):
        return [name for item in node for name in files_of(item)]
    if not isinstance(node, dict):
        return []
    own = [node[key] for key in ("root", "file") if key in node]
    below = [name for value in node.values() for name in files_of(value)]
    globbed = sorted(ROOT.glob(f"{node['glob']}.rst")) if "glob" in node else []
    return own + below + [str(file.relative_to(ROOT).with_suffix("")) for file in globbed if file.stem != "index"]


PAGES = files_of(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
CHAPTERS = [name for name in PAGES if re.match(r"chapters/\d\d_", name)]
EXTRA = ["search", "genindex", "404"]


# ---- Without a browser: links and downloads ----


class Page(HTMLParser):
    """The ids, the links and the metadata of one HTML file."""

    def __init__(self, file):
        super().__init__()
        self.ids, self.links, self.downloads, self.meta, self.classes, self.next = set(), [], [], {}, set(), None
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids |= {attributes[key] for key in ("id", "name") if attributes.get(key)}
        self.classes |= set((attributes.get("class") or "").split())
        if tag == "meta":
            self.meta[attributes.get("name") or attributes.get("property")] = attributes.get("content")
        if tag == "link" and attributes.get("rel") == "next":
            self.next = attributes["href"]
        self.links += [attributes[key] for key in ("href", "src") if attributes.get(key)]
        if "download" in attributes or "btn-download-source-button" in (attributes.get("class") or ""):
            self.downloads.append(attributes.get("href"))


def dead_links(site, names):
    """Sentences about links inside the site that lead nowhere, anchors included."""
    site = site.resolve()
    pages = {site / f"{name}.html": Page(site / f"{name}.html") for name in names}
    for file, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or link == "#":
                continue
            target = file.parent / unquote(parts.path) if parts.path else file
            target = target.resolve()
            if not target.is_file():
                yield f"{file.relative_to(site)}: {link} does not exist"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                yield f"{file.relative_to(site)}: {link} has no such anchor"


def test_no_dead_links(site):
    assert not list(dead_links(site, [*PAGES, *EXTRA[:-1], "index"]))  # 404.html has other links at every depth


def test_dead_links_are_found(tmp_path):
    (tmp_path / "a.html").write_text(
        '<p id="x"><a href="b.html">1</a><a href="#y">2</a><a href="#x">3</a><img src="c.svg">'
    )
    found = list(dead_links(tmp_path, ["a"]))
    assert [sentence.split()[1] for sentence in found] == ["b.html", "#y", "c.svg"]


def test_all_pages_were_built(site):
    assert not [name for name in [*PAGES, *EXTRA] if not (site / f"{name}.html").is_file()]


def test_next_leads_through_the_whole_book(site):
    path, name = [], PAGES[0]
    while name and name not in path:
        path.append(name)
        file = site / f"{name}.html"
        follows = Page(file).next
        name = follows and str((file.parent / follows).resolve().relative_to(site).with_suffix(""))
    assert path == PAGES


def test_pages_describe_themselves(site):
    """To search engines, and where somebody shares the address."""
    described = {}
    for name in PAGES:
        file = site / f"{name}.html"
        meta = Page(file).meta
        text = meta.get("description") or ""
        assert 40 <= len(text) <= 240, f"{name}: the description is {text!r}"
        assert text not in described, f"{name} and {described[text]} have the same description"
        described[text] = name
        assert meta["og:description"] and meta["og:title"] and "&#" not in meta["og:title"], f"{name}: {meta}"
        card = (file.parent / meta["og:image"]).read_bytes() if "://" not in meta["og:image"] else None
        size = (int(meta["og:image:width"]), int(meta["og:image:height"]))
        assert card is None or struct.unpack(">II", card[16:24]) == size, f"{name}: {meta['og:image']} is not {size}"


def test_sitemap_and_card_need_only_the_address(tmp_path):
    pages = pytest.importorskip("pages")
    config = SimpleNamespace(html_baseurl="https://example.org/book/", book_description="x", project="P", root_doc="a")
    app = SimpleNamespace(config=config, outdir=tmp_path, builder=SimpleNamespace(name="html"),
                          env=SimpleNamespace(found_docs={"a", "chapters/b"}, titles={}))
    pages.write_sitemap(app, None)
    assert "<loc>https://example.org/book/chapters/b.html</loc>" in (tmp_path / "sitemap.xml").read_text()
    context = {}
    pages.describe(app, "chapters/b", "page.html", context, None)
    assert 'content="https://example.org/book/_static/card.png"' in context["metatags"]


def test_every_public_name_is_documented(site):
    """The library's pages are made from the code; this reads them independently, by what can be imported."""
    for module in sorted((ROOT / "nnlib").glob("[a-z]*.py")):
        ids = Page(site / "chapters" / "api" / f"{module.stem}.html").ids
        defined = r"^(?:def|class) ([a-zA-Z]\w*)|^([a-z]\w*) = [A-Za-z]\w*\("
        names = re.findall(defined, module.read_text(encoding="utf-8"), re.MULTILINE)
        single = {"Sigmoid", "LogSigmoid", "Softplus", "Tanh", "ReLU", "ELU", "SiLU", "GELU", "Identity"}
        missing = {a or b for a, b in names} - {i.removeprefix(f"nnlib.{module.stem}.") for i in ids} - single
        assert not missing, f"nnlib.{module.stem}: {missing}"


def test_icons_survive_the_bundling(site):
    style = (site / "_static" / "site.css").read_text(encoding="utf-8")
    for name in [*PAGES, "search", "genindex"]:
        icons = {c for c in Page(site / f"{name}.html").classes if c.startswith("fa-")} - {"fa-solid", "fa-fw", "fa-lg"}
        assert not [icon for icon in icons if f".{icon}:" not in style and f".{icon}{{" not in style], name


@pytest.mark.parametrize("name", CHAPTERS)
def test_numbers_and_anchors(site, name):
    """Everything that can be referred to has a number of its chapter and an address."""
    html, number = (site / f"{name}.html").read_text(encoding="utf-8"), int(re.search(r"/(\d\d)_", name)[1])
    for what in (rf'class="section-number">{number}\.1', rf'class="eqno">\({number}\.1\)', rf"Fig\. {number}\.1",
                 rf"Exercise {number}\.1"):
        assert re.search(what, html), f"{name}: nothing matches {what}"
    article = re.search(r"<article.*</article>", html, re.DOTALL)[0]
    bare = [h for h in re.findall(r"<h[1-3]>.*?</h[1-3]>", article, re.DOTALL) if "headerlink" not in h]
    assert not bare, f"{name}: without an anchor: {bare}"


@pytest.mark.parametrize("name", [name for name in PAGES if (ROOT / f"{name}.ipynb").exists()])
def test_notebook_download(site, name):
    file = site / f"{name}.html"
    links = [link for link in Page(file).downloads if link and link.endswith(".ipynb")]
    assert links, f"{name}: no link to the notebook"
    offered, ours = file.parent / links[0], ROOT / f"{name}.ipynb"
    nbformat.validate(nbformat.read(offered, as_version=4))
    assert offered.read_bytes() == ours.read_bytes(), f"{name}: not the notebook in the repository"


# ---- In a browser ----

SETTLED = """async () => {
  await window.MathJax?.startup?.promise;
  await document.fonts.ready;
  await new Promise(requestAnimationFrame);
}"""

# Everything that is wrong with an open page, as sentences.
INSPECT = r"""async () => {
  const found = [], say = (what, el) => found.push(`${what}: ${el.outerHTML.replace(/\s+/g, " ").slice(0, 160)}`);
  const each = (selector, look) => document.querySelectorAll(selector).forEach(look);

  // Mathematics
  each(".math", (el) => el.querySelector("mjx-container") || say("mathematics not typeset", el));
  each("mjx-merror", (el) => say("error in a formula", el.closest(".math") ?? el));
  each('mjx-container mtext[mathcolor="red"]', (el) => say("undefined TeX macro", el));
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const el = words.currentNode.parentElement;
    if (el.closest("script, style, noscript, pre, code, .math, [role=search]")) continue;
    if (/\\[([]|\$\$|\\begin\{|\$[^$\s][^$]*\\[a-z]+[^$]*\$/i.test(words.currentNode.data)) say("raw TeX", el);
  }

  // Width: nothing reaches beyond the window, and what scrolls in its own box can be reached by keyboard.
  const overflow = (el) => getComputedStyle(el).overflowX;
  const clipped = (el) => el && (overflow(el) !== "visible" || clipped(el.parentElement));
  const all = (selector) => [...document.querySelectorAll(selector)];
  const width = window.innerWidth, needed = document.scrollingElement.scrollWidth;
  if (needed > width + 1) {
    const reaches = (el) => el.getBoundingClientRect().right > width + 1 && !clipped(el.parentElement);
    say(`the page is ${needed} px wide in a window of ${width}`, all("main *").find(reaches) ?? document.body);
  }
  const unreachable = () => all("article :not(mjx-container *, pre *, svg *)").filter((el) =>
    /auto|scroll/.test(overflow(el)) && el.scrollWidth > el.clientWidth + 1 && el.checkVisibility()
    && el.tabIndex < 0 && !el.querySelector("a, button, input"));
  for (let wait = 0; wait < 100 && unreachable().length; wait++) await new Promise((done) => setTimeout(done, 50));
  unreachable().forEach((el) => say("scrolls, but not by keyboard", el));

  // Images
  each("img", (el) => {
    const alt = el.getAttribute("alt"), described = alt?.trim() && !/\.(svg|png|jpe?g)$/.test(alt);
    if (alt === null || (el.closest("article") && !described)) say("image without a description", el);
    if (el.complete && !el.naturalWidth) say("image that does not load", el);
  });

  // The document
  if (!document.documentElement.lang) say("no language", document.documentElement.cloneNode());
  all("article h1").slice(1).forEach((el) => say("more than one h1", el));
  const ids = all("[id]").map((el) => el.id), linked = (id) => all(`a[href$="#${CSS.escape(id)}"]`).length;
  new Set(ids.filter((id, i) => ids.indexOf(id) < i && linked(id)))
    .forEach((id) => say(`id ${id} is there twice`, document.getElementById(id)));
  return found;
}"""


AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

# Coloured code and formulas repeat a few patterns thousands of times, which axe takes half a minute to look at: one of
# each kind of token, three formulas and three copy buttons stay.
THIN = """() => {
  const seen = new Set();
  document.querySelectorAll("pre span").forEach((el) => {
    if (seen.has(el.className)) el.replaceWith(...el.childNodes);
    else seen.add(el.className);
  });
  [...document.querySelectorAll("mjx-container")].slice(3).forEach((el) => el.replaceWith("x"));
  [...document.querySelectorAll(".copybtn")].slice(3).forEach((el) => el.remove());
}"""

# Colours in both schemes, on two of each kind of text (same tags and classes, three levels up); all the rest of axe's
# rules at both ends of the widths. The phone comes first, for its view is the last one above.
RUN = r"""async ([colours, rest]) => {
  const kinds = new Map(), texts = [];
  for (const el of colours ? document.body.querySelectorAll("*") : []) {
    if (![...el.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
    const kind = [el, el.parentElement, el.parentElement.parentElement].map((e) => e.tagName + e.className).join();
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    if (kinds.get(kind) <= 2) texts.push(el);
  }
  const runs = [];
  const resultTypes = ["violations"];
  if (rest) runs.push(await axe.run(document, {resultTypes, rules: {"color-contrast": {enabled: false}}}));
  if (colours) runs.push(await axe.run({include: texts}, {resultTypes, runOnly: ["color-contrast"]}));
  return runs.flatMap(({violations}) => violations).flatMap(({id, help, nodes}) =>
    nodes.map(({html}) => `axe ${id}: ${help}: ${html.slice(0, 160)}`));
}"""
RULES = {"phone": [False, True], "wide": [True, True], "dark": [True, False]}  # colours, rest

# What cannot be seen of the text, the figures and the solutions.
UNSEEN = """(ignored) => {
  const parts = [...document.querySelectorAll("article :is(h1, h2, p, li, img, pre, table, .solution > section)")];
  const shown = (el) => el.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const counts = (el) => (el.matches("img") || el.textContent.trim()) && !el.closest(ignored);
  return parts.filter((el) => counts(el) && !shown(el)).map((el) => el.outerHTML.slice(0, 160));
}"""

# What paper cannot do: scroll, and be clicked.
PAPER = r"""() => {
  const shuts = (el) => el.clientWidth && getComputedStyle(el).overflowX !== "visible";
  const cut = (el) => shuts(el) && el.scrollWidth > el.clientWidth + 1;
  const wrong = {
    "cut off": [...document.querySelectorAll("article :not(mjx-container *, svg *)")].filter(cut),
    "of no use": [...document.querySelectorAll("nav, button, .headerlink")].filter((el) => el.checkVisibility()),
  };
  return Object.entries(wrong).flatMap(([what, parts]) => parts.map((el) => `${what}: ${el.outerHTML.slice(0, 160)}`));
}"""


@pytest.fixture(scope="module")
def tab(browser):
    """One for all pages, one after the other: opening a new tab takes longer than looking at most pages."""
    with browser.new_context() as context:
        yield context.new_page()


def show(page, view):
    width, scheme, media = VIEWS[view]
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, media=media)
    page.evaluate(SETTLED)


def looked_at(page, view):
    """What is wrong with an open page in one view."""
    show(page, view)
    on_paper = VIEWS[view][2] == "print"
    if on_paper:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    theme, right = page.evaluate("document.documentElement.dataset.theme"), "light" if on_paper else VIEWS[view][1]
    if theme not in (right, None):  # the page of lost addresses has no themes
        yield f"the page is {theme}, not {right}"
    yield from page.evaluate(INSPECT)
    if on_paper:
        yield from page.evaluate(PAPER)
        yield from (f"missing: {html}" for html in page.evaluate(UNSEEN, "summary, .explorable"))
        page.evaluate("dispatchEvent(new Event('afterprint'))")


def problems(page, url, *, edit=None, views=tuple(VIEWS), axe=True):
    """Open a page and return what is wrong with it. `edit` changes its HTML on the way to the browser."""
    found, own = [], re.compile(rf"{urlsplit(url).scheme}://{re.escape(urlsplit(url).netloc)}/|data:|blob:")
    listeners = {
        "request": lambda r: own.match(r.url) or found.append(f"request to another host: {r.url}"),
        "response": lambda r: r.status >= 400 and found.append(f"response {r.status}: {r.url}"),
        "console": lambda m: m.type in ("error", "warning") and found.append(f"console {m.type}: {m.text}"),
        "pageerror": lambda error: found.append(f"script error: {error}"),
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    if edit:
        page.route(url, lambda route: route.fulfill(body=edit(route.fetch().text()), content_type="text/html"))
    page.emulate_media(color_scheme="light", media="screen")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(url)
    page.add_style_tag(content="* { transition: none !important; }")  # no colour is caught half-way
    for view in views:
        found += [f"{view}: {sentence}" for sentence in looked_at(page, view)]
    if axe:
        page.evaluate(THIN)
        page.evaluate(AXE)
        for view in [view for view in RULES if view in views]:
            show(page, view)
            found += [f"{view}: {sentence}" for sentence in page.evaluate(RUN, RULES[view])]
    page.unroute_all()
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    return list(dict.fromkeys(found))


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES + EXTRA)
def test_page(tab, address, name):
    found = problems(tab, f"{address}/{name}.html")
    assert not found, f"{name}.html:\n" + "\n".join(found)


@pytest.mark.browser
@pytest.mark.parametrize("name", [PAGES[0], CHAPTERS[0]])
def test_opened_from_disk(tab, site, name):
    """`make book` ends with a file:// address."""
    assert not problems(tab, (site / f"{name}.html").as_uri(), views=["wide"], axe=False)


@pytest.mark.browser
@pytest.mark.parametrize("name", [PAGES[0], *CHAPTERS, PAGES[-1]])
def test_without_javascript(browser, address, name):
    """All of the text and the figures, solutions included; hidden code opens by itself, as <details> does."""
    with browser.new_context(java_script_enabled=False, base_url=address) as context:
        page = context.new_page()
        page.goto(f"/{name}.html")
        assert page.locator("article h1").is_visible() and not page.evaluate(UNSEEN, "details")
        assert page.evaluate("document.documentElement.dataset.theme") == "light"  # "auto" has no colours


# What INSPECT and the listeners look for, and a piece of HTML that has it.
BROKEN = {
    "request to another host": '<img alt="x" src="https://example.org/x.png">',
    "script error": "<script>undefined_function()</script>",
    "console error": "<script>console.error('x')</script>",
    "response 404": '<link rel="stylesheet" href="missing.css">',
    "mathematics not typeset": '<span class="math">x</span>',
    "error in a formula": r'<span class="math">\(\frac\)</span>',
    "undefined TeX macro": r'<span class="math">\(\undefinedmacro\)</span>',
    "raw TeX": r'<p class="mathjax_ignore">So \(x\) it is</p>',
    "the page is": '<div style="width: 2000px">x</div>',
    "scrolls, but not by keyboard": '<div style="overflow-x: auto; width: 9em"><p style="width: 99em">x</p></div>',
    "image without a description": '<img src="_static/logo.svg">',
    "image that does not load": '<img alt="x" src="data:image/png;base64,AAAA">',
    "more than one h1": "<h1>x</h1>",
    "axe label": "<input>",
    "axe heading-order": "<h5>x</h5>",
    "axe color-contrast": '<p style="color: #999; background: #fff">dim</p>',
    "no language": "<script>document.documentElement.lang = ''</script>",
    "there twice": '<p id="x"></p><p id="x"></p><a href="#x">x</a>',
    "the page is dark, not light": "<script>document.documentElement.dataset.mode = 'dark'</script>",
    "cut off": '<div tabindex="0" style="overflow-x: auto; width: 9em"><p style="width: 99em">x</p></div>',
    "of no use": '<button style="display: block !important">x</button>',
    "missing: ": '<p style="visibility: hidden">x</p>',
}


@pytest.mark.browser
def test_what_is_broken_is_found(tab, address):
    """The checks above can fail: a page that is broken in all these ways is reported for each of them."""

    def edit(html):
        if "tex-chtml.js" not in html:
            html = html.replace("</head>", '<script defer src="_static/mathjax/tex-chtml.js"></script></head>')
        return html.replace("</article>", "".join(BROKEN.values()) + "</article>")

    found = problems(tab, f"{address}/{PAGES[0]}.html", edit=edit, views=["wide", "paper"])
    assert not [kind for kind in BROKEN if not any(kind in sentence for sentence in found)], found


@pytest.mark.browser
def test_a_missing_mathjax_is_found(tab, address, site):
    name = next(name for name in PAGES if 'class="math' in (site / f"{name}.html").read_text(encoding="utf-8"))
    found = problems(tab, f"{address}/{name}.html", views=["wide"], axe=False,
                     edit=lambda html: html.replace("tex-chtml.js", "gone.js"))
    assert any("mathematics not typeset" in sentence for sentence in found), found
