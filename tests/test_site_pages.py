"""The site as readers see it: every page, at three widths, light and dark, and on paper, in a real browser.

A page is opened once, by `problems`, which looks at it in all views and returns sentences that name the element; the
last tests break a page in every way that is looked for and demand that it is found. The chapters are looked at in
test_site_chapters.py.
"""

import re
from contextlib import contextmanager
from importlib.resources import files
from urllib.parse import urlsplit

import pytest
from test_site import CHAPTERS, EXTRA, MODEL, PAGES

pytestmark = pytest.mark.browser

VIEWS = {"wide": (1440, "light", "screen"), "tablet": (768, "light", "screen"), "phone": (390, "light", "screen"),
         "paper": (640, "dark", "print"), "dark": (1440, "dark", "screen")}  # 640 px are 17 cm, A4 without its margins
LAYOUTS = ("wide", "tablet", "phone", "paper")  # in the dark only the colours are others
STILL = "* { transition: none !important; }"  # or a colour is caught half-way

# All is there, pictures that are far away too, and nothing moves any more.
SETTLED = """async () => {
  await document.fonts.ready;
  const pictures = [...document.images];
  for (const picture of pictures) picture.loading = "eager";
  await Promise.allSettled(pictures.map((picture) => picture.decode()));
  await new Promise(requestAnimationFrame);
}"""

