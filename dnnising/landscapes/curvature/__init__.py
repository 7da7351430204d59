"""Second derivatives without their matrix: products, traces, extreme eigenvalues."""
