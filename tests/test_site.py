"""The site as readers meet it: every page, at three widths, light and dark, in a real browser.

A page is opened once, by `problems`, which looks at it in all views and returns sentences that name the element; the
last test breaks a page in every way that is looked for and demands that it is found.
"""

import gzip
import re
import struct
import sys
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urljoin, urlsplit

import nbformat
import pytest
import yaml

ROOT = Path(__file__).parents[1]
VIEWS = {"wide": (1440, "light"), "dark": (1440, "dark"), "tablet": (768, "light"), "phone": (390, "light")}


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


def test_sitemap_and_card_need_only_the_address(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "_ext"), *sys.path])
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
  if (needed > width) {
    const reaches = (el) => el.getBoundingClientRect().right > width + 1 && !clipped(el.parentElement);
    say(`the page is ${needed} px wide in a window of ${width}`, all("main *").find(reaches) ?? document.body);
  }
  const unreachable = () => all("article :not(mjx-container *, pre *, svg *)").filter((el) =>
    /auto|scroll/.test(overflow(el)) && el.scrollWidth > el.clientWidth + 1 && el.checkVisibility()
    && el.tabIndex < 0 && !el.querySelector("a, button, input"));
  for (let wait = 0; wait < 20 && unreachable().length; wait++) await new Promise((done) => setTimeout(done, 50));
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
# each kind of token and three formulas stay.
THIN = """() => {
  const seen = new Set();
  document.querySelectorAll("pre span").forEach((el) => {
    if (seen.has(el.className)) el.replaceWith(...el.childNodes);
    else seen.add(el.className);
  });
  [...document.querySelectorAll("mjx-container")].slice(3).forEach((el) => el.replaceWith("x"));
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
  if (rest) runs.push(await axe.run(document, {rules: {"color-contrast": {enabled: false}}}));
  if (colours) runs.push(await axe.run({include: texts}, {runOnly: ["color-contrast"]}));
  return runs.flatMap(({violations}) => violations).flatMap(({id, help, nodes}) =>
    nodes.map(({html}) => `axe ${id}: ${help}: ${html.slice(0, 160)}`));
}"""
RULES = {"phone": [False, True], "wide": [True, True], "dark": [True, False]}  # colours, rest


def problems(browser, url, *, edit=None, views=tuple(VIEWS), axe=True):
    """Open a page and return what is wrong with it. `edit` changes its HTML on the way to the browser."""
    found = []
    here = urlsplit(url).netloc
    with browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light") as context:
        page = context.new_page()

        def block(route):
            found.append(f"request to another host: {route.request.url}")
            route.abort()

        context.route(re.compile(rf"^(?!\w+://{re.escape(here)}/|data:|blob:)"), block)
        if edit:
            page.route(url, lambda route: route.fulfill(body=edit(route.fetch().text()), content_type="text/html"))
        page.on("console", lambda m: m.type in ("error", "warning") and found.append(f"console {m.type}: {m.text}"))
        page.on("pageerror", lambda error: found.append(f"script error: {error}"))
        page.on("response", lambda r: r.status >= 400 and found.append(f"response {r.status}: {r.url}"))
        page.goto(url)
        page.add_style_tag(content="* { transition: none !important; }")  # no colour is caught half-way

        def show(view):
            width, scheme = VIEWS[view]
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.evaluate(SETTLED)

        for view in views:
            show(view)
            found += [f"{view}: {sentence}" for sentence in page.evaluate(INSPECT)]
            seen, scheme = page.evaluate("document.documentElement.dataset.theme"), VIEWS[view][1]
            if seen not in (scheme, None):  # the page of lost addresses has no themes
                found.append(f"{view}: the page is {seen} where the reader's system is {scheme}")
        if axe:
            page.evaluate(THIN)
            page.evaluate(AXE)
            for view in [view for view in RULES if view in views]:
                show(view)
                found += [f"{view}: {sentence}" for sentence in page.evaluate(RUN, RULES[view])]
    return list(dict.fromkeys(found))


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES + EXTRA)
def test_page(browser, address, name):
    found = problems(browser, f"{address}/{name}.html")
    assert not found, f"{name}.html:\n" + "\n".join(found)