# Everything that is wrong with an open page, as sentences. The theme makes what scrolls a stop of the keyboard a moment
# after the window has changed, so there is some patience, in milliseconds.
INSPECT = r"""async (patience) => {
  const found = [], say = (what, el) => found.push(`${what}: ${el.outerHTML.replace(/\s+/g, " ").slice(0, 160)}`);
  const each = (selector, look) => document.querySelectorAll(selector).forEach(look);

  // Mathematics
  each(".math", (el) => el.querySelector("mjx-container") || say("mathematics not typeset", el));
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
  const lost = (el) => el.getBoundingClientRect().left < -1 && el.checkVisibility() && !clipped(el.parentElement);
  const cut = all("article :not(mjx-container *, svg *)").find(lost);
  if (cut) say("begins left of the window", cut);
  const unreachable = () => all("article :not(mjx-container *, pre *, svg *)").filter((el) =>
    /auto|scroll/.test(overflow(el)) && el.scrollWidth > el.clientWidth + 1 && el.checkVisibility()
    && el.tabIndex < 0 && !el.querySelector("a, button, input"));
  const pause = () => new Promise((done) => setTimeout(done, 50));
  for (let waited = 0; waited < patience && unreachable().length; waited += 50) await pause();
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


# Nothing is cut off on a desk: code and tables have their width, hidden ones included, and where no line of code has
# more than 94 characters, none is broken.
DESKS = (1024, 1200, 1280, 1440)
CUT = r"""() => {
  const closed = [...document.querySelectorAll("article details:not([open])")], found = [];
  closed.forEach((el) => { el.open = true; });
  const cut = (el) => el.clientWidth && el.scrollWidth > el.clientWidth + 1;
  const shuts = (el) => el.parentElement && getComputedStyle(el).overflowX === "visible" ? shuts(el.parentElement) : el;
  const say = (what, el) => found.push(`${what}: ${el.outerHTML.slice(0, 160)}`);
  document.querySelectorAll("article pre").forEach((el) => cut(el) && say("code is cut off", el));
  document.querySelectorAll("article table").forEach((el) => cut(shuts(el)) && say("table is cut off", el));
  document.querySelectorAll("article .cell_input pre").forEach((el) => {
    if (el.textContent.split("\n").some((line) => line.length > 94)) return;
    el.style.whiteSpace = "pre";
    if (cut(el)) say("code is broken", el);
    el.style.whiteSpace = "";
  });
  closed.forEach((el) => { el.open = false; });
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

# Colours in both schemes, those of text on the first and the last one of each kind: colour, size, weight, and what is
# behind it. The rest of axe's rules at both ends of the widths; links in texts look the same there.
RUN = r"""async (options) => {
  const kinds = new Map();
  const behind = (el) => {
    if (!el) return "";
    const {backgroundColor, backgroundImage, opacity} = getComputedStyle(el);
    const own = [backgroundColor, backgroundImage, opacity].join().replace("rgba(0, 0, 0, 0),none,1", "");
    return own + behind(el.parentElement);
  };
  for (const el of document.body.querySelectorAll("*")) {
    if (![...el.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
    if (!el.checkVisibility({visibilityProperty: true})) continue;
    const {color, fontSize, fontWeight} = getComputedStyle(el), kind = [color, fontSize, fontWeight, behind(el)].join();
    kinds.set(kind, [kinds.get(kind)?.[0] ?? el, el]);
  }
  document.querySelectorAll("[data-look]").forEach((el) => el.removeAttribute("data-look"));
  [...kinds.values()].flat().forEach((el) => el.setAttribute("data-look", ""));
  axe.configure({rules: [{id: "color-contrast", selector: "[data-look]"}]});
  const {violations} = await axe.run(document, {resultTypes: ["violations"], ...options});
  return violations.flatMap(({id, help, nodes}) => nodes.map(({html}) => `axe ${id}: ${help}: ${html.slice(0, 160)}`));
}"""
RULES = {"dark": {"runOnly": ["color-contrast"]}, "wide": {},
         "phone": {"rules": {rule: {"enabled": False} for rule in ("color-contrast", "link-in-text-block")}}}

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


@contextmanager
def watched(page, address):
    """A list of what goes wrong on a page as long as the block lasts."""
    found, own = [], re.compile(rf"{urlsplit(address).scheme}://{re.escape(urlsplit(address).netloc)}/|data:|blob:")
    listeners = {
        "request": lambda r: own.match(r.url) or found.append(f"request to another host: {r.url}"),
        "response": lambda r: r.status >= 400 and found.append(f"response {r.status}: {r.url}"),
        "console": lambda m: m.type in ("error", "warning") and found.append(f"console {m.type}: {m.text}"),
        "pageerror": lambda error: found.append(f"script error: {error}"),
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    yield found
    for event, listener in listeners.items():
        page.remove_listener(event, listener)


def show(page, view):
    width, scheme, media = VIEWS[view]
    page.emulate_media(color_scheme=scheme, media=media)
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(SETTLED)
    if media == "print":
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    theme, right = page.evaluate("document.documentElement.dataset.theme"), "light" if media == "print" else scheme
    return [f"the page is {theme}, not {right}"] if theme not in (right, None) else []  # None: 404.html has no themes


def looks(page, views=LAYOUTS, patience=5000):
    """What is wrong with an open page, in one view after the other."""
    for view in views:
        found = show(page, view) + page.evaluate(INSPECT, patience)
        if view == "paper":
            found += page.evaluate(PAPER)
            found += [f"missing: {html}" for html in page.evaluate(UNSEEN, "summary, .explorable")]
            page.evaluate("dispatchEvent(new Event('afterprint'))")
        yield from (f"{view}: {sentence}" for sentence in found)
    page.emulate_media(color_scheme="light", media="screen")
    for width in DESKS:
        page.set_viewport_size({"width": width, "height": 900})
        yield from (f"{width} px: {sentence}" for sentence in page.evaluate(CUT))


def violations(page, views=tuple(RULES)):
    """What axe says of an open page; much of the page is gone afterwards, and nothing moves any more."""
    page.add_style_tag(content=STILL)
    page.evaluate(THIN)
    page.evaluate(AXE)
    for view in views:
        yield from (f"{view}: {sentence}" for sentence in show(page, view) + page.evaluate(RUN, RULES[view]))


def problems(page, url, *, edit=None, views=LAYOUTS, axe=tuple(RULES), patience=5000):
    """Open a page and return what is wrong with it. `edit` changes its HTML on the way to the browser."""
    if edit:
        page.route(url, lambda route: route.fulfill(body=edit(route.fetch().text()), content_type="text/html"))
    with watched(page, url) as found:
        page.goto(url)
        page.add_style_tag(content=STILL)
        found += looks(page, views, patience)
        found += violations(page, axe) if axe else []
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("name", [name for name in PAGES + EXTRA if name not in CHAPTERS])
def test_page(page, address, name):
    found = problems(page, f"{address}/{name}.html")
    assert not found, f"{name}.html:\n" + "\n".join(found)


@pytest.mark.parametrize("name", [PAGES[0], MODEL])
def test_opened_from_disk(page, site, name):
    """`make book` ends with a file:// address."""
    assert not problems(page, (site / f"{name}.html").as_uri(), views=["wide"], axe=())


@pytest.fixture(scope="module")
def without_javascript(browser, address):
    with browser.new_context(java_script_enabled=False, base_url=address) as context:
        yield context.new_page()


@pytest.mark.parametrize("name", [PAGES[0], *CHAPTERS, PAGES[-1]])
def test_without_javascript(without_javascript, name):
    """All of the text and the figures, solutions included; hidden code opens by itself, as <details> does."""
    page = without_javascript
    page.goto(f"/{name}.html")
    unseen = page.evaluate(UNSEEN, "details")
    assert page.locator("article h1").is_visible() and not unseen, f"{name}.html: {unseen}"
    assert page.evaluate("document.documentElement.dataset.theme") == "light"  # "auto" has no colours


# What INSPECT and the listeners look for, and a piece of HTML that has it.
BROKEN = {
    "request to another host": '<img alt="x" src="https://example.org/x.png">',
    "script error": "<script>undefined_function()</script>",
    "console error": "<script>console.error('x')</script>",
    "response 404": '<link rel="stylesheet" href="missing.css">',
    "mathematics not typeset": '<span class="math">x</span>',
    "raw TeX": r"<p>So \(x\) it is</p>",
    "begins left of the window": '<div style="margin-left: -9999px">x</div>',
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
    "code is cut off": f'<pre style="white-space: pre" tabindex="0">{"x" * 200}</pre>',
    "code is broken": f'<div class="cell_input" style="width: 9em"><pre>{"x" * 94}</pre></div>',
    "table is cut off": f'<div tabindex="0" style="overflow: auto; width: 9em"><table><td>{"x" * 200}</table></div>',
}


def test_what_is_broken_is_found(page, address):
    """The checks above can fail: a page that is broken in all these ways is reported for each of them."""

    def edit(html):
        return html.replace("</article>", "".join(BROKEN.values()) + "</article>")

    found = problems(page, f"{address}/{PAGES[0]}.html", edit=edit, views=["wide", "paper"], axe=["wide"], patience=500)
    assert not [kind for kind in BROKEN if not any(kind in sentence for sentence in found)], found
