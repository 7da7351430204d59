"""environment.yml and the recipe for conda say what pyproject.toml says; the pins satisfy all."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import dnnising

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {"pytorch": "torch", "python-build": "build"}


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def project_requirements(without):
    extras = project()["optional-dependencies"]
    return versions(sum((extras[name] for name in extras if name not in without), project()["dependencies"]))


def test_environment_equals_pyproject():
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = next(entry["pip"] for entry in entries if isinstance(entry, dict))
    lines = [entry for entry in entries if isinstance(entry, str)] + pip
    assert pip[-1] == "--editable ."
    found = conda_requirements(line for line in lines if not line.startswith("-") and line != "pip")
    python = found.pop("python")
    assert python == project()["requires-python"]
    assert found == project_requirements(without=("text", "networks", "bench"))  # the environment holds none


def conda_requirements(lines):
    """Versions by the name that pip has."""
    found = [Requirement(line) for line in lines]
    return {CONDA_NAMES.get(one.name, one.name): str(one.specifier) for one in found}


def versions(lines):
    """The same of lines of pyproject.toml, where one extra may hold another."""
    found = {}
    for one in map(Requirement, lines):
        if one.name == project()["name"]:
            found |= versions(
                line for extra in one.extras for line in project()["optional-dependencies"][extra]
            )
        else:
            found[one.name] = str(one.specifier)
    return found


def test_the_recipe_equals_pyproject():
    recipe = yaml.safe_load((ROOT / "conda" / "recipe.yaml").read_text(encoding="utf-8"))
    python = {"python": project()["requires-python"]}
    needed = recipe["requirements"]
    assert conda_requirements(needed["run"]) == python | versions(project()["dependencies"])
    every = versions(project()["optional-dependencies"]["all"])
    assert len(every) == 7
    assert conda_requirements(needed["run_constraints"]) == every
    built_by = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"][
        "requires"
    ]
    assert conda_requirements(needed["host"]) == python | {"pip": ""} | versions(built_by)
    assert recipe["package"] == {"name": project()["name"], "version": dnnising.__version__}
    about = recipe["about"]
    assert (about["summary"], about["license"]) == (project()["description"], project()["license"])
    assert [about["license_file"]] == project()["license-files"]
    assert (ROOT / "conda" / recipe["source"]["path"] / "pyproject.toml").is_file()


def test_the_recipe_tries_what_holds():
    recipe = yaml.safe_load((ROOT / "conda" / "recipe.yaml").read_text(encoding="utf-8"))
    (python, script) = recipe["tests"]
    assert python["python"]["imports"] == [project()["name"]]
    for command in script["script"]:
        subprocess.run([sys.executable, *shlex.split(command)[1:]], check=True, cwd=ROOT)


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
    for name, specifier in project_requirements(without=("text", "networks")).items():
        assert SpecifierSet(specifier).contains(pins[name], prereleases=True), name
    assert pins["torch"] == "2.13.0"
