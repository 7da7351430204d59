"""Directions in noise and replica-symmetric theory."""
