"""The spherical p-spin glass: critical points, their number, and the way down."""
