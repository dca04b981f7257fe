"""Which of the cells above a cell run before it: so few that it gives what it gives in the chapter's order.

For each name that a cell reads before it binds it, the last cell above that binds it is needed, and what changes the
value after that: cells that assign to a part of it, or call something for its effect alone (`fit(net, ...)`); and for
generators and networks, which change when they are used, every cell that uses them.

A value has a history: the run that bound it, the runs that have changed it since, and the histories of what these had
read. Needed cells run where the history is not that of the chapter's order: one of them has not run yet, was edited
since, or another cell has changed the value, this one included when it ran before.
"""

import ast
import re
from functools import cache

ALIVE = {"default_rng", "mlp", "Network"}  # what these return changes when it is used
SETTINGS = {"set_printoptions", "use_style"}  # calls on which hangs what any cell shows
PURE = {"print", "check", "claim", "claim_holds", "plt", "plotting"}  # calls for effect that change no value of a cell
BINDS = re.compile(r"^(?:(?:def|class|for) (\w+)|(\w+(?:, \w+)*) *=)", re.MULTILINE)
IMPORTS = ast.Import | ast.ImportFrom
BLOCKS = ast.For | ast.While | ast.If | ast.With | ast.Try

numbers = {}  # of histories, each by what it is made of: equal histories have equal numbers
values = {}  # as they are: by name, the number of its history, and its kind ("import", "steady", "alive" or "")
runs = {}  # by a cell's source, the number of its last run
forgotten = set()  # names that no cell binds any more


def number(*parts):
    return numbers.setdefault(parts, len(numbers))


class Cell:
    """Names: which a cell binds (with their kind, and what is imported), reads first, mentions, changes, hands over.

    It needs those that it reads, and the settings of NumPy's and Matplotlib's, which get a name, too.
    """

    def __init__(self, source):
        self.source, self.binds, self.mentions, self.changes, self.hands = source, {}, set(), set(), set()
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):  # it will say so when it runs, for cells that need what it seems to bind
            tree = ast.parse("")
            found = [one or many for one, many in BINDS.findall(source)]
            self.binds = {name: ("", None) for names in found for name in names.split(", ")}
        self.reads = self.needs = read(tree.body)
        for statement in tree.body:
            alive = isinstance(statement, ast.Assign) and ALIVE & words(statement)
            kind = ("import" if isinstance(statement, IMPORTS) else
                    "steady" if isinstance(statement, ast.FunctionDef | ast.ClassDef) else "alive" if alive else "")
            imported = dict(imports(statement)) if kind == "import" else {}
            self.binds |= {name: (kind, imported.get(name)) for name in bound(statement)}
            self.mentions |= loaded(statement)
            changes, hands = changed(statement)
            self.changes |= changes
            self.hands |= hands
        if settings := [ast.dump(one) for one in tree.body if isinstance(one, ast.Expr) and SETTINGS & words(one)]:
            self.binds["settings"] = "steady", ", ".join(settings)
        else:
            self.needs = self.reads | {"settings"}

    def moves(self, name, kind):
        """Whether a run changes the value of a name of this kind: a function does not change when it is handed over."""
        return (name in self.changes or name in self.binds or kind not in ("import", "steady") and name in self.hands
                or kind == "alive" and name in self.mentions)

    def run(self, values, fine=True):
        """The number of a run, after which `values` are other ones; one that failed is like no other."""
        inputs = [(name, values[name][0]) for name in sorted(self.reads) if name in values]
        this = number(self.source, *inputs) if fine else number(len(numbers))
        for name, (history, kind) in list(values.items()):
            if self.moves(name, kind):
                values[name] = number(history, this), kind
        for name, (kind, imported) in self.binds.items():
            if name not in self.reads or name not in values:
                values[name] = number(name, imported if imported and fine else this), kind
        return this


cell = cache(Cell)


def read(statements, known=frozenset()):
    """Names that are read in statements before they bind them; in a function, when it is called."""
    found, late, known = set(), set(), set(known)
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            late |= loaded(statement)
        elif isinstance(statement, BLOCKS):
            parts = [part for part in ast.iter_child_nodes(statement) if not isinstance(part, ast.stmt)]
            found |= set().union(*map(loaded, parts)) - known
            inside = known.union(*map(bound, parts))
            for block in ("body", "orelse", "finalbody"):
                found |= read(getattr(statement, block, []), inside)
        else:
            found |= loaded(statement) - known
        known |= bound(statement)
    return found | late - known


