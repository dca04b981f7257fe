"""Claims cannot be widened, and verdicts cannot be changed unseen.

`nnlib.claims.claim` itself refuses a tolerance that would let anything agree. Asked for here: the number called
published is written out, as its source prints it, or a comment says why it is computed; a spread is measured; what a
claim is given is what it printed; and the verdict of a statement is the one that its pin and the chapters' tables say.
"""

import ast
import csv
import io
import re
from hashlib import sha256
from pathlib import PurePosixPath

from guards.book import Fault
from guards.reading import constant

STATEMENTS = "chapters/claims.csv"
# A letter for each statement in the order of claims.csv, so that a changed verdict is changed twice, on purpose.
PINNED = {
    "S0": "ttiifttitfiiiiftitifftiiffnnniwnniwnwwnwwfttiiifftiif",
    "S1": "ttiiitfttififtfttiitiiiiiwnnwwtiittfttittttftifif",
    "S2": "titfitttfiittiifftttftifiwwtwnwtiiwwiiitifff",
    "S3": "itiifttttiiftttttiititittttttintwnntiittitttttiiitti",
    "S4": "tiiififtttttfttititftittttifittttfittftfttftnwiwwtwnnwwtiffttitittiittiitiff",
}
LETTERS = {"t": "true", "i": "imprecise", "f": "false", "w": "code wrong result", "n": "code does not run"}
# By chapter, a hash of the published numbers and tolerances that its claims print: these are changed twice, too.
GIVEN: dict[str, str] = {
    "01": "31bfcf85", "02": "43306665", "03": "4e2d593d", "04": "cdc9a891", "05": "fbdcfdf0", "06": "002257dc",
    "07": "1e62af2e", "08": "b08ecc12", "09": "f642aa25", "10": "bc51db3f", "11": "b31e1ed8", "12": "80fd17c6",
    "13": "260b26dc", "14": "25f6dd3a",
}
ROW = re.compile(r"^\| (S\d-\d\d(?:, S\d-\d\d)*) \|.*?(?<!\\) \| ([a-z ,]+) \|", re.MULTILINE)  # of a table
NUMERIC = (ast.Constant, ast.UnaryOp, ast.BinOp, ast.operator, ast.unaryop)
SPELLED = {"wrong result": "code wrong result", "does not run": "code does not run"}  # in the chapters' tables


def faults(book):
    """What is wrong with the claims and verdicts of a book."""
    rows = list(csv.DictReader(io.StringIO(book.texts[STATEMENTS])))
    verdicts = {row["id"]: row["verdict"] for row in rows}
    yield from pinned(verdicts)
    yield from given(book)
    for path, notebook in book.notebooks.items():
        bound: dict = {}
        for place, cell in enumerate(notebook.cells, start=1):
            if cell.cell_type == "markdown":
                for wrong in told(cell.source, verdicts):
                    yield Fault(path, place, wrong, f"{STATEMENTS} says what holds")
            else:
                yield from (Fault(path, place, *fault) for fault in in_cell(cell, bound))


def pinned(verdicts):
    for document, letters in PINNED.items():
        found = [name for name in verdicts if name.startswith(document)]
        if len(found) != len(letters):
            yield Fault(STATEMENTS, None, f"{document} has {len(found)} statements, and the pin {len(letters)}")
        for name, letter in zip(found, letters):
            if verdicts[name] != LETTERS[letter]:
                yield Fault(STATEMENTS, None, f"{name} is {verdicts[name]!r}, and was {LETTERS[letter]!r}",
                            "if that is meant, change its letter in PINNED in guards/claims.py, too")


def given(book):
    """Yield the chapters whose claims compare with other numbers, or less closely, than when they were read."""
    found: dict = {}
    for path, notebook in book.notebooks.items():
        printed = "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))
        found.setdefault(PurePosixPath(path).name[:2], []).extend(
            re.findall(r"^claim: .* \| published (\S+) \| ours \S+ \| tolerance (\S+)", printed, re.MULTILINE))
    for chapter, numbers in found.items():
        now = sha256(str(sorted(numbers)).encode()).hexdigest()[:8] if numbers else None
        if now != GIVEN.get(chapter):
            yield Fault(f"chapters/{chapter}_*.ipynb", None,
                        "a claim's published number or tolerance is not the one that was read",
                        f"read the claims that changed, then write {chapter!r}: {now!r} into GIVEN in guards/claims.py")


