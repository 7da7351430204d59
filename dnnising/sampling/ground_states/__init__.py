"""The lowest energies: quenches, annealing, retrieval."""
