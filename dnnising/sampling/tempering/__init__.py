"""Parallel tempering: the ladder, exchanges, and the signs of equilibrium."""
