"""One script for each stored result."""
