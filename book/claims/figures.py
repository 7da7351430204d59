"""Which figure of the book shows the row of a claim."""

import re

from claims.claim import Claim

# chapter: (what the row's place and claim contain, figure) in order; the first that fits is taken.
FIGURES = {
    "03-density-of-states": (
        (r"^Table II, .*W/N|^Table II, .*\b(wikitext|lambada)|^Simulations, on Table II", "fig-fractions"),
        (r"^Table I, |^Figures 5-6|^Figure 7", "fig-released"),
        (r"^Figure 2", "fig-nulls"),
        (r"^Figure 3", "fig-nested"),
        (r"^Abstract", "fig-scopes"),
        (r"^Simulations, on Figure 2", "fig-controls"),
        (r"^Conclusion", "fig-watched"),
    ),
    "04-specific-heat": (
        (r"^Table III|^Figures 8-9|^Figure 10|^Appendix, specific heat", "fig-source"),
        (r"^Figure 4", "fig-canonical"),
    ),
    "05-sgd-coulomb-gas": (
        (r"^Stochastic matrix dynamics|^Wigner semi-circle: ", "fig-gas"),
        (r"^Wigner surmise: 4 degenerate pairs", "fig-collapse"),
        (r"^RBM.*σ² ∝ α/B|^Wigner semi-circle and surmise", "fig-linear"),
        (r"^Back to weight matrix dynamics", "fig-flow"),
        (r"^Transformer: spectral density", "fig-gpt-density"),
        (r"^Transformer: Wigner surmise", "fig-gpt-spacings"),
        (r"^Linear scaling relation|their ratio alone", "fig-practice"),
    ),
    "06-heavy-tails": (
        (r"^Random Matrix Theory 102", "fig-edge"),
        (r"^Non-negligible finite size effects", "fig-alpha-mu"),
        (r"^Random Matrix Theory 103", "fig-heavy-matrices"),
        (r"5\+1 Phases", "fig-phases"),
        (r"^Power Law Universality", "fig-real-alpha"),
        (r"^Spikes", "fig-localisation"),
        (r"^Varying Batch Size", "fig-batch-spectra"),
        (r"^Batch Size Tuning", "fig-batch"),
        (r"^Predicting test accuracies", "fig-capacity"),
    ),
}


def figure_of(row: Claim) -> str | None:
    """The name of the figure, or None where text or a table shows the row."""
    described = f"{row.where}: {row.claim}"
    return next((name for pattern, name in FIGURES.get(row.page, ()) if re.search(pattern, described)), None)
