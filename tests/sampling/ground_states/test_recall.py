"""Hopfield's memory at work: stable patterns, the loss of all of them, spurious states."""

import numpy as np
import pytest

from dnnising import exact
from dnnising.models import hopfield
from dnnising.sampling import recall, recall_overlaps


def plain_recall(patterns, cue, rng):
    """Set spins one by one to the sign of their field, until a sweep changes none."""
    J, spins = hopfield(patterns).couplings, np.array(cue)
    changed = True
    while changed:
        changed = False
        for i in rng.permutation(spins.size):
            if spins[i] * (J[i] @ spins) < 0:
                spins[i] *= -1
                changed = True
    return spins


def test_the_dynamics_is_the_plain_one(rng):
    patterns, cue = rng.choice([-1, 1], (4, 30)), rng.choice([-1, 1], 30)
    found = recall(patterns, cue, rng=np.random.default_rng(1))
    assert np.array_equal(found.spins, plain_recall(patterns, cue, np.random.default_rng(1)))
    assert found.overlaps == pytest.approx(patterns @ found.spins / 30)


def test_a_damaged_pattern_is_completed(rng):
    patterns = rng.choice([-1, 1], (10, 500))
    cue = patterns[3] * np.where(rng.random(500) < 0.2, -1, 1)
    found = recall(patterns, cue, rng=rng)
    assert found.overlaps[3] > 0.99
    assert patterns[3] @ cue / 500 < 0.75
    assert np.abs(np.delete(found.overlaps, 3)).max() < 0.3


def test_a_mixture_of_three_is_a_spurious_state(rng):
    patterns = rng.choice([-1, 1], (3, 2000))
    found = recall(patterns, np.sign(patterns.sum(axis=0)), rng=rng)
    assert found.overlaps == pytest.approx([0.5] * 3, abs=0.06)
    assert found.sweeps == 1  # stable where it began


def test_the_memory_holds_up_to_its_capacity_and_then_loses_all():
    loads = [0.05, 0.1, 0.2]
    found = [
        recall_overlaps(1000, load, samples=8, rng=np.random.default_rng(k)) for k, load in enumerate(loads)
    ]
    assert np.mean(found[0]) == pytest.approx(exact.recall_overlap(0.05), abs=0.003)
    assert np.mean(found[1]) == pytest.approx(exact.recall_overlap(0.1), abs=0.01)
    assert exact.recall_capacity() < 0.2
    # Beyond, the theory has 0; started at the pattern, the dynamics keeps a remanence of 0.35 or less.
    assert np.mean(found[2]) < 0.6


def test_bad_cues_and_loads_are_refused(rng):
    with pytest.raises(ValueError, match=r"cue must be ±1 of shape \(3,\)"):
        recall([[1, 1, -1]], [1, 1], rng=rng)
    with pytest.raises(ValueError, match=r"is 0\.1 patterns; take one or more"):
        recall_overlaps(10, 0.01, rng=rng)
