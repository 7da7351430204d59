"""What makes a stored result is found name by name, and only a change of what that does makes it old."""

import subprocess
from pathlib import Path

import pytest

from book.tools import source, stale

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(
    path.stem
    for path in (ROOT / "book" / "experiments").glob("*.py")
    if "experiment.run(" in path.read_text()
)

GLASS = "book.experiments.glass"
SCRIPT = '''
from dnnising.errors import Shown, saving
from dnnising.toy import Spins, energy

SIZE = 3
SCALES = {"quick": 1, "full": 2}


def compute(rng):
    """Of one glass."""
    total = sum(size for size in range(2))
    return {"energy": energy(SIZE) + total, "spins": Spins(SIZE).up}  # in nats


def cells(scale):
    return {"glass": (compute, SCALES[scale])}


def other():
    return OTHER
'''
PACKAGE = '''
from dnnising.errors import saving

BOND = 1.0
OTHER = 2.0


def energy(n, unit=1):
    if n < 0:
        raise ValueError(f"{n} is no number of spins")
    with saving("energies"):
        value = _steps(n) * BOND
    return -value / unit


def _steps(n):
    return n and 1 + _steps(n - 1)


class Spins:
    """Of a glass."""

    size: int

    def __repr__(self):
        return "Spins()"

    def up(self, OTHER):
        return self.size + OTHER
'''


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A package of two modules, and a script that uses a part of them, committed."""
    for name, text in {
        "dnnising/__init__.py": "from dnnising import toy",
        "dnnising/toy.py": PACKAGE,
        "dnnising/errors.py": "def saving(name):\n    ...\n",
        "book/experiments/glass.py": SCRIPT,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    for words in (
        ["init", "--quiet"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "toy"],
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def changed_by(repository, *replaced):
    """What has changed after each text of a file was replaced by another, everywhere in it."""
    for file, old, new in replaced:
        path = repository / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
    stale.here.cache_clear()
    return stale.changed("HEAD", "glass", repository)


def test_what_a_script_uses_is_followed_to_its_definition(repository):
    toy = {("dnnising.toy", name) for name in ("energy", "BOND", "_steps", "Spins")}
    assert stale.here(repository).made_by("glass") == toy | {(GLASS, "compute"), (GLASS, "SIZE")}
    assert stale.changed("HEAD", "glass", repository) == []


SCRIPT_FILE, TOY_FILE = "book/experiments/glass.py", "dnnising/toy.py"


@pytest.mark.parametrize(
    ("file", "old", "new", "seen"),
    [
        (SCRIPT_FILE, "SIZE = 3", "SIZE = 4", f"{GLASS}.SIZE"),
        (SCRIPT_FILE, "range(2)", "range(3)", f"{GLASS}.compute"),
        (SCRIPT_FILE, "Spins(SIZE).up", "Spins(SIZE).size", f"{GLASS}.compute"),
        (SCRIPT_FILE, "+ total", "+ SIZE", f"{GLASS}.compute"),
        (SCRIPT_FILE, "range(2)", "range(max(2, 3))", f"{GLASS}.compute"),
        (TOY_FILE, "BOND = 1.0", "BOND = 1.5", "dnnising.toy.BOND"),
        (TOY_FILE, "1 + _steps(n - 1)", "2 + _steps(n - 1)", "dnnising.toy._steps"),
        (TOY_FILE, "1 + _steps(n - 1)", "1 + abs(n - 1)", "dnnising.toy._steps"),
        (TOY_FILE, "return -value", "return value", "dnnising.toy.energy"),
        (TOY_FILE, "unit=1", "unit=2", "dnnising.toy.energy"),
        (TOY_FILE, "_steps(n) * BOND", "_steps(n) * OTHER", "dnnising.toy.energy"),
        (TOY_FILE, "if n < 0", "if n < 1", "dnnising.toy.energy"),
        (TOY_FILE, "    size: int\n", "", "dnnising.toy.Spins"),
        (TOY_FILE, "size: int", "size: int = 3", "dnnising.toy.Spins"),
        (TOY_FILE, "def up(self, OTHER)", "def up(self)", "dnnising.toy.Spins"),  # it is the constant now
    ],
)
def test_a_change_of_what_is_done_is_seen_where_it_is(repository, file, old, new, seen):
    assert changed_by(repository, (file, old, new)) == [seen]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (SCRIPT_FILE, "Of one glass", "Of a glass"),
        (SCRIPT_FILE, "  # in nats", "  # per spin"),
        (SCRIPT_FILE, "energy(SIZE) +", "(energy(SIZE)) +"),
        (SCRIPT_FILE, '"quick": 1', '"quick": 2'),  # the record says with what it ran
        (SCRIPT_FILE, "SIZE", "LENGTH"),
        (SCRIPT_FILE, "total", "whole"),
        (SCRIPT_FILE, "size for size", "n for n"),
        (SCRIPT_FILE, "(rng)", "(rng: float) -> dict"),
        (TOY_FILE, "OTHER = 2.0", "OTHER = 3.0"),
        (TOY_FILE, "BOND", "COUPLING"),
        (TOY_FILE, "_steps", "_counted"),
        (TOY_FILE, "value", "found"),
        (TOY_FILE, "value =", "value: float ="),
        (TOY_FILE, "is no number", "was no number"),
        (TOY_FILE, '    with saving("energies"):\n        value', "    value"),
        (TOY_FILE, "Of a glass.", "Of one glass."),
        (TOY_FILE, "size: int", "size: float"),
        (TOY_FILE, "Spins()", "Spins(…)"),
        ("dnnising/errors.py", "...", "return name"),
    ],
)
def test_what_does_nothing_is_not_seen(repository, file, old, new):
    assert changed_by(repository, (file, old, new)) == []


def test_what_is_renamed_everywhere_is_followed(repository):
    imported = [
        (SCRIPT_FILE, "Spins, energy", "Spins, energy as E"),
        (SCRIPT_FILE, "energy(SIZE)", "E(SIZE)"),
    ]
    assert changed_by(repository, *imported) == []
    renamed = [(file, "Spins", "Magnets") for file in (SCRIPT_FILE, TOY_FILE)]
    assert changed_by(repository, *renamed) == []
    assert changed_by(repository, (TOY_FILE, "self.size +", "self.size -")) == ["dnnising.toy.Magnets"]


def test_another_computation_that_was_there_before_is_seen(repository):
    assert changed_by(repository, (SCRIPT_FILE, "(compute, SCALES", "(other, SCALES")) == [f"{GLASS}.other"]


def test_a_file_may_move(repository):
    (repository / "dnnising" / "toy.py").rename(repository / "dnnising" / "glasses.py")
    assert changed_by(repository, (SCRIPT_FILE, "dnnising.toy", "dnnising.glasses")) == []


def test_what_cannot_be_followed_is_refused(repository):
    with pytest.raises(LookupError, match="does not say where other comes from"):
        changed_by(repository, (SCRIPT_FILE, "Spins, energy", "Spins, other as energy"))
    with pytest.raises(LookupError, match="abcdef is not in this history"):
        stale.changed("abcdef", "glass", repository)
    with pytest.raises(LookupError, match="there is no iron"):
        stale.changed("HEAD", "iron", repository)


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_can_be_followed(script):
    found = stale.here().made_by(script)
    assert len(found) > 5
    assert not {module for module, _ in found} & source.SILENT


def test_scripts_are_followed_into_the_package():
    students, glasses = (
        {name for _, name in stale.here().made_by(script)} for script in ("phase_plane", "nulls")
    )
    assert "train_students" in students - glasses
    assert "parallel_tempering" in glasses - students
