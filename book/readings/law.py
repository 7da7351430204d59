"""Prediction against measurement on all networks at once: does rotation make them deeper or shallower?

Of every network, (E(trained) - E(rotated))/|E(rotated)| as annealing finds it, and as laws say before it is
sampled. The signs are judged as `book.readings.zoo` has written down beforehand. A relative difference has no
unit, so networks of all sizes can be ranked together.
"""

from collections.abc import Mapping

import pandas as pd
from numpy.typing import NDArray

from book.readings.zoo import DATA, RANK_ONE, SETTINGS, energies, in_noise, sign, sound, zoo_networks
from dnnising.results import Cells

PRETRAINED = "pretrained"


def all_networks(pretrained: Cells, zoo: Cells) -> pd.DataFrame:
    """A row a network.

    Its name; data, which is pretrained, real or twin; and for "found", RANK_ONE and `in_noise` of each rank
    the relative difference and its sign, "found sign" and so on, 0 for none.

    Args:
        pretrained: of leading_vectors.
        zoo: of zoo; only pairs of a trained model and an untaught twin count.
    """
    rows = []
    for name in pretrained.values("name"):
        kinds = pretrained.select(name=name).by("kind")
        rows.append(
            {"name": name, "data": PRETRAINED} | _compared(_energies(kinds["trained"], kinds["rotated"]))
        )
    kept = set(sound(zoo_networks(zoo)).set_index([*SETTINGS, "data"]).index)
    for cell in zoo:
        settings = tuple(cell.parameter(name) for name in SETTINGS)
        for d, data in enumerate(DATA):
            if (*settings, data) in kept:
                row = {"name": "/".join(map(str, settings)), "data": data}
                rows.append(row | _compared(energies(cell.one, d)))
    return pd.DataFrame(rows)


def _energies(trained: Cells, rotated: Cells) -> dict[str, tuple[float, NDArray]]:
    """As `zoo.energies`, of a pretrained network; the better of its annealings."""
    pairs = {
        name: (float(trained[field].min()), rotated[field])
        for name, field in (("found", "lowest_energy"), (RANK_ONE, "predicted_energy"))
    }
    for r, rank in enumerate(trained["ranks"][0]):
        pairs[in_noise(rank)] = (float(trained["theory_energies"][0, r]), rotated["theory_energies"][:, r])
    return pairs


def _compared(pairs: Mapping[str, tuple[float, NDArray]]) -> dict[str, float]:
    row: dict[str, float] = {}
    for law, (trained, rotated) in pairs.items():
        row[law] = float((trained - rotated.mean()) / abs(rotated.mean()))
        row[f"{law} sign"] = sign(float(trained), rotated)
    return row
