"""A character of a word of the README's commands; the checks of tests/test_readme.py on the edited text."""

import inspect
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path

from guards.sabotage.trial import Edit, Kind, around, replaced, shuffled

COMMANDS = re.compile(r"^```\w*\n(.*?)^```|`((?:make|pip|apt|from) [^`]+)`", re.MULTILINE | re.DOTALL)
FREE = re.compile(r"(?:PORT|PYTHON)=\S+")  # any port and any Python is as good


def words(text):
    """Where each word of a command starts and ends; comments are no commands."""
    for command in COMMANDS.finditer(text):
        start, end = command.span(1 if command[1] else 2)
        bare = re.sub(r"#.*", lambda it: " " * len(it[0]), text[start:end])
        yield from ((start + word.start(), start + word.end()) for word in re.finditer(r"\S+", bare)
                    if not FREE.match(word[0]))


def edits(book, rng):
    text = book.texts["README.md"]
    for start, end in shuffled(words(text), rng):
        at = rng.choice([i for i in range(start, end) if text[i].isalnum()] or [start])
        new = rng.choice(["", rng.choice("abcdefghijklmnopqrstuvwxyz".replace(text[at].lower(), ""))])
        edited = replaced(text, at, at + 1, new)
        yield Edit("README.md", None, around(text, start, end), edited[start:end + len(new) - 1], edited)


@contextmanager
def by_tests(book):
    import test_readme

    checks = [check for name, check in vars(test_readme).items() if name.startswith("test_")]
    with tempfile.TemporaryDirectory() as folder:
        plan = test_readme.planning(Path(folder))

        def noticed(edit):
            given = {"readme": edit.text, "plan": plan}
            for check in checks:
                names = inspect.signature(check).parameters
                try:
                    with tempfile.TemporaryDirectory() as empty:
                        known = {**given, "tmp_path": Path(empty)}
                        for call in test_readme.calls_of_make(edit.text) if "call" in names else [""]:
                            check(**{name: known.get(name, call) for name in names})
                except (Exception, SystemExit):
                    return True
            return False
        yield noticed


KINDS = (Kind("readme", 8, 0.95, edits, by_tests),)
