"""Power laws in the tail of a spectrum, their rivals and their nulls."""
