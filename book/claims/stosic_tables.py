"""The numbers of Tables I-III of the first source, and the quench energies in its release, as printed."""

import csv
from pathlib import Path

with (Path(__file__).parents[1] / "sources/stosic2022-table1.csv").open(encoding="utf-8") as table:
    _ROWS = {row.pop("network"): tuple(map(float, row.values())) for row in csv.DictReader(table)}

SIZES = {name: row[:2] for name, row in _ROWS.items()}  # B in millions, N
TABLE_1 = {name: row[2:] for name, row in _ROWS.items()}  # E_min/N and W/N: trained, shuffled

IMAGE_NETWORKS = ("vit-base", "deit-base", "beit-base")
TEXT_NETWORKS = tuple(name for name in TABLE_1 if name not in IMAGE_NETWORKS)

FRACTIONS = (0.0, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0)

TABLE_2_WIDTHS = {  # W/N at each fraction
    "bert-base": (2.73, 2.38, 1.69, 1.20, 0.86, 0.85, 0.90),
    "opt-125m": (2.74, 2.29, 1.59, 1.12, 0.92, 0.93, 0.92),
    "gpt2": (6.96, 6.07, 4.50, 3.40, 3.00, 2.96, 3.00),
    "vit-base": (8.84, 7.88, 5.73, 4.01, 2.04, 1.90, 1.89),
}

TABLE_2_ERRORS = {  # in per cent, at each fraction but 1, where only vit-base has a number
    "opt-125m-wikitext2": (0, 0.02, 1.5, 4.4, 31.5, 11435),
    "opt-125m-wikitext103": (0, 0.03, 1.5, 6.0, 29.9, 14893),
    "opt-125m-lambada": (0, 0.03, 1.3, 5.2, 41.4, 4817),
    "gpt2-wikitext2": (0, 0.03, 0.3, 3.1, 30.7, 9808),
    "gpt2-wikitext103": (0, 0.02, 0.6, 4.2, 29.4, 10059),
    "gpt2-lambada": (0, 0.03, 1.3, 5.2, 41.4, 4817),
    "vit-base-imagenet": (0, 0.02, 0.01, 0.1, 0.5, 15, 79),
}

TABLE_3 = {  # T_c: trained, shuffled
    "vit-base": (0.054, 0.018),
    "deit-base": (0.048, 0.040),
    "beit-base": (0.039, 0.027),
    "bert-base": (0.110, 0.027),
    "bert-large": (0.100, 0.055),
    "opt-125m": (0.109, 0.031),
    "opt-350m": (0.046, 0.009),
    "opt-1.3b": (0.112, 0.013),
    "bloom-350m": (0.034, 0.034),
    "gpt2": (0.047, 0.038),
    "gpt2-medium": (0.036, 0.083),
}

QUENCHED = {  # lowest E/N that the quench of the release found, trained and shuffled (its README)
    "vit-base": (-9.337, -2.786),
    "bert-base": (-3.456, -1.292),
    "opt-125m": (-3.211, -1.222),
    "opt-350m": (-3.475, -1.043),
    "opt-1.3b": (-5.294, -0.917),
}
