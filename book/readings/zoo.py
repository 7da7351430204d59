"""What zoo.py stored of small transformers trained here: prediction against measurement, model and twin.

Written down before the result was there:

- A model counts as trained where its validation loss is at most LEARNT of the chance loss; a twin has
  nothing to learn and counts as such where its validation loss is at least NOTHING of it. Only pairs of a
  trained model and such a twin are read, and all at their last checkpoint.
- Energies are bounds, the best of 64 annealings, in units of √(N Σ J²), that is E/N in units of √(ΣJ²/N): so
  networks of all sizes and weights can be compared.
- Trained - rotated has a sign where the weights lie on one side of all their rotated samples, by more than
  TIE of the energy. The prediction is that of PREDICTION, the law with most directions; the others say how
  much simpler a law can be. Statistic: the number of right signs among the networks where measurement and
  prediction have one. Null: a law that tosses a coin. Threshold: a two-sided binomial probability of
  SIGNIFICANT.
  Where nearly all networks have the same sign, a law that always says so is as good; `by_constant` counts
  that (added when four cells had been seen, which all had one sign; the verdict does not depend on it).
- Scope: these networks. Models that share a family, width and start are no independent draws, so that the
  probability is a guide; models and their twins are counted apart.
- What real data leave beyond shuffled ones: model - twin, mean over pairs with its standard error; it is told
  apart from 0 where it is SIGMAS errors away.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest, spearmanr

from dnnising import Estimate
from dnnising.results import Cells

LEARNT, NOTHING = 0.8, 0.95
TIE = 1e-6
SIGNIFICANT = 0.01
SIGMAS = 3.0
DATA = ("real", "twin")  # the first axis of a field
SETTINGS = ("family", "width", "initialisation", "sample")
QUANTITIES = ("ratio_across", "ratio_within", "ratio_rotated", "transition")

RANK_ONE = "rank one"


def in_noise(rank: int) -> str:
    """The law of at most so many directions a matrix in noise, replica-symmetric."""
    return f"rank {rank} in noise"


PREDICTION = in_noise(16)


def zoo_networks(zoo: Cells) -> pd.DataFrame:
    """A row a network, at its last checkpoint.

    Its settings; data, real or twin; loss, the validation loss over that of chance, and as_meant, whether it
    is trained, or as a twin untaught; n_spins; "found" and the laws RANK_ONE and `in_noise` of each rank:
    E(trained) - E(rotated) in units of √(N Σ J²), mean over the rotated samples, with its sign, "found sign"
    and so on, 0 for none; ratio_NULL, its W over that of each null; transition, T_c in units of √(Σ J²/N).
    """
    rows = []
    for cell in zoo:
        fields = cell.one
        settings = {name: cell.parameter(name) for name in SETTINGS}
        for d, data in enumerate(DATA):
            looked_at = {name: value for name, value in fields.items() if np.ndim(value) > 1}
            last = {name: value[d, -1] for name, value in looked_at.items()}
            n, squares = int(fields["n_spins"]), float(last["squares"])
            loss = float(last["validation_loss"]) / float(fields["chance_loss"][d])
            row = settings | {"data": data, "n_spins": n, "loss": loss}
            row["as_meant"] = loss <= LEARNT if data == "real" else loss >= NOTHING
            for name, (trained, rotated) in energies(fields, d).items():
                row[name] = (trained - rotated.mean()) / np.sqrt(n * squares)
                row[f"{name} sign"] = sign(float(trained), rotated)
            for null in ("across", "within", "rotated"):
                row[f"ratio_{null}"] = last["lowest_energy"] / np.mean(last[f"lowest_energy_{null}"])
            row["transition"] = last["transition_temperature"] / np.sqrt(squares / n)
            rows.append(row)
    return pd.DataFrame(rows)


def energies(fields: Mapping[str, NDArray], d: int) -> dict[str, tuple[float, NDArray]]:
    """By "found" and by law: the energy of a cell's model (d = 0) or twin (1) at its last checkpoint, and
    those (ROTATIONS,) of its rotated weights."""
    pairs = {
        name: (fields[field][d, -1], fields[f"{field}_rotated"][d, -1])
        for name, field in (("found", "lowest_energy"), (RANK_ONE, "predicted_energy"))
    }
    for r, rank in enumerate(fields["ranks"]):
        pairs[in_noise(rank)] = (
            fields["theory_energies"][d, r],
            fields["theory_energies_rotated"][d, :, r],
        )
    return pairs


def sign(trained: float, rotated: NDArray) -> int:
    """Of trained - rotated where it is that of every rotated sample and no tie, otherwise 0.

    >>> sign(-3.0, np.array([-2.0, -1.0])), sign(-1.5, np.array([-2.0, -1.0])), sign(-2.0, np.array([-3.0]))
    (-1, 0, 1)
    """
    differences = trained - rotated
    signs = np.sign(differences) * (np.abs(differences) > TIE * abs(trained))
    return int(signs[0]) if np.all(signs == signs[0]) else 0


def sound(networks: pd.DataFrame) -> pd.DataFrame:
    """The networks of pairs whose model is trained and whose twin has learnt nothing of use."""
    return networks[networks.groupby(list(SETTINGS))["as_meant"].transform("all")]


class SignCount(NamedTuple):
    """How often a law has the sign of trained - rotated.

    Args:
        right: number of networks where it does.
        told: those where measurement and prediction have a sign.
        silent: those where the measurement has one and the prediction has none.
        probability: of so many right, or as unlikely a number, by tossing a coin; 1 if none was told.
        by_constant: those of the told that the better of two laws has right which always say one sign.
        correlation: Spearman's, of predicted and found difference over the networks with a prediction; NaN
            where one is constant.
    """

    right: int
    told: int
    silent: int
    probability: float
    by_constant: int
    correlation: float

    @property
    def verdict(self) -> Literal["right", "wrong", "open"]:
        """Whether it is right more often than a coin, wrong more often, or neither significantly."""
        if self.probability > SIGNIFICANT:
            return "open"
        return "right" if 2 * self.right > self.told else "wrong"


def signs(networks: pd.DataFrame, law: str) -> SignCount:
    """A law's signs against those found."""
    found, said = networks["found sign"], networks[f"{law} sign"]
    told = (found != 0) & (said != 0)
    right = int((found[told] == said[told]).sum())
    probability = binomtest(right, int(told.sum())).pvalue if told.any() else 1.0
    by_constant = max(int((found[told] == one).sum()) for one in (-1, 1))
    both = networks[["found", law]].dropna()
    constant = both.nunique().min() < 2
    correlation = np.nan if constant else spearmanr(both["found"], both[law]).statistic
    silent = int(((found != 0) & (said == 0)).sum())
    return SignCount(right, int(told.sum()), silent, float(probability), by_constant, float(correlation))


def left_by_data(networks: pd.DataFrame, quantity: str) -> NDArray:
    """Model - twin of one of QUANTITIES, (pairs,); pairs in which either has none are left out."""
    pairs = networks.pivot(index=list(SETTINGS), columns="data", values=quantity).dropna()
    return (pairs["real"] - pairs["twin"]).to_numpy()


def compared(differences: NDArray) -> tuple[Estimate, Literal["more", "less", "open"]]:
    """The mean difference of model and twin, and whether it is told apart from 0.

    >>> compared(np.array([1.0, 1.1, 0.9]))
    (1.000(58), 'more')

    Raises:
        ValueError: fewer than two pairs.
    """
    mean = Estimate.mean(differences)
    if abs(mean.sigmas_above(0.0)) < SIGMAS or not mean:
        return mean, "open"
    return mean, "more" if mean > 0 else "less"
