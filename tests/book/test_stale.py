"""What makes a stored result is found name by name, and only a change of what that says makes it old."""

import subprocess
from pathlib import Path

import pytest

from book.tools import stale

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(
    path.stem
    for path in (ROOT / "book" / "experiments").glob("*.py")
    if "experiment.run(" in path.read_text()
)

GLASS = "book.experiments.glass"
TOY = '''
from dnnising.toy import energy

SIZE = 3
SCALES = {"quick": 1, "full": 2}


def compute(rng):
    """Of one glass."""
    return {"energy": energy(SIZE) + sum(size for size in range(2))}  # in nats


def cells(scale):
    return {"glass": (compute, SCALES[scale])}


def other():
    return OTHER
'''


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A package of one module, and a script that uses a part of it, committed."""
    for name, text in {
        "dnnising/__init__.py": "from dnnising import toy",
        "dnnising/toy.py": "def energy(n):\n    return -n * BOND\n\n\nBOND = 1.0\nOTHER = 2.0\n",
        "book/experiments/glass.py": TOY,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(stale, "ROOT", tmp_path)
    forget()
    for words in (
        ["init", "--quiet"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "toy"],
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    yield tmp_path
    forget()


def forget():
    for function in (
        stale._file,
        stale._text,
        stale._bound,
        stale._definitions,
        stale._meaning,
        stale._meanings_at,
    ):
        function.cache_clear()


def changed_by(repository, file, old, new):
    path = repository / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    forget()
    return stale.changed("HEAD", stale.made_by("glass"), repository)


def test_what_a_script_uses_is_followed_to_its_definition(repository):
    used = {(GLASS, "compute"), (GLASS, "SIZE"), ("dnnising.toy", "energy"), ("dnnising.toy", "BOND")}
    assert stale.made_by("glass") == used
    assert stale.changed("HEAD", used, repository) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "seen"),
    [
        ("book/experiments/glass.py", "SIZE = 3", "SIZE = 4", [f"{GLASS}.SIZE"]),
        ("book/experiments/glass.py", "range(2)", "range(3)", [f"{GLASS}.compute"]),
        ("dnnising/toy.py", "BOND = 1.0", "BOND = 1.5", ["dnnising.toy.BOND"]),
        ("dnnising/toy.py", "-n * BOND", "n * BOND", ["dnnising.toy.energy"]),
        ("dnnising/toy.py", "OTHER = 2.0", "OTHER = 3.0", []),
        ("book/experiments/glass.py", "Of one glass", "Of a glass", []),
        ("book/experiments/glass.py", "  # in nats", "  # per spin", []),
        ("book/experiments/glass.py", "energy(SIZE) +", "(energy(SIZE)) +", []),
        ("book/experiments/glass.py", '"quick": 1', '"quick": 2', []),  # the record says with what it ran
    ],
)
def test_a_change_of_what_is_said_is_seen_and_no_other(repository, file, old, new, seen):
    assert changed_by(repository, file, old, new) == seen


def test_a_file_may_move(repository):
    (repository / "dnnising" / "toy.py").rename(repository / "dnnising" / "glasses.py")
    assert changed_by(repository, "book/experiments/glass.py", "dnnising.toy", "dnnising.glasses") == []


def test_what_cannot_be_followed_is_refused(repository):
    with pytest.raises(LookupError, match="does not say where other comes from"):
        changed_by(repository, "book/experiments/glass.py", "import energy", "import energy, other as energy")
    with pytest.raises(LookupError, match="abcdef is not in this history"):
        stale.changed("abcdef", set(), repository)


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_can_be_followed(script):
    found = stale.made_by(script)
    assert len(found) > 5
    assert not {module for module, _ in found} & stale.SILENT


def test_scripts_are_followed_into_the_package():
    students, glasses = ({name for _, name in stale.made_by(script)} for script in ("phase_plane", "nulls"))
    assert "train_students" in students - glasses
    assert "parallel_tempering" in glasses - students
