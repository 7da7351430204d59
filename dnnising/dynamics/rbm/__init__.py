"""A Gaussian restricted Boltzmann machine learns a lattice field."""
