"""The bulk of noise in a spectrum and its edge."""
