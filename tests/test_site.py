"""The site as readers meet it: every page, at three widths, light and dark, in a real browser.

A page is opened by `problems`, which returns sentences that name the element; the last test breaks a page in every way
that is looked for and demands that it is found.
"""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import nbformat
import pytest
import yaml

ROOT = Path(__file__).parents[1]
VIEWS = {"wide": (1440, "light"), "tablet": (768, "light"), "phone": (390, "light"), "dark": (1440, "dark")}


def files_of(node):
    """All pages that _toc.yml names, in order."""
    if isinstance(node, list):
        return [name for item in node for name in files_of(item)]
    if not isinstance(node, dict):
        return []
    own = [node[key] for key in ("root", "file") if key in node]
    return own + [name for value in node.values() for name in files_of(value)]


PAGES = files_of(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
EXTRA = ["search", "genindex"]  # made by Sphinx


# ---- Without a browser: links and downloads ----


class Page(HTMLParser):
    """The ids and the links of one HTML file."""

    def __init__(self, file):
        super().__init__()
        self.ids, self.links, self.downloads = set(), [], []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids |= {attributes[key] for key in ("id", "name") if attributes.get(key)}
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
    assert not list(dead_links(site, [*PAGES, *EXTRA, "index"]))


def test_dead_links_are_found(tmp_path):
    (tmp_path / "a.html").write_text(
        '<p id="x"><a href="b.html">1</a><a href="#y">2</a><a href="#x">3</a><img src="c.svg">'
    )
    found = list(dead_links(tmp_path, ["a"]))
    assert [sentence.split()[1] for sentence in found] == ["b.html", "#y", "c.svg"]


def test_all_pages_were_built(site):
    assert not [name for name in PAGES if not (site / f"{name}.html").is_file()]


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


def problems(browser, url, *, width=1440, scheme="light", edit=None):
    """Open a page and return what is wrong with it. `edit` changes its HTML on the way to the browser."""
    found = []
    here = urlsplit(url).netloc
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        page = context.new_page()

        def pass_or_block(route):
            if urlsplit(route.request.url).netloc == here or route.request.url.startswith(("data:", "blob:")):
                route.continue_()
            else:
                found.append(f"request to another host: {route.request.url}")
                route.abort()

        context.route("**/*", pass_or_block)
        if edit:
            page.route(url, lambda route: route.fulfill(body=edit(route.fetch().text()), content_type="text/html"))
        page.on("console", lambda m: m.type in ("error", "warning") and found.append(f"console {m.type}: {m.text}"))
        page.on("pageerror", lambda error: found.append(f"script error: {error}"))
        page.on("response", lambda r: r.status >= 400 and found.append(f"response {r.status}: {r.url}"))
        page.goto(url)
        page.evaluate(SETTLED)
        found += page.evaluate(INSPECT)
        dark = page.evaluate("document.documentElement.dataset.theme")
        if dark != scheme:
            found.append(f"the page is {dark} where the reader's system is {scheme}")
    return found


@pytest.mark.browser
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", PAGES + EXTRA)
def test_page(browser, address, name, view):
    width, scheme = VIEWS[view]
    found = problems(browser, f"{address}/{name}.html", width=width, scheme=scheme)
    assert not found, f"{name}.html in the view '{view}':\n" + "\n".join(found)


@pytest.fixture
def page(browser, address):
    with browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address) as context:
        page = context.new_page()
        page.set_default_timeout(10_000)
        yield page


@pytest.mark.browser
@pytest.mark.parametrize("name", [PAGES[0], PAGES[-1]])
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
@pytest.mark.parametrize("name", PAGES)
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
@pytest.mark.parametrize("name", PAGES)
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
@pytest.mark.parametrize("name", PAGES)
def test_opened_from_disk(browser, site, name):
    """`make book` ends with a file:// address."""
    assert not problems(browser, (site / f"{name}.html").as_uri())


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

    found = problems(browser, f"{address}/{PAGES[0]}.html", edit=edit)
    assert not [kind for kind in BROKEN if not any(kind in sentence for sentence in found)], found


@pytest.mark.browser
def test_a_missing_mathjax_is_found(browser, address, site):
    name = next(name for name in PAGES if 'class="math' in (site / f"{name}.html").read_text(encoding="utf-8"))
    found = problems(browser, f"{address}/{name}.html", edit=lambda html: html.replace("tex-chtml.js", "gone.js"))
    assert any("mathematics not typeset" in sentence for sentence in found), found
