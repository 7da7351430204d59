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
    "07-phases-of-learning": (
        (r"^loss at end of training|^external field alignment", "fig-plane"),
        (r"^three distinct phases", "fig-lives"),
        (r"^correlations in time", "fig-memory"),
        (r"phases, not stages", "fig-time"),
        (r"^solvable model of a spin glass", "fig-sk"),
        (r"temperature T = ε/B is the variable", "fig-batch-temperature"),
        (r"whichever of its layers learn", "fig-layers"),
        (r"^phase diagram and hyperparameters", "fig-digits"),
        (r"^PAC/VC|perceptron", "fig-perceptron"),
        (r"^Rethinking generalization|^Remembering Regularization", "fig-vsdl"),
        (r"^Student Teacher: Recent", "fig-memorising"),
        (r"^Hopfield model", "fig-hopfield"),
    ),
    "08-landscapes": (
        (r"E_∞\(H\)|global minimum", "fig-descent"),
        (r"band; Conclusion: above|band; Conclusion: minima", "fig-saddles"),
        (r"band; Conclusion: in the band", "fig-complexity"),
        (r"\(H−1\)\^Λ", "fig-count"),
        (r"^Experimental Findings, Figure 1: (?!the surfaces)|minima coagulate", "fig-depth"),
        (r"the surfaces of networks trained", "fig-surfaces"),
        (r"^Experimental Findings, Figure 2: (?!as both)", "fig-linnerud"),
        (r"^Rugged Energy Landscapes", "fig-levy"),
        (r"^Minimizing Frustration", "fig-overlap"),
    ),
}


def figure_of(row: Claim) -> str | None:
    """The name of the figure, or None where text or a table shows the row."""
    described = f"{row.where}: {row.claim}"
    return next((name for pattern, name in FIGURES.get(row.page, ()) if re.search(pattern, described)), None)
