"""environment.yml says what pyproject.toml says; the pins satisfy both."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {"pytorch": "torch"}


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def project_requirements(without):
    extras = project()["optional-dependencies"]
    lines = sum((extras[name] for name in extras if name not in without), project()["dependencies"])
    found = [Requirement(line) for line in lines]
    itself = project()["name"]  # one extra holds another
    return [requirement for requirement in found if requirement.name != itself]


def test_environment_equals_pyproject():
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = next(entry["pip"] for entry in entries if isinstance(entry, dict))
    lines = [entry for entry in entries if isinstance(entry, str)] + pip
    found = {}
    for line in lines:
        if line.startswith("-") or line == "pip":
            continue
        requirement = Requirement(line)
        found[CONDA_NAMES.get(requirement.name, requirement.name)] = str(requirement.specifier)
    python = found.pop("python")
    assert python == project()["requires-python"]
    wanted = project_requirements(without=("text", "networks", "bench"))  # the environment holds none
    assert found == {requirement.name: str(requirement.specifier) for requirement in wanted}


@pytest.mark.parametrize(
    ("extra", "files"),
    [("text", ("Makefile", "README.md", "environment.yml")), ("networks", ("Makefile", "README.md"))],
)
def test_data_is_installed_without_its_dependencies(extra, files):
    packages = r"\s+(?:\\\s+)?".join(map(re.escape, project()["optional-dependencies"][extra]))
    for file in files:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"pip install (--quiet )?--no-deps {packages}", text), file


def test_every_requirement_is_pinned_within_its_range():
    lines = [
        line
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==\S+", line) for line in lines)
    pins = {name.lower().replace("_", "-"): version for name, version in (line.split("==") for line in lines)}
    for requirement in project_requirements(without=("text", "networks")):
        assert requirement.specifier.contains(pins[requirement.name], prereleases=True), requirement
    assert pins["torch"] == "2.13.0"
