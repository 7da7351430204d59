"""Ledger rows of the second source: spin glasses and the loss landscapes of neural networks."""

from book.claims import pspin, surfaces
from book.claims.claim import Claim, claims_of

TITLE = "Spin glass models in neural networks"
CHECKS = (*pspin.CHECKS, *surfaces.CHECKS)


def rows() -> list[Claim]:
    """All of them."""
    return claims_of(CHECKS)
