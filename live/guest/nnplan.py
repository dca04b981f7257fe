"""Which of the cells above a cell must have run for it: a reader runs the tenth, and gets what it needs, no more.

For each name that a cell reads before it binds it, that is the last cell above that binds it, and what has changed
the value since: cells that assign to a part of it, or call something for its effect alone (`fit(net, ...)`); and for
generators and networks, which change when they are used, every cell that uses them.
"""

import ast

ALIVE = {"default_rng", "mlp", "Network"}  # what these return changes when it is used
PURE = {"print", "check", "claim", "claim_holds", "plt"}  # calls for their effect that change no value of a cell


class Cell:
    """Names: which a cell binds (some to what is alive), reads before it binds them, mentions, and changes."""

    def __init__(self, source):
        self.binds, self.alive, self.reads, self.mentions, self.changes = set(), set(), set(), set(), set()
        try:
            body = ast.parse(source).body
        except (SyntaxError, ValueError):  # it will say so itself when it runs
            return
        late = set()
        for statement in body:
            loads, stores = loaded(statement), bound(statement)
            self.mentions |= loads
            if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                late |= loads  # read when it is called
            else:
                self.reads |= loads - self.binds
            self.changes |= changed(statement)
            self.binds |= stores
            if isinstance(statement, ast.Assign) and ALIVE & words(statement):
                self.alive |= stores
        self.reads |= late - self.binds


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
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
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


def changed(statement):
    """Names whose value a statement may change in place."""
    found = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            found.add(root(node))
        elif isinstance(node, ast.AugAssign):
            found.add(root(node.target))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and root(node.value) not in PURE:
            found |= loaded(node.value)
    return found


def plan(sources, place):
    """The places of the cells above `place` that must have run for the cell there, in order."""
    cells = [Cell(source) for source in sources[:place + 1]]
    needed, waiting = set(), [place]
    while waiting:
        here = waiting.pop()
        for name in cells[here].reads:
            binders = [i for i in range(here) if name in cells[i].binds and name not in cells[i].reads]
            if not binders:
                continue
            binder = binders[-1]
            alive = name in cells[binder].alive
            between = [i for i in range(binder + 1, here)
                       if name in cells[i].changes | cells[i].binds or alive and name in cells[i].mentions]
            new = {binder, *between} - needed
            needed |= new
            waiting += new
    return sorted(needed)


def tell(sources, place):
    """The plan as a message to the page."""
    import nnkernel  # only there

    nnkernel.send("plan", cells=plan(sources, place))
