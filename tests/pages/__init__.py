"""The built book, as a browser shows it. `browser` and its like are modules of book/."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "book"))
