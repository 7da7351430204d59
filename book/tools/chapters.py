"""The chapters as notebooks: which they are, and what in them is an exercise and what a solution."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
EXERCISE = re.compile(
    r"```\{exercise\} (?P<title>[^\n]+)\n:label: (?P<label>\S+)\n(?P<text>.*?)\n```", re.DOTALL
)
SOLUTION = re.compile(
    r"````\{solution\} (?P<label>\S+)\n:class: dropdown\n(?P<text>.*?)\n````", re.DOTALL
)  # four ticks: it holds code with three
CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)


def chapters() -> list[Path]:
    """The notebooks of the numbered parts of the table of contents, in order."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [entry["file"] for part in contents["parts"] if "numbered" in part for entry in part["chapters"]]
    return [ROOT / f"{file}.ipynb" for file in files]


def chapter_number(chapter: Path) -> int:
    return int(chapter.stem[:2])
