"""From samples at many temperatures to one density of states."""
