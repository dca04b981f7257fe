"""TeX as a list of words, and what the words are called."""

import re

RELATIONS = {"=", r"\leftarrow", r"\le", r"\ge", "<", ">", r"\approx", r"\ne"}
CLOSING = {"(": ")", "[": "]", "{": "}", r"\{": r"\}", r"\lvert": r"\rvert", r"\lVert": r"\rVert", "|": "|",
           r"\|": r"\|"}
ENDS = {"+", "-", r"\pm", ",", ";", ":", ".", "&", r"\\", r"\end{cases}", r"\end{pmatrix}", r"\rvert", r"\rVert",
        ")", "]", "}", r"\}", *RELATIONS}
ACCENTS = {r"\hat", r"\tilde", r"\bar", r"\dot", r"\ddot", r"\overline", r"\mathbf"}
SPACING = re.compile(r"(?<!\\)\\[,;:! ]|~|\\(?:left|right|[bB]igg?[lr]?|q?quad|displaystyle|mathrm)(?![a-zA-Z])")
TOKEN = re.compile(r"&&\s*\\text.*?(?=\\\\|\\end|$)|\\text\{[^{}]*\}|\\(?:begin|end)\{\w+\}|\\\\(?:\[\w+\])?"
                   r"|\\[a-zA-Z]+\*?|\\.|\d+(?:\{,\}\d+)*(?:\.\d+)?|\S", re.DOTALL)


def tokens(tex: str) -> list[str]:
    return TOKEN.findall(SPACING.sub(" ", tex))


def named(words: list[str]) -> str:
    name = "".join(t[1:] + "_" if t in ACCENTS else
                   {"+": "p", "-": "m", "'": "_prime", "*": "star", "_": "_"}.get(t) or re.sub(r"\W", "", t)
                   for t in words)
    return re.sub("^lambda", "lam", name).strip("_")
