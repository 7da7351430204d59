import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.stats import ortho_group

from dnnising.spectra import PHASES, assign_spectral_phase, planted, spectral_phases, spectrum, with_signal

RATIOS = (1.0, 1.5, 2.0, 3.0)
M = 400


@pytest.fixture(scope="module")
def spectra():
    """Planted spectra by phase, 24 of each; the hundred of each are in the benchmarks."""
    rng = np.random.default_rng(99)
    return {
        phase: [spectrum(planted(phase, int(RATIOS[i % 4] * M), M, rng=rng)) for i in range(24)]
        for phase in PHASES
    }


def confusion(spectra):
    """(6, 6) counts, true phase by found phase."""
    counts = np.zeros((6, 6), dtype=int)
    for row, phase in enumerate(PHASES):
        for found in spectra[phase]:
            counts[row, PHASES.index(assign_spectral_phase(found).name)] += 1
    return counts


def is_good(counts):
    right = np.diag(counts) / counts.sum(axis=1)
    return right.mean() >= 0.9 and right.min() >= 0.8


@pytest.mark.slow
def test_planted_phases_are_found(spectra):
    assert is_good(confusion(spectra))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZERO_SHARE", 0.95),
        ("HEAVY_SHARE", 0.5),
        ("HEAVY_SHARE", 0.01),
        ("NEAR_SHARE", 0.2),
        ("NEAR", 1.05),
        ("NEAR", 5.0),
    ],
)
def test_other_bounds_are_worse(spectra, monkeypatch, name, value):
    monkeypatch.setattr(spectral_phases, name, value)
    assert not is_good(confusion(spectra))


@settings(max_examples=15, deadline=None)
@given(phase=st.sampled_from(PHASES), seed=st.integers(0, 2**32), scale=st.floats(1e-4, 1e4))
def test_invariances(phase, seed, scale):
    rng = np.random.default_rng(seed)
    W = planted(phase, 90, 60, rng=rng)
    plain = assign_spectral_phase(W)
    turned = assign_spectral_phase(scale * (ortho_group.rvs(90, random_state=rng) @ W).T)
    assert turned.name == plain.name
    assert (turned.spike_share, turned.near_share) == pytest.approx(
        (plain.spike_share, plain.near_share), nan_ok=True
    )


def test_the_evidence_is_returned(rng):
    phase = assign_spectral_phase(
        with_signal(rng.standard_normal((300, 200)), np.array([100.0, 120.0]), rng=rng)
    )
    assert phase.name == "Bulk+Spikes"
    assert phase.spike_share == 2 / 200
    assert phase.near_share == phase.zero_share == 0
    assert phase.reach == pytest.approx(phase.bulk.spikes[-1] / phase.bulk.lambda_plus)
    assert "2 of 200 eigenvalues beyond the edge" in phase.reason


def test_where_there_is_no_bulk(rng):
    collapsed = assign_spectral_phase(rng.standard_normal((60, 20)) @ rng.standard_normal((20, 50)))
    assert (collapsed.name, collapsed.zero_share, collapsed.bulk) == ("Rank-collapse", 0.6, None)
    heavy = assign_spectral_phase(rng.choice([-1, 1], (300, 300)) * rng.pareto(0.7, (300, 300)))
    assert (heavy.name, heavy.bulk) == ("Heavy-Tailed", None)
    assert "no Marchenko-Pastur bulk" in heavy.reason


def test_planted_input_is_checked(rng):
    with pytest.raises(ValueError, match="take one of Random-like"):
        planted("Frozen", 100, 100, rng=rng)
    with pytest.raises(ValueError, match="N ≥ M ≥ 40"):
        planted("Random-like", 100, 30, rng=rng)
    with pytest.raises(ValueError, match="orthogonal directions"):
        with_signal(np.zeros((3, 2)), np.ones(3), rng=rng)
