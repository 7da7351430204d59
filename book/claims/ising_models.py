"""Ledger rows of the first source, Ising models of deep neural networks: tables, figures, then its text."""

from book.claims import nulls, performance, published_widths, specific_heat
from book.claims.claim import Claim, claims_of

TITLE = "Ising models of deep neural networks (Stosic, Stosic, Stosic 2022)"
CHECKS = (
    published_widths.mapping,
    published_widths.widths,
    published_widths.fraction_widths,
    published_widths.task_errors,
    specific_heat.heat_peaks,
    nulls.wider,
    published_widths.released_panels,
    published_widths.growing_chains,
    nulls.single_layer,
    specific_heat.lower_temperatures,
    specific_heat.heat_panels,
    nulls.single_matrices,
    nulls.arrangement,
    nulls.combinations,
    performance.task_sensitivity,
    performance.saturation,
    performance.pause,
    specific_heat.eight_by_eight,
)


def rows() -> list[Claim]:
    """All of them."""
    return claims_of(CHECKS)
