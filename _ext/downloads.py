"""Sphinx extension: the book to take along. And a program: `python _ext/downloads.py _build/html/name.pdf` prints it.

Every build makes a zip of the site. The PDF needs a browser and a minute, so `make pdf` adds it to the site afterwards.
The front page has an empty box, which gets a link to each file when that is there (the wheel comes from export.py): no
link leads nowhere. Neither file is in the zip, nor is its link.
"""

import posixpath
import re
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from chromium import chromium

FRONT = "intro.html"
BOX = '<div class="downloads docutils container">'


def offer(file, text):
    """Put a link to a file of the site into the front page's box."""
    front = file.parent / FRONT
    link = f'<a href="{file.name}" download>{text} ({file.stat().st_size / 1e6:.1f} MB)</a>\n'
    front.write_text(front.read_text(encoding="utf-8").replace(BOX, BOX + link), encoding="utf-8")


# ---- The zip ----


def zip_site(app, error):
    if error is not None or app.builder.name != "html":
        return
    site, name = Path(app.outdir), re.sub(r"\W+", "-", app.config.project).lower()
    without = {".zip", ".pdf", ".map", ".gz"}  # .gz: Python (_ext/livecells.py), which no page from disk may fetch
    files = [file for file in sorted(site.rglob("*")) if file.is_file() and file.suffix not in without]
    with ZipFile(site / f"{name}.zip", "w") as archive:
        for file in files:  # without times: the same site gives the same zip
            archive.writestr(ZipInfo(f"{name}/{file.relative_to(site).as_posix()}"), file.read_bytes(), ZIP_DEFLATED)
    offer(site / f"{name}.zip", "The site as a zip")


def setup(app):
    app.connect("build-finished", zip_site, priority=950)  # after the bundle
    return {"parallel_read_safe": True, "parallel_write_safe": True}


# ---- The PDF ----

# From [[address, HTML], ...] one page: the first one, with the articles of all. An id x of chapters/a.html becomes
# /chapters/a.html:x, so that there is only one, and links go there; a link to what has no place in the book is none.
JOIN = """(pages) => {
  const docs = pages.map(([address, html]) => [new URL(address), new DOMParser().parseFromString(html, "text/html")]);
  const inside = new Set(docs.map(([{ href }]) => href)), book = docs[0][1];
  const place = ({ pathname, hash }) => pathname + decodeURIComponent(hash.replace("#", ":"));
  for (const [address, doc] of docs) {
    const article = doc.querySelector("article"), url = (link) => new URL(link, address);
    for (const el of [article, ...article.querySelectorAll("[id]")]) el.id = place(url(`#${el.id}`));
    for (const el of article.querySelectorAll("[src]")) {
      el.setAttribute("src", url(el.getAttribute("src")).pathname.slice(1));
      el.removeAttribute("loading");  // nobody scrolls to it
    }
    for (const el of article.querySelectorAll("a[href]")) {
      const target = url(el.getAttribute("href"));
      if (inside.has(target.href.replace(target.hash, ""))) el.setAttribute("href", `#${place(target)}`);
      else if (target.host === address.host) el.replaceWith(...el.childNodes);
    }
    book.querySelector("article").parentElement.append(article);
  }
  book.querySelector("script[src*='site.js']").src = "_static/book.js";  // the rest of it makes buttons and menus
  book.title = book.querySelector("meta[property='og:site_name']").content;
  return "<!DOCTYPE html>" + book.documentElement.outerHTML;
}"""

# What a book has beyond the site's pages on paper (book.css): its type, page numbers, chapters on pages of their own.
STYLE = """<style>
html { --pst-font-family-base-system: "Liberation Serif", "Times New Roman", serif; }
@page { margin: 22mm 20mm; @bottom-center { content: counter(page); font: 10pt "Liberation Serif", serif; } }
@page :first { @bottom-center { content: none; } }
article + article { break-before: page; }
article :is(h1, h2, h3) { white-space: pre-wrap; hyphens: none; }  /* else the outline glues lines together */
</style></head>"""


def in_order(site):
    """The pages of the book from the first to the last: [(name, HTML), ...]."""
    pages, name = [], FRONT
    while name:
        pages.append((name, (site / name).read_text(encoding="utf-8")))
        follows = re.search(r'<link rel="next"[^>]* href="([^"]+)"', pages[-1][1])
        name = follows and posixpath.normpath(posixpath.join(posixpath.dirname(name), follows[1]))
    return pages


def print_book(page, site, pages, file):
    html = page.evaluate(JOIN, [[f"http://book/{name}", html] for name, html in pages]).replace("</head>", STYLE, 1)
    address = (site / "book.html").as_uri()
    page.route(address, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.emulate_media(media="print")  # formulas take their size from the type around them,
    page.set_viewport_size({"width": 642, "height": 900})  # and the wide ones are found in the width of A4
    page.goto(address, timeout=0)
    page.evaluate("async () => { await document.fonts.ready; }")
    page.pdf(path=file, format="A4", print_background=True, tagged=True, outline=True)


def main(file):
    try:
        with chromium() as browser:
            print_book(browser.new_page(), file.parent, in_order(file.parent), file)
    except LookupError as error:
        sys.exit(f"The book was not printed. {error}")
    offer(file, "The book as a PDF")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
