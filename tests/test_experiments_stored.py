"""Each long run in `experiments/` has its stored result, and that result comes from the script as it stands now."""

import hashlib
import json
import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "experiments"
LARGEST = 200_000  # bytes of a stored result


def sums(script):
    """With either kind of line ends: Git or an editor may have changed them; a run stores the sum of what it saw."""
    lines = script.read_bytes().replace(b"\r\n", b"\n")
    return {hashlib.sha256(text).hexdigest() for text in (lines, lines.replace(b"\n", b"\r\n"))}


def problems(script):
    """What is wrong with the stored result of one script, a line each."""
    stored = script.with_suffix(".json")
    if not stored.exists():
        yield f"{script.name} has no {stored.name}: run `make experiments`"
        return
    try:
        result = json.loads(stored.read_text(encoding="utf-8"))
    except ValueError as error:
        yield f"{stored.name} is no JSON ({error}): run `make experiments`"
        return
    found = result.get("script_sha256") if isinstance(result, dict) else None
    if found not in sums(script):
        yield f"{stored.name} is not from {script.name} as it stands (script_sha256 {found}): run `make experiments`"
    if stored.stat().st_size > LARGEST:
        yield f"{stored.name} has {stored.stat().st_size:,} bytes, more than {LARGEST:,}: store less"
    if "Takes about" not in script.read_text(encoding="utf-8"):
        yield f"{script.name} does not say in its docstring how long it takes: 'Takes about ...'"


@pytest.mark.parametrize("script", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_the_stored_result_is_that_of_the_script(script):
    assert list(problems(script)) == []


def test_every_stored_result_has_its_script():
    assert [path.name for path in FOLDER.glob("*.json") if not path.with_suffix(".py").exists()] == []


# A sound pair, and the damage that must be seen.

@pytest.fixture
def script(tmp_path):
    script = tmp_path / "long_run.py"
    script.write_text('"""Counts to ten. Takes about a second."""\n')
    result = {"script_sha256": hashlib.sha256(script.read_bytes()).hexdigest(), "counted": 10}
    script.with_suffix(".json").write_text(json.dumps(result))
    return script


def test_a_sound_pair_passes(script):
    assert list(problems(script)) == []


def test_line_ends_are_no_change(script):
    text = script.read_bytes()
    script.write_bytes(text.replace(b"\n", b"\r\n"))  # Git on Windows
    assert list(problems(script)) == []
    there = {"script_sha256": hashlib.sha256(script.read_bytes()).hexdigest()}
    script.with_suffix(".json").write_text(json.dumps(there))
    script.write_bytes(text)  # run there, and committed
    assert list(problems(script)) == []


@pytest.mark.parametrize("damage, said", [
    (lambda s: s.with_suffix(".json").unlink(), "has no long_run.json"),
    (lambda s: s.write_text(s.read_text() + "# changed\n"), "is not from long_run.py as it stands"),
    (lambda s: s.with_suffix(".json").write_text('{"counted": 10}'), "script_sha256 None"),
    (lambda s: s.with_suffix(".json").write_text("[1, 2]"), "script_sha256 None"),
    (lambda s: s.with_suffix(".json").write_text("{"), "is no JSON"),
    (lambda s: os.truncate(s.with_suffix(".json"), 0), "is no JSON"),
    (lambda s: s.with_suffix(".json").write_text(json.dumps({"x": [0] * LARGEST})), "store less"),
    (lambda s: s.write_text('"""Counts."""\n'), "how long it takes"),
], ids=["no result", "changed script", "no hash", "a list", "broken", "empty", "too large", "no duration"])
def test_damage_is_seen(script, damage, said):
    damage(script)
    assert said in "\n".join(problems(script))
