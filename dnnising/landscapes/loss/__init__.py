"""Loss surfaces of networks: slices, widths, paths."""
