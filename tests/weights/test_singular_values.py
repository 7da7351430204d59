import numpy as np
import pytest

import dnnising as di
from dnnising.weights.singular_values import flatten, truncate
from tests.conftest import random_chain


@pytest.fixture
def chain(rng):
    return random_chain(rng, (5, 7, 4))


def values_of(matrix):
    return np.linalg.svd(matrix, compute_uv=False)


def test_truncation_keeps_the_largest_values_and_is_the_best_of_its_rank(chain, rng):
    for before, after in zip(chain.couplings, truncate(chain, 2).couplings):
        s = values_of(before)
        assert values_of(after) == pytest.approx([*s[:2], *np.zeros(s.size - 2)], abs=1e-12)
        error = np.sum((before - after) ** 2)
        assert error == pytest.approx(np.sum(s[2:] ** 2))
        other = rng.normal(size=(before.shape[0], 2))  # the best approximation with another column space
        rival = other @ np.linalg.lstsq(other, before)[0]
        assert error < np.sum((before - rival) ** 2)


def test_the_full_rank_changes_nothing(chain):
    for before, after in zip(chain.couplings, truncate(chain, 9).couplings):
        assert after == pytest.approx(before)


def test_flattening_keeps_vectors_and_squares(chain):
    for before, after in zip(chain.couplings, flatten(chain).couplings):
        s = values_of(after)
        assert s == pytest.approx(np.full(s.size, s[0]))
        assert np.sum(after**2) == pytest.approx(np.sum(before**2))
        polar = after / s[0]  # the orthogonal factor: JᵀP is symmetric and positive
        gram = before.T @ polar if before.shape[0] >= before.shape[1] else before @ polar.T
        assert gram == pytest.approx(gram.T)
        assert np.linalg.eigvalsh(gram).min() > 0


def test_precision_is_kept_and_misuse_refused(rng):
    single = random_chain(rng, (3, 4), np.float32)
    assert truncate(single, 1).couplings[0].dtype == flatten(single).couplings[0].dtype == np.float32
    with pytest.raises(ValueError, match="rank must be at least 1, got 0"):
        di.weights.truncate(single, 0)
