"""Sphinx extension: the reference pages of the library, and links to them from the chapters.

    .. api:: nnlib.losses      the module's docstring, then every public name with its signature and docstring
    .. api-contents::          all modules and their names

The docstrings are numpydoc, but their text is plain: * and | mean what they say in a formula. So it is escaped here. A
name in single backticks becomes a link, if it is one of the library's, and so does a class named as a type. In a
chapter, the first mention of such a name does too.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from numpydoc.docscrape import NumpyDocString
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

PACKAGE = "nnlib"
SECTIONS = ("Parameters", "Attributes", "Returns", "Raises")


# ---- What there is ----


@cache
def modules():
    """The public modules by name, in alphabetical order."""
    package = importlib.import_module(PACKAGE)
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__) if not info.name.startswith("_"))
    return {f"{PACKAGE}.{name}": importlib.import_module(f"{PACKAGE}.{name}") for name in names}


@cache
def public_names(module_name):
    """The names that a module defines for others, in its own order: name -> object. A package lists them, in `__all__`.

    Functions, classes, and instances of classes that are called like functions, such as `sigmoid`. A class with one
    such instance and nothing to set, such as Sigmoid, is only there to make it, and is not listed.
    """
    module = modules()[module_name]
    found = {name: getattr(module, name) for name in getattr(module, "__all__", ())}
    for node in ast.parse(inspect.getsource(module)).body:
        targets = getattr(node, "targets", [node])
        name = getattr(node, "name", None) or getattr(targets[0], "id", "_")
        if name.startswith("_") or isinstance(node, ast.AnnAssign):
            continue
        thing = getattr(module, name, None)
        of_ours = type(thing).__module__ == module_name
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) or (isinstance(node, ast.Assign) and of_ours):
            found[name] = thing
    return {name: thing for name, thing in found.items() if not any(is_alone(other, thing) for other in found.values())}


def is_alone(thing, cls):
    return inspect.isclass(cls) and type(thing) is cls and not own_settings(cls)


def own_settings(cls):
    return [name for name in inspect.signature(cls).parameters if is_dataclass(cls)]


@cache
def targets():
    """What a name in backticks means: name -> address, without the names that two modules have."""
    homes = {}
    for module in modules():
        for name in public_names(module):
            homes.setdefault(name, []).append(f"{module}.{name}")
            homes[f"{module.removeprefix(PACKAGE + '.')}.{name}"] = homes[f"{module}.{name}"] = [f"{module}.{name}"]
        homes[module] = [module]
    return {name: places[0] for name, places in homes.items() if len(places) == 1}


# ---- From docstrings to reStructuredText ----


def inline(text, module, unknown="``{}``"):
    """Plain text with `names` and ``code``, as reStructuredText; a name that is not the library's becomes `unknown`."""
    def part(piece):
        if piece.startswith("``"):
            return piece
        if piece.startswith("`"):
            name = piece[1:-1]
            target = f"{module}.{name}" if name in public_names(module) else targets().get(name)
            return f":py:obj:`{name} <{target}>`" if target else unknown.format(name)
        return re.sub(r"([\\*|_`'\"])", r"\\\1", piece)    # quotes, too: a prime is no apostrophe
    return "".join(part(piece) for piece in re.split(r"(``.+?``|`[^`\s][^`]*`)", text, flags=re.DOTALL))


def parsed(docstring):
    return NumpyDocString(inspect.cleandoc(docstring or ""))


def section(title, entries, module):
    """A section of a docstring: each entry's names and type, and what it is."""
    lines = ["", f":{title}:"]
    for names, kind, meaning in entries:
        marked = ", ".join(f"``{name}``" for name in names.split(", ") if name)
        typed = re.sub(r"\b[A-Z]\w+", r"`\g<0>`", kind)
        typed = inline(typed, module, unknown="{}" if names else "``{}``")
        lines += ["   " + " : ".join(filter(None, [marked, typed])),
                  f"      {inline(' '.join(meaning), module)}"]
    return lines


def rendered(docstring, module):
    """The lines of reStructuredText for a docstring."""
    doc = parsed(docstring)
    lines = ["", *inline("\n".join([*doc["Summary"], "", *doc["Extended Summary"]]), module).splitlines()]
    for title in SECTIONS:
        if doc[title]:
            lines += section(title, doc[title], module)
    if doc["Examples"]:
        lines += ["", ".. code-block:: pycon", "", *("   " + line for line in doc["Examples"])]
    return [*lines, ""]


def first_sentence(docstring):
    return re.split(r"(?<=[.]) ", " ".join(parsed(docstring)["Summary"]))[0]