@pytest.mark.browser
@pytest.mark.parametrize("name", CHAPTERS)
def test_speed(browser, address, name, record_property):
    """Weight and requests, all outside an explorable; the time until the last formula stands, in up to three attempts.

    Other work on the machine stretches the time on the clock, so the limit is on the time that the page's own thread
    was busy, which is all of it when nothing else runs.
    """
    clock, busy = [], []
    for _ in range(3):
        with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
            page, answers = context.new_page(), []
            page.on("response", lambda answer, answers=answers: answers.append(answer))
            meter = context.new_cdp_session(page)
            meter.send("Performance.enable", {"timeDomain": "threadTicks"})
            page.goto(f"{address}/{name}.html")
            until = page.evaluate("async () => { await MathJax.startup.promise; return performance.now(); }")
            clock.append(until / 1000)
            busy += [m["value"] for m in meter.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration"]
            page.evaluate(SETTLED)
            page.evaluate("window.scrollTo(0, document.body.scrollHeight)")  # what is loaded late, too
            page.wait_for_load_state("networkidle")
            own = [answer for answer in answers if "/explorables/" not in answer.url]
            packed = {".woff", ".woff2", ".png", ".jpg"}  # compressed already
            weight = sum(len(answer.body() if Path(urlsplit(answer.url).path).suffix in packed
                             else gzip.compress(answer.body(), 6)) for answer in own)
        if busy[-1] <= 1.5:
            break
    record_property("measured", f"{name}: {weight / 1000:.0f} kB gzipped, {len(own)} requests, "
                                f"formulas after {min(busy):.2f} s of work, {min(clock):.2f} s on the clock")
    assert weight <= 500_000, sorted(answer.url for answer in own)
    assert len(own) <= 30, [answer.url for answer in own]
    assert min(busy) <= 3, "the aim is 1.5 s; shared machines differ by a factor of two from one hour to the next"


@pytest.fixture
def page(browser, address):
    with browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address) as context:
        page = context.new_page()
        page.set_default_timeout(10_000)
        yield page


@pytest.mark.browser
@pytest.mark.parametrize("name", [PAGES[0], CHAPTERS[0]])
def test_search_leads_to_the_page(page, name):
    """The longest word of a page's text is typed into the search field; a result is that page and holds the word."""
    page.goto(f"/{name}.html")
    text = page.locator("article p, article h1").all_inner_texts()
    word = max(re.findall(r"\b[a-z]+\b", " ".join(text)), key=len)
    page.locator(".search-button-field:visible, .search-button:visible").first.click()
    page.locator("#pst-search-dialog input[name=q]").fill(word)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    page.locator("#search-results li a").first.wait_for()
    links = [urlsplit(link.get_attribute("href")).path for link in page.locator("#search-results li a").all()]
    paths = [urlsplit(urljoin(page.url, link)).path for link in links]
    assert f"/{name}.html" in paths, f"searching {word!r} gives {paths}, not {name}.html"
    page.locator("#search-results li a").nth(paths.index(f"/{name}.html")).click()
    page.wait_for_url(f"**/{name}.html*")
    assert word in page.locator("article").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("query, page_and_anchor", [
    ("binary_cross_entropy", "chapters/api/losses.html#nnlib.losses.binary_cross_entropy"),
    ("sigmoid", "chapters/api/activations.html#nnlib.activations.sigmoid"),
    ("softplus", "chapters/02_sigmoid.html"),  # a formula's name
    ("log-odds", "chapters/glossary.html#term-log-odds"),
])
def test_search_finds(page, query, page_and_anchor):
    page.goto(f"/search.html?q={query}")
    page.locator("#search-results li a").first.wait_for()
    page.wait_for_function("document.querySelector('#search-results p, .search-summary')?.textContent.match(/\\d/)")
    links = [link.get_attribute("href") for link in page.locator("#search-results li a").all()]
    found = [link for link in links if page_and_anchor in link]
    assert found, f"searching {query!r} does not give {page_and_anchor}, but {links}"