def told(markdown, verdicts):
    """Yield where a table gives a statement another verdict: | S0-01, S0-02 | what is said | verdict | ..."""
    for ids, verdict in ROW.findall(markdown):
        ids, said = ids.split(", "), [SPELLED.get(word, word) for word in verdict.split(", ")]
        for name, word in zip(ids, said if len(said) > 1 else said * len(ids)):
            if verdicts.get(name) != word:
                yield f"a table calls {name} {word!r}, and its verdict is {verdicts.get(name)!r}"


def in_cell(cell, bound):
    """Yield what is wrong with the claims of a code cell. `bound`: by name, what it may stand for so far; grows."""
    try:
        tree = ast.parse(cell.source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            bind(node.targets[0], meant(node.value, bound), bound)
        elif isinstance(node, ast.For):
            bind_each(node.target, node.iter, bound)
    printed = "".join(output.get("text", "") for output in cell.outputs)
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or called(call) != "claim":
            continue
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if not {"published", "tolerance"} <= set(given):
            yield "a claim hides what is published, or its tolerance", "write published= and tolerance= in its call"
            continue
        lines = cell.source.splitlines()[call.lineno - 1:call.end_lineno]
        if not written_out(given["published"], bound) and not any("# computed: " in line for line in lines):
            yield (f"the claim publishes {ast.unparse(given['published'])}, which is computed",
                   "write the number as its source prints it, or say why not in a comment, # computed: why")
        if "spread" in given and written_out(given["spread"], bound):
            yield f"the claim's spread is {ast.unparse(given['spread'])}", "measure it over seeds in the cell"
        for name in ("published", "tolerance"):
            value = number(given[name])
            if value is not None and f"| {name} {value:.12g} |" not in printed:
                yield f"the claim gives {name} {value:.12g}, and no line printed below it does", "run `make notebooks`"


def called(call):
    """The name of the function or method that is called."""
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def written_out(node, bound):
    """Whether an expression is a number that stands in the source, itself or by way of names, tuples and loops."""
    meanings = [node] if number(node) is not None else meant(node, bound)
    return meanings is not None and all(number(meaning) is not None for meaning in meanings)


def meant(node, bound):
    """The expressions that one may stand for; None where that is not known."""
    if isinstance(node, ast.Name):
        return bound.get(node.id)
    if isinstance(node, ast.Subscript):
        at = number(node.slice)
        return inside(meant(node.value, bound), None if at is None else int(at))
    return [node] if isinstance(node, (ast.Tuple, ast.List, ast.Dict)) or number(node) is not None else None


def inside(meanings, at=None):
    """What stands in tuples, lists and dicts, at one place or anywhere."""
    found: list = []
    for meaning in meanings or [None]:
        parts = meaning.values if isinstance(meaning, ast.Dict) else getattr(meaning, "elts", None)
        if parts is None or (at is not None and not -len(parts) <= at < len(parts)):
            return None
        found += parts if at is None or isinstance(meaning, ast.Dict) else [parts[at]]
    return found


def bind(target, meanings, bound):
    if isinstance(target, ast.Name):
        bound[target.id] = meanings
    elif isinstance(target, ast.Tuple):
        for at, part in enumerate(target.elts):
            bind(part, inside(meanings, at), bound)


def bind_each(target, iterated, bound):
    """Bind a loop's target to what the loop runs over: zip, enumerate, items of a dict, or a sequence."""
    name = called(iterated) if isinstance(iterated, ast.Call) else ""
    parts = getattr(target, "elts", [])
    if name == "zip":
        for part, argument in zip(parts, iterated.args):
            bind_each(part, argument, bound)
    elif name == "enumerate" and parts:
        bind_each(parts[1], iterated.args[0], bound)
    elif name == "items" and parts:
        bind(parts[0], None, bound)
        bind(parts[1], inside(meant(iterated.func.value, bound)), bound)
    else:
        bind(target, inside(meant(iterated, bound)), bound)


def number(node):
    """The number that an expression of numbers is, such as 1 / 6; else None."""
    value = constant(node) if all(isinstance(part, NUMERIC) for part in ast.walk(node)) else None
    return float(value) if isinstance(value, (int, float)) else None
