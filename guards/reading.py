"""The numbers of Markdown, TeX and code: what a text says, and what an expression of numbers comes to."""

import ast
import math
import operator
import re
from functools import cache

NUMBER = r"(?<![\w.])(?:\d{1,3}(?:[,_]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:e[-+]?\d+)?"
GREEK = "alpha|beta|gamma|delta|epsilon|varepsilon|eta|theta|kappa|lambda|mu|rho|sigma|tau|phi|omega"
ALT = re.compile(r"^:alt: (.*)$", re.MULTILINE)  # of a figure in Markdown
FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1 *$", re.MULTILINE | re.DOTALL)
LOOK = {"figsize", "fontsize", "linewidth", "lw", "markersize", "s", "alpha", "zorder", "width", "color", "ncol", "pad",
        "rotation", "hspace", "wspace", "height_ratios", "precision", "decimals", "dps"}
LOOKING = {"default_rng", "round", "set_printoptions", "subplots", "annotate", "text", "set_size_inches", "set_ylim"}
OPERATE = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
           ast.Pow: operator.pow}
FUNCTIONS = {"ln": math.log, "log": math.log, "sqrt": math.sqrt, "exp": math.exp}


def unfenced(text):
    """Markdown without its fences, and the code in those that are no directives."""
    code = []

    def opened(fence):
        if fence[2].startswith("{"):
            return "\n" + FENCE.sub(opened, fence[3]) + "\n"
        code.append(fence[3])
        return "\n"

    return FENCE.sub(opened, text), code


def codeless(text):
    """Markdown with its code blanked, so that all else stands where it did."""
    def blanked(fence):
        return fence[0].replace(fence[3], FENCE.sub(blanked, fence[3]), 1) if fence[2].startswith("{") else blank(fence)

    return FENCE.sub(blanked, text)


def blank(match):
    return re.sub(r"[^\n]", " ", match[0])


def plain(text):
    """Markdown as it is read, TeX as one would type it; without displays, roles, addresses and fenced code."""
    text = re.sub(r"\$\$.*?\$\$(?: \([\w-]+\))?", " ", unfenced(text)[0], flags=re.DOTALL)
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^(?:`{3,}|:{3,}|:[\w-]+:).*$|\{[\w:]+\}`[^`]*`|\bS\d-\d\d\b|<[^>\s][^>]*>|https?://\S+", " ", text,
                  flags=re.MULTILINE)
    text = re.sub(r"\$([^$]+)\$", lambda math: tex(math[1]), text)
    return re.sub(r"\s+", " ", text.replace("−", "-").replace("`", " ").replace("*", ""))


def tex(formula):
    """TeX as one would type it, as far as its numbers go."""
    formula = re.sub(r"\\[,;!]|\\(?:left|right|[bB]igg?[lr]?)\b", "", formula.replace("{,}", ",").replace(r"\%", "%"))
    formula = re.sub(r"_(?:\{[^{}]*\}|\\?\w)", "", formula)
    formula = re.sub(rf"\\({GREEK})(?![a-zA-Z])", r" \1 ", formula)
    formula = re.sub(r"(?<![a-zA-Z\\])e\^(?:\{(-?[\d.]+)\}|(\d))", lambda it: f" exp({it[1] or it[2]})", formula)
    formula = re.sub(r"\\[td]?frac\s*(\d)\s*(\d)", r"(\1/\2)", formula)
    formula = re.sub(r"\\[td]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"((\1)/(\2))", formula)
    formula = re.sub(r"(?:([\d.]+)\s*\\(?:cdot|times)\s*)?(?<![\d.])10\^\{?(-?\d+)\}?",
                     lambda power: f"{power[1] or 1}e{power[2]}", formula)
    formula = re.sub(r"\\(?:cdot|times)\b", "·", re.sub(r"\\(ln|log|sqrt|exp)\b", r" \1 ", formula))
    formula = re.sub(r"\\(?:approx|sim)\b", " about ", re.sub(r"\\leq?\b", "<", re.sub(r"\\geq?\b", ">", formula)))
    return re.sub(r"\\[a-zA-Z]+|[\\&]", " ", formula).replace("{", "(").replace("}", ")")


def in_text(text):
    return {float(re.sub("[,_]", "", number)) for number in re.findall(NUMBER, text)}


@cache
def in_code(source):
    """The numbers of a cell's code, strings and comments, and what its constants come to; not how a figure looks."""
    known = in_text(" ".join(re.findall(r"#(.*)", source)))
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return in_text(source)
    look = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in LOOK:
            look |= set(ast.walk(node.value))
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in LOOKING:
            look |= {inner for argument in node.args for inner in ast.walk(argument)}
        elif isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            look |= set(ast.walk(node.slice))  # which one of several; [:400] says how many
        elif isinstance(node, ast.FormattedValue) and node.format_spec:
            look |= set(ast.walk(node.format_spec))
    for node in ast.walk(tree):
        if node not in look and isinstance(node, ast.expr):
            value = constant(node)
            known |= in_text(value) if isinstance(value, str) else set() if value is None else {abs(value)}
    return known


def constant(node):
    """The number, or the string, that an expression of constants is; else None."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float, str):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = constant(node.operand)
        return -value if isinstance(value, (int, float)) else None
    try:
        if isinstance(node, ast.BinOp):
            return float(OPERATE[type(node.op)](float(constant(node.left)), float(constant(node.right))))
        if isinstance(node, ast.Call) and len(node.args) == 1:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            return FUNCTIONS[name](constant(node.args[0]))
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    return None


def reckoned(text):
    """Yield what the sums, products and powers in a plain text come to, such as 53 ln 2."""
    part = r"(?:\d+(?:,\d{3})*\.?\d*(?:e-?\d+)?|ln|log|sqrt|exp|[-+·×/^() ])"
    for term in re.findall(rf"(?<![\w.]){part}+(?![\w.])", text):
        term = re.sub(r"(ln|log|sqrt|exp) *(\d[\d.]*)", r"\1(\2)", re.sub(r"(?<=\d),(?=\d{3})", "", term).strip())
        term = re.sub(r"([\d)]) *(?=ln|log|sqrt|exp|\()", r"\1·", term)
        term = term.replace("·", "*").replace("×", "*").replace("^", "**")
        if re.search(r"\d", term) and not re.fullmatch(r"[\d.,e() -]+", term):
            try:
                value = constant(ast.parse(term.lstrip("+*/ "), mode="eval").body)
            except SyntaxError:
                continue
            if isinstance(value, float) and math.isfinite(value):
                yield abs(value)