@pytest.mark.browser
def test_keyboard(page):
    """Tab reaches everything that can be used, shows where it is, and starts with the way past the menus."""
    name = CHAPTERS[0]
    page.set_viewport_size({"width": 560, "height": 900})  # narrow enough for a scroll box
    page.goto(f"/{name}.html")
    page.evaluate(SETTLED)
    page.wait_for_timeout(300)
    stops = []
    for _ in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate("""() => {
          const el = document.activeElement, style = getComputedStyle(el);
          if (el === document.body) return null;
          const ring = (s) => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none";
          const box = el.getBoundingClientRect();
          return {html: el.outerHTML.slice(0, 120), id: el.id, classes: [...el.classList], tag: el.tagName,
                  tabindex: el.getAttribute("tabindex"), shown: ring(style) && box.width > 0 && box.height > 0,
                  inside: !!el.closest("article")};
        }""")
        if stop is None:
            break
        stops.append(stop)
    assert "skip" in stops[0]["html"].lower(), f"{name}: the first stop is {stops[0]['html']}"
    unseen = [stop["html"] for stop in stops if not stop["shown"]]
    assert not unseen, f"{name}: the focus cannot be seen on " + "\n".join(unseen)
    wanted = {"menu": "primary-toggle", "search": "search-button", "theme": "theme-switch-button",
              "on this page": "secondary-toggle", "solution": "toggle-button", "copy": "copybtn"}
    classes = {c for stop in stops for c in stop["classes"]}
    assert not [what for what, c in wanted.items() if c not in classes], sorted(classes)
    assert any(stop["tag"] == "SUMMARY" for stop in stops), f"{name}: no hidden code is reached"
    assert any(stop["tabindex"] == "0" and stop["inside"] for stop in stops), f"{name}: no scroll box is reached"
    assert any("next" in c for c in classes), f"{name}: the next page is not reached"


@pytest.mark.browser
def test_lost_address(page, address):
    """At any depth, at the root of a host or below a folder, the page for lost addresses knows the way home."""
    for lost, home in (("/no/such/page.html", "/intro.html"), ("/book/chapters/nothing", "/book/intro.html")):
        if lost.startswith("/book"):  # a host whose root is another site
            page.route(f"{address}/_static/logo.svg", lambda route: route.fulfill(status=404))
        answer = page.goto(lost)
        assert answer.status == 404 and page.locator("h1").is_visible()
        page.wait_for_load_state("networkidle")
        page.locator("main a").first.click()
        page.wait_for_url(f"{address}{home}")


@pytest.mark.browser
@pytest.mark.parametrize("name", CHAPTERS)
def test_terms_and_names_are_linked(site, page, name):
    """The first mention of a name of the library leads to its page; a link to the glossary shows the definition."""
    html = (site / f"{name}.html").read_text(encoding="utf-8")
    assert "api/" in html and re.search(r'href="api/\w+\.html#nnlib\.', html), f"{name}: no link to the library's pages"
    page.goto("/chapters/glossary.html")
    link = page.locator("dl.glossary a:has(.std-term)").first
    assert len(link.get_attribute("title") or "") > 30, f"glossary: {link.evaluate('el => el.outerHTML')}"


@pytest.mark.browser
def test_theme_toggle(page):
    page.goto(f"/{PAGES[-1]}.html")
    seen = {}
    for _ in range(3):
        page.locator(".theme-switch-button:visible").first.click()
        mode = page.evaluate("document.documentElement.dataset.mode")
        seen[mode] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert set(seen) == {"auto", "light", "dark"}
    assert seen["auto"] == seen["light"] != seen["dark"]
    page.locator(".theme-switch-button:visible").first.click()
    chosen = page.evaluate("document.documentElement.dataset.mode")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.mode") == chosen, "the choice is forgotten by the next page"


