"""The reading of what orders: each verdict, from made-up samples and from exact ones."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from book.readings import ordering
from book.readings.ordering import Order, Passage, Scaling, read_family, read_network
from dnnising import Estimate
from dnnising.exact import CRITICAL_BINDER, curie_weiss_moments
from dnnising.results import Cells
from tests.mutants import put_mutant

T = np.geomspace(0.6, 1.6, 40)
SIZES = (24, 48, 96, 192)
SHAPE = np.array([1, 1, 4, 1])


def family(moments_of, reference=1.0, samples=8, seed=0):
    """Chains of one kind: from N, the moments (n, 2) of one sample at T in units of the reference."""
    rng = np.random.default_rng(seed)
    parameters, fields = {}, {}
    for H in SIZES:
        n_spins = H * SHAPE.sum()
        mean = moments_of(n_spins)
        for k in range(samples):
            noisy = mean * (1 + 0.01 * rng.normal(size=mean.shape))
            parameters[f"{H}/{k}"] = {"H": H, "sample": k}
            fields[f"{H}/{k}"] = {
                "moments": np.stack([noisy, noisy], axis=1),
                "largest": np.full(2, float(n_spins)),
                "temperatures": T * reference,
                "reference": np.array(reference),
                "n_spins": np.array(n_spins),
                "heat_capacity": np.where(T < 1, 1.0, 0.1) * T,
            }
    return Cells("toy", "quick", {}, parameters, fields)


@cache
def magnet(n_spins, shift=1.0):
    """The Curie-Weiss chain of a block's shape, exactly, whose T_c is `shift` for many spins."""
    H = n_spins // SHAPE.sum()
    mode = np.sin(np.pi * np.arange(1, 5) / 5)
    return curie_weiss_moments(
        H * SHAPE, np.full(3, shift / (2 * np.cos(np.pi / 5))), mode / np.linalg.norm(mode), T
    )


def paramagnet(n_spins):
    return np.array([1.0, 3.0]) * np.ones((T.size, 1))


def glassy(n_spins):
    """Two states below 1, and not of order N: U changes places while the order fades as 1/√N."""
    square = np.where(T < 1, np.sqrt(n_spins), 1.0)
    kurtosis = 1 + 2 / (1 + np.exp(-(T - 1) * np.sqrt(n_spins)))
    return np.stack([square, kurtosis * square**2], axis=1)


@pytest.mark.parametrize(
    ("moments_of", "verdict"),
    [
        (magnet, Order.AT_THE_END),
        (lambda n: magnet(n, shift=1.2), Order.ELSEWHERE),
        (lambda n: magnet(n, shift=0.9), Order.ELSEWHERE),
        (paramagnet, Order.NOWHERE),
        (glassy, Order.UNDECIDED),
    ],
)
def test_every_verdict_has_its_family(moments_of, verdict):
    found = read_family(family(moments_of, reference=7.0))
    assert found.verdict == verdict
    assert found.sizes == SIZES
    assert found.temperatures == pytest.approx(T)


@pytest.mark.parametrize("shift", [0.9, 1.0, 1.2])
def test_the_limit_is_the_transition_of_many_spins(shift):
    limit = read_family(family(lambda n: magnet(n, shift))).limit
    assert abs(limit.sigmas_above(shift)) < 3
    assert limit.error < 0.02


def test_without_noise_the_line_through_the_crossings_leaves_no_error_of_size():
    sizes = np.array([1.0, 2.0, 4.0, 8.0])
    smallness = 1 / np.sqrt(sizes[1:] * sizes[:-1])
    found = read_family(family(magnet))
    crossings = replace(
        found.crossings,
        temperatures=1 + 0.1 * smallness,
        errors=np.array([0.1, 0.2, 0.3]),
        resampled=1 + 0.1 * smallness + np.zeros((5, 3)),
    )
    assert replace(found, n_spins=sizes, crossings=crossings).limit == pytest.approx(1)