def imports(tree):
    """Each name that an import binds, and of what."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.asname or alias.name.split(".")[0], alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def loaded(node):
    """Names that are read in a statement, but for those that are a function's own."""
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        arguments = node.args
        own = {one.arg for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs,
                                   arguments.vararg, arguments.kwarg] if one}
        parts = node.body if isinstance(node, ast.FunctionDef) else [node.body]
        own |= set().union(*map(bound, parts))
        outside = [*arguments.defaults, *filter(None, arguments.kw_defaults), *getattr(node, "decorator_list", [])]
        return set().union(*map(loaded, parts)) - own | set().union(*map(loaded, outside))
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        own = {one.id for part in node.generators for one in ast.walk(part.target) if isinstance(one, ast.Name)}
        return set().union(*map(loaded, ast.iter_child_nodes(node))) - own
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    names = set().union(*map(loaded, ast.iter_child_nodes(node)))
    return names | {node.target.id} if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) else names


def bound(node):
    """Names that a statement binds in its own scope."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return set(dict(imports(node)))
    if isinstance(node, ast.Name):
        return set() if isinstance(node.ctx, ast.Load) else {node.id}
    if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return {one.target.id for one in ast.walk(node) if isinstance(one, ast.NamedExpr)}
    return set().union(*map(bound, ast.iter_child_nodes(node)))


def words(node):
    """Names and attributes in a statement."""
    return {getattr(part, "attr", getattr(part, "id", "")) for part in ast.walk(node)}


def root(node):
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def given(node):
    """Names whose values a call gets; those of functions that are called there do not count."""
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return loaded(node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return set().union(*map(given, [*node.args, *node.keywords]))
    return set().union(*map(given, ast.iter_child_nodes(node)))


def changed(statement):
    """Names whose value a statement changes in place, and those that it hands to calls made for their effect alone."""
    changes, hands = set(), set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            changes.add(root(node))
        elif isinstance(node, ast.AugAssign):
            changes.add(root(node.target))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and root(node.value) not in PURE:
            changes.add(root(node.value))
            hands |= given(node.value)
    return changes, hands


def chain(cells, here, name):
    """The cells above one that give a name its value there: the one that binds it, and those that change it since."""
    for first in reversed(range(here)):
        if name in cells[first].binds and name not in cells[first].reads:
            kind, _ = cells[first].binds[name]
            return {first, *(place for place in range(first + 1, here) if cells[place].moves(name, kind))}
    return set()


def plan(sources, place):
    """The places of the cells above `place` that must run for the cell there, in order."""
    cells, should, before = [cell(source) for source in sources[:place + 1]], {}, []
    for one in cells:
        before.append(dict(should))
        one.run(should)
    again, more = set(), {place}
    while not more <= again:
        again |= more
        have = dict(values)
        for here in sorted(again):
            for name in cells[here].needs:
                if have.get(name) != before[here].get(name):
                    more |= chain(cells, here, name)
            cells[here].run(have)
    return sorted(again - {place})


def ran(source, fine=True):
    """A cell has run."""
    runs[source] = cell(source).run(values, fine)


def old(sources):
    """The places of cells whose last run is not the one of the chapter's order, as the cells are now."""
    should = {}
    return [place for place, one in enumerate(map(cell, sources))
            if runs.get(one.source, this := one.run(should)) != this]


def forget(sources, names):
    """Unbind what no cell binds any more, but for imports: a variable that was renamed, or whose cell was emptied."""
    bound = set().union(*(cell(source).binds for source in sources))
    gone = {name for name, (_, kind) in values.items() if kind != "import" and name not in bound}
    for name in gone:
        del values[name]
        names.pop(name, None)
    forgotten.update(gone)


def advice(error):
    """What is told of a name that was there before; None of all else."""
    if isinstance(error, NameError) and error.name in forgotten:
        return f"No cell of the page defines {error.name} any more."
    return None


def tell(what, *asked):
    """An answer as a message to the page: tell("plan", all sources, place) or tell("old", sources)."""
    import nnkernel  # only there

    if what == "plan":
        forget(asked[0], vars(nnkernel.main))
    nnkernel.send("plan", cells={"plan": plan, "old": old}[what](*asked))
