"""The claims of the sources, each with its number, ours, and a verdict that follows from the two."""