def test_a_missing_crossing_leaves_the_limit_unknown():
    found = read_family(family(magnet))
    missing = replace(found.crossings, temperatures=np.array([1.0, np.nan, 1.0]))
    assert np.isnan(replace(found, crossings=missing).limit)
    assert replace(found, crossings=missing).verdict == Order.UNDECIDED


def test_a_limit_that_is_known_badly_decides_nothing(monkeypatch):
    monkeypatch.setattr(Scaling, "limit", property(lambda self: Estimate(1.0, 0.2)))
    assert read_family(family(magnet)).verdict == Order.UNDECIDED


def test_survival_is_a_ratio_of_the_largest_to_the_smallest():
    assert read_family(family(paramagnet)).survival == pytest.approx(1 / 8, rel=0.1)
    assert read_family(family(magnet)).survival == pytest.approx(1, rel=0.1)


def test_a_reading_that_forgets_the_units_of_each_sample_is_seen(monkeypatch):
    put_mutant(monkeypatch, ordering, "read_family", '/ one["reference"][0]', "")
    assert ordering.read_family(family(magnet, reference=7.0)).verdict != Order.AT_THE_END


def passage(ends, U, n_error=0.02):
    """A network whose T_c by the spectrum is `ends`, from U at T."""
    return read_network(
        {
            "temperatures": T,
            "transition_temperature": np.array(ends),
            "binder": np.stack([U, U], axis=1),
            "binder_error": np.full((T.size, 2), n_error),
            "moments": np.full((T.size, 2, 2), 5.0),
            "moments_error": np.full((T.size, 2, 2), 0.5),
            "largest": np.array([10.0, 20.0]),
            "participation": np.array([100.0, 25.0]),
            "heat_capacity": T * (2 - T),
        },
        direction=1,
    )


ORDERS_AT_ONE = CRITICAL_BINDER + 0.3 * np.tanh((1 - T) / 0.1)


@pytest.mark.parametrize(
    ("ends", "U", "verdict"),
    [
        (1.02, ORDERS_AT_ONE, Order.AT_THE_END),
        (1.2, ORDERS_AT_ONE, Order.ELSEWHERE),
        (0.8, ORDERS_AT_ONE, Order.ELSEWHERE),
        (np.nan, ORDERS_AT_ONE, Order.UNDECIDED),
        (1.0, np.full(T.size, 0.05), Order.NOWHERE),
        (1.0, np.full(T.size, 0.5), Order.UNDECIDED),  # of the whole ladder, so that the passage is beyond it
    ],
)
def test_every_verdict_has_its_network(ends, U, verdict):
    assert passage(ends, U).verdict == verdict


def test_a_network_is_placed_where_its_cumulant_passes():
    found = passage(1.0, ORDERS_AT_ONE)
    assert found.temperature == pytest.approx(1, abs=0.005)
    rng = np.random.default_rng(0)
    again = [passage(1.0, ORDERS_AT_ONE + 0.02 * rng.normal(size=T.size)).temperature for _ in range(100)]
    assert np.std(again) == pytest.approx(found.temperature.error, rel=0.5)
    assert passage(2.0, ORDERS_AT_ONE).ratio == pytest.approx(0.5, abs=0.003)


def test_rungs_past_the_bend_do_not_move_the_passage():
    """They are many times more precise than those near it, as in the cold."""
    U = np.where(T < 0.93, 0.66, ORDERS_AT_ONE)
    errors = np.where(T < 0.93, 1e-4, 0.05)
    found = replace(passage(1.0, U), binder_error=errors)
    assert found.temperature == pytest.approx(1, abs=0.005)
    assert 0.005 < found.temperature.error < 0.03


def test_a_network_is_read_along_the_direction_asked_for():
    found = passage(1.0, ORDERS_AT_ONE)
    assert isinstance(found, Passage)
    assert found.order == pytest.approx(0.25)
    assert found.order_error == pytest.approx(0.025)
    assert found.rounding == 0.2
    assert found.heat_maximum == pytest.approx(1, abs=0.02)