def signature(thing, module):
    """(x, y=1, *, rng): without annotations, for the docstrings give the shapes; defaults by the names they have."""
    def default(value):
        names = [name for name, other in vars(modules()[module]).items() if other is value]
        if inspect.isclass(value) and value.__module__ == "numpy":
            return f"np.{value.__name__}"
        return names[0] if names and callable(value) else repr(value)

    class Shown(str):
        __repr__ = str.__str__

    try:
        found = inspect.signature(thing)
    except ValueError:    # an exception class
        return ""
    plain = [p.replace(annotation=p.empty, default=p.empty if p.default is p.empty else Shown(default(p.default)))
             for p in found.parameters.values()]
    return str(found.replace(parameters=plain, return_annotation=found.empty))


def entry(name, thing, module):
    """The lines of reStructuredText for one public name."""
    if inspect.isclass(thing):
        kind, doc = "exception" if issubclass(thing, Exception) else "class", thing.__doc__
        heads = [name + ("" if kind == "exception" else signature(thing, module))]
        if is_dataclass(thing) and doc and doc.startswith(f"{name}("):
            doc = ""    # dataclass writes one where there is none
    elif inspect.isfunction(thing):
        kind, heads, doc = "function", [name + signature(thing, module)], thing.__doc__
    else:
        cls = type(thing)
        kind, heads, doc = "function", [name + signature(thing, module)], cls.__doc__
        if hasattr(cls, "derivative"):
            heads.append(f"{name}.derivative{signature(thing.derivative, module)}")
        if own_settings(cls):    # made by a call that says all: he_normal = variance_scaling(...)
            made = next(node.value for node in ast.parse(inspect.getsource(inspect.getmodule(cls))).body
                        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name)
            doc = f"``{ast.unparse(made)}``, see `{cls.__name__}`."
    lines = [f".. py:{kind}:: {heads[0]}", *(f"   {' ' * len(kind)}       {head}" for head in heads[1:]), ""]
    lines += ["   " + line for line in rendered(doc, module)]
    if inspect.isclass(thing):
        for method, function in vars(thing).items():
            public = not method.startswith("_") or method == "__call__"
            if public and inspect.isfunction(function) and function.__doc__:
                arguments = re.sub(r"^\(self(, )?", "(", signature(function, module))
                lines += [f"   .. py:method:: {method}{arguments}", ""]
                lines += ["      " + line for line in rendered(function.__doc__, module)]
    return lines


# ---- Directives ----


class Api(SphinxDirective):
    required_arguments = 1

    def note_sources(self, module):
        """This page is made anew when one of the module's files changes."""
        own = Path(module.__file__)
        for path in own.parent.glob("*.py") if hasattr(module, "__path__") else [own]:
            self.env.note_dependency(str(path))

    def lines(self):
        name = self.arguments[0]
        self.note_sources(modules()[name])
        yield from [f".. py:module:: {name}", ""]
        yield from rendered(modules()[name].__doc__, name)
        for own, thing in public_names(name).items():
            yield from [*entry(own, thing, name), ""]

    def run(self):
        container = nodes.section()
        container.document = self.state.document
        self.state.nested_parse(StringList(list(self.lines()), self.get_source_info()[0]), 0, container)
        for head in container.findall(addnodes.desc_signature):
            if head.get("_toc_name", "").startswith("derivative"):
                head["_toc_name"] = ""    # "On this page" names each activation once
        return container.children


class ApiContents(Api):
    required_arguments = 0

    def lines(self):
        for name, module in modules().items():
            self.note_sources(module)
            links = ", ".join(f":py:obj:`{own} <{name}.{own}>`" for own in public_names(name))
            sentence = inline(first_sentence(module.__doc__), name)
            yield from [f":py:mod:`{name}`", f"   {sentence}", "", f"   {links}", ""]


# ---- Links from the chapters ----


def link_first_mentions(app, doctree):
    """`binary_cross_entropy` in a chapter's text leads to its reference page, once in each chapter."""
    docname = app.env.docname
    if not re.match(r"chapters/\d\d_", docname):
        return
    seen, no_room = set(), (nodes.title, nodes.reference, addnodes.pending_xref)
    for literal in list(doctree.findall(nodes.literal)):
        target = targets().get(literal.astext())
        if target is None or target in seen or isinstance(literal.parent, no_room):
            continue
        seen.add(target)
        link = addnodes.pending_xref("", refdomain="py", reftype="obj", reftarget=target, refdoc=docname,
                                     refexplicit=True, refwarn=True)
        literal.replace_self(link)
        link += literal


def setup(app):
    app.add_directive("api", Api)
    app.add_directive("api-contents", ApiContents)
    app.connect("doctree-read", link_first_mentions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
