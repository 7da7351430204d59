"""Eigenvalues as particles: Dyson's Brownian motion and the Coulomb gas."""
