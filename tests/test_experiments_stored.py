"""Each long run in `experiments/` has its stored result, and that result comes from the script as it stands now."""

import json
import os
from pathlib import Path

import pytest

from nnlib.datasets import load_experiment
from store import FOLDER, fingerprint, store

SCRIPTS = sorted(path for path in (Path(__file__).parent.parent / "experiments").glob("*.py") if path.stem != "store")
LARGEST = 200_000  # bytes of a stored result


def problems(script, folder=FOLDER):
    """What is wrong with the stored result of one script, a line each."""
    stored = folder / f"{script.stem}.json"
    if not stored.exists():
        yield f"{script.name} has no {stored.name}: run `make experiments`"
        return
    try:
        result = json.loads(stored.read_text(encoding="utf-8"))
    except ValueError as error:
        yield f"{stored.name} is no JSON ({error}): run `make experiments`"
        return
    found = result.get("script_sha256") if isinstance(result, dict) else None
    if found != fingerprint(script):
        yield f"{stored.name} is not from {script.name} as it stands (script_sha256 {found}): run `make experiments`"
    if stored.stat().st_size > LARGEST:
        yield f"{stored.name} has {stored.stat().st_size:,} bytes, more than {LARGEST:,}: store less"
    if "Takes about" not in script.read_text(encoding="utf-8"):
        yield f"{script.name} does not say in its docstring how long it takes: 'Takes about ...'"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_stored_result_is_that_of_the_script(script):
    assert list(problems(script)) == []
    assert load_experiment(script.stem)["script_sha256"] == fingerprint(script)


def test_every_stored_result_has_its_script():
    assert sorted(path.stem for path in FOLDER.iterdir()) == [path.stem for path in SCRIPTS]


# A sound pair, and the damage that must be seen.

@pytest.fixture
def script(tmp_path, monkeypatch):
    monkeypatch.setattr("store.FOLDER", tmp_path)
    script = tmp_path / "long_run.py"
    script.write_text('"""Counts to ten. Takes about a second."""\n')
    store(script, {"script_sha256": fingerprint(script), "counted": 10})
    return script


def test_a_valid_pair_passes_even_with_windows_line_endings(script):
    assert list(problems(script, script.parent)) == []
    script.write_bytes(script.read_bytes().replace(b"\n", b"\r\n"))
    assert list(problems(script, script.parent)) == []


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
    assert said in "\n".join(problems(script, script.parent))


@pytest.mark.parametrize("name, error, words", [
    ("optimiser_race", ValueError, "name must be one of .*first_document, .*, got 'optimiser_race'"),
    ("../mnist/README", ValueError, "name must be one of"),
    (None, TypeError, "name must be a string"),
])
def test_an_unknown_experiment_is_named_with_the_known_ones(name, error, words):
    with pytest.raises(error, match=words):
        load_experiment(name)
