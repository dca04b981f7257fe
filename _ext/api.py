"""Sphinx extension: autodoc and numpydoc make the reference pages of the library; this adds what they cannot know.

The docstrings' text is plain: * and | mean what they say in a formula. A name in single backticks becomes a link if it
is one of the library's. An object that is called like a function, such as `sigmoid`, is shown as one. In a chapter, the
first mention of a public name becomes a link; ``.. api-contents::`` lists all modules and their names.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from dataclasses import is_dataclass
from functools import cache

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.ext.autodoc import FunctionDocumenter
from sphinx.util.docutils import SphinxDirective
from sphinx.util.inspect import stringify_signature

PACKAGE = "nnlib"
KEPT = re.compile(r"^( *>>>.*(?:\n.*\S.*)*|[\w*, ]+ : .*)$", re.MULTILINE)  # examples, and names with their types


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


def inline(text, module):
    """Plain text with `names` and ``code``, as reStructuredText."""
    def part(piece):
        if piece.startswith("``"):
            return piece
        if piece.startswith("`"):
            name = piece[1:-1]
            target = f"{module}.{name}" if name in public_names(module) else targets().get(name)
            return f":py:obj:`{name} <{target}>`" if target else f"``{name}``"
        return re.sub(r"([\\*|_`'\"])", r"\\\1", piece)    # quotes, too: a prime is no apostrophe
    return "".join(part(piece) for piece in re.split(r"(``.+?``|`[^`\s][^`]*`)", text, flags=re.DOTALL))


def escape(app, what, name, thing, options, lines):
    module = next(own for own in sorted(modules(), reverse=True) if f"{name}.".startswith(f"{own}."))
    parts = KEPT.split("\n".join(lines))
    parts[::2] = [inline(text, module) for text in parts[::2]]
    parts[1::2] = [kept if ">>>" in kept else kept.replace('"', r'\"') for kept in parts[1::2]]
    lines[:] = "".join(parts).split("\n")


# ---- What autodoc shows ----


def skip(app, what, name, thing, skipped, options):
    """Of a module, all public names and no others; of a class, what autodoc shows by itself."""
    return name not in public_names(app.env.temp_data["autodoc:module"]) if what == "module" else None


class CallableDocumenter(FunctionDocumenter):
    """An object that is called like a function, with the signature of its derivative below its own."""

    objtype, directivetype, priority = "callable", "function", 20

    @classmethod
    def can_document_member(cls, member, membername, isattr, parent):
        return callable(member) and type(member).__module__.startswith(f"{PACKAGE}.")

    def format_args(self, **options):
        lines = [super().format_args(**options)]
        if hasattr(self.object, "derivative"):
            plain = stringify_signature(inspect.signature(self.object.derivative), show_annotation=False)
            lines.append(f".derivative{plain}")
        return "\n".join(lines)

    def get_doc(self):
        cls = type(self.object)
        if not own_settings(cls):
            return [inspect.getdoc(cls).splitlines()]
        made = next(node.value for node in ast.parse(inspect.getsource(inspect.getmodule(cls))).body
                    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == self.objpath[-1])
        return [[f"``{ast.unparse(made)}``, see `{cls.__name__}`."]]


class ApiContents(SphinxDirective):
    def lines(self):
        for name, module in modules().items():
            links = ", ".join(f":py:obj:`{own} <{name}.{own}>`" for own in public_names(name))
            sentence = inline(re.split(r"(?<=[.])\s", module.__doc__)[0], name)
            yield from [f":py:mod:`{name}`", f"   {sentence}", "", f"   {links}", ""]

    def run(self):
        container = nodes.section()
        container.document = self.state.document
        self.state.nested_parse(StringList(list(self.lines()), self.get_source_info()[0]), 0, container)
        return container.children


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


def name_once(app, doctree):
    """A page's contents name each activation once, without its derivative."""
    for head in doctree.findall(addnodes.desc_signature):
        if head.parent["objtype"] == "function" and head.get("_toc_name", "").startswith("derivative"):
            head["_toc_name"] = ""


def link_types(app, config):
    """A class of ours named as a type is a link, and nothing else: numpydoc's own list leads to other sites."""
    config.numpydoc_xref_param_type, config.numpydoc_xref_ignore = True, "all"
    config.numpydoc_xref_aliases_complete = {name: home for name, home in targets().items() if name[0].isupper()}


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("numpydoc")
    app.connect("config-inited", link_types, priority=900)    # after numpydoc
    app.add_autodocumenter(CallableDocumenter)
    app.connect("autodoc-skip-member", skip)
    app.connect("autodoc-process-docstring", escape, priority=400)    # before numpydoc
    app.add_directive("api-contents", ApiContents)
    app.connect("doctree-read", name_once, priority=400)    # before Sphinx collects the contents
    app.connect("doctree-read", link_first_mentions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
