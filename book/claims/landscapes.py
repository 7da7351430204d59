"""Ledger rows of the second source: spin glasses and the loss landscapes of neural networks."""

from claims import pspin, surfaces
from claims.claim import Claim

TITLE = "Spin glass models in neural networks"


def rows() -> list[Claim]:
    """All of them."""
    return [*pspin.rows(), *surfaces.rows()]
