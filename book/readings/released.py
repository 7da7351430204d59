"""What released.py stored of the files that the first source released, as they stand and by g(E) = g(−E)."""

from dnnising.results import Cells


def files_of(name: str) -> tuple[str, str]:
    """The densities of a network, by its name in Table I, and of its shuffled weights."""
    file = f"dos/{'bloom' if name == 'bloom-350m' else name}"
    return file, f"{file}_shuffled"


def value(released: Cells, file: str, field: str) -> float:
    """A number of a released file."""
    return float(released.select(name=file).one[field])


def released_width(released: Cells, file: str) -> float:
    """W/N of a released file, from end to end."""
    return value(released, file, "highest") - value(released, file, "lowest")


def symmetric_width(released: Cells, file: str) -> float:
    """What W/N of a released file is at least, as every energy that was met has its mirror image."""
    return 2 * max(abs(value(released, file, end)) for end in ("lowest", "highest"))


def symmetric_widths(released: Cells, name: str) -> list[float]:
    """Of a network's two files, trained and shuffled."""
    return [symmetric_width(released, file) for file in files_of(name)]


def released_gap(released: Cells, name: str, blocks: int) -> float:
    """W/N of the first blocks of a network, as released, less that of their shuffled weights."""
    trained, shuffled = (
        released_width(released, f"blocks/{name}/blocks{blocks}{end}") for end in ("", "_shuffled")
    )
    return trained - shuffled