@pytest.mark.browser
@pytest.mark.parametrize("name", CHAPTERS)
def test_solutions_and_hidden_code_open(page, name):
    page.goto(f"/{name}.html")
    for box in page.locator(".solution.dropdown").all():
        body = box.locator("section").first
        assert not body.is_visible(), f"{name}: open from the start: {box.get_attribute('id')}"
        box.locator("button.toggle-button").focus()
        page.keyboard.press("Enter")
        assert body.is_visible(), f"{name}: Enter does not open {box.get_attribute('id')}"
        box.locator(".admonition-title").first.click(position={"x": 5, "y": 5})
        assert not body.is_visible(), f"{name}: a click does not close {box.get_attribute('id')}"
    for box in page.locator("article details").all():
        if box.is_visible() and not box.get_attribute("open"):
            box.locator("summary").first.click()
            opened = box.locator(":scope > :not(summary)").first.is_visible()
            assert opened, f"{name}: does not open: {box.inner_text()[:80]}"


@pytest.mark.browser
def test_menu_on_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/{PAGES[0]}.html")
    target = page.locator("#pst-primary-sidebar-modal a[href], #pst-primary-sidebar a[href]").filter(visible=True)
    assert target.count() == 0
    page.locator(".primary-toggle:visible").first.click()
    target.last.wait_for()
    target.last.click()
    page.wait_for_url(f"**/{PAGES[-1]}.html")


@pytest.mark.browser
@pytest.mark.parametrize("name", [name for name in PAGES if (ROOT / f"{name}.ipynb").exists()])
def test_download_button(page, tmp_path, name):
    page.goto(f"/{name}.html")
    page.locator("button[aria-label='Download this page']:visible").first.click()
    with page.expect_download() as download:
        page.locator(".btn-download-source-button:visible").first.click()
    download.value.save_as(tmp_path / "saved.ipynb")
    nbformat.validate(nbformat.read(tmp_path / "saved.ipynb", as_version=4))
    assert download.value.suggested_filename == Path(name).name + ".ipynb"


@pytest.mark.browser
@pytest.mark.parametrize("name", [PAGES[0], *CHAPTERS, PAGES[-1]])
def test_without_javascript(browser, address, name):
    """All of the text and the figures, solutions included; hidden code opens by itself, as <details> does."""
    with browser.new_context(java_script_enabled=False, base_url=address) as context:
        page = context.new_page()
        page.goto(f"/{name}.html")
        hidden = page.evaluate("""() => {
            const parts = [...document.querySelectorAll("article :is(h1, h2, p, img, pre, .solution > section)")];
            const shown = (el) => el.checkVisibility({visibilityProperty: true, opacityProperty: true});
            const counts = (el) => (el.matches("img") || el.textContent.trim()) && !el.closest("details");
            return parts.filter((el) => counts(el) && !shown(el)).map((el) => el.outerHTML.slice(0, 160));
        }""")
        assert page.locator("article h1").is_visible() and not hidden
        assert page.evaluate("document.documentElement.dataset.theme") == "light"  # "auto" has no colours


@pytest.mark.browser
@pytest.mark.parametrize("name", [PAGES[0], CHAPTERS[0]])
def test_opened_from_disk(browser, site, name):
    """`make book` ends with a file:// address."""
    assert not problems(browser, (site / f"{name}.html").as_uri(), views=["wide"], axe=False)


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
    "where the reader's system": "<script>document.documentElement.dataset.mode = 'dark'</script>",
}


@pytest.mark.browser
def test_what_is_broken_is_found(browser, address):
    """The checks above can fail: a page that is broken in all these ways is reported for each of them."""

    def edit(html):
        if "tex-chtml.js" not in html:
            html = html.replace("</head>", '<script defer src="_static/mathjax/tex-chtml.js"></script></head>')
        return html.replace("</article>", "".join(BROKEN.values()) + "</article>")

    found = problems(browser, f"{address}/{PAGES[0]}.html", edit=edit, views=["wide"])
    assert not [kind for kind in BROKEN if not any(kind in sentence for sentence in found)], found


@pytest.mark.browser
def test_a_missing_mathjax_is_found(browser, address, site):
    name = next(name for name in PAGES if 'class="math' in (site / f"{name}.html").read_text(encoding="utf-8"))
    found = problems(browser, f"{address}/{name}.html", views=["wide"], axe=False,
                     edit=lambda html: html.replace("tex-chtml.js", "gone.js"))
    assert any("mathematics not typeset" in sentence for sentence in found), found
