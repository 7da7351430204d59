"""What our pages need of Sphinx."""
