import numpy as np
import pytest

from dnnising import landscapes, models
from dnnising.landscapes.pspin import ground_states as module
from tests.mutants import put_mutant


def test_ground_states_of_ferromagnets_are_known(rng):
    def ferromagnet(_):
        return models.DenseCouplings(1 - np.eye(8))

    np.testing.assert_allclose(landscapes.ground_state_energies(ferromagnet, samples=2, rng=rng), -28 / 8)


def test_samples_differ_and_come_again():
    def energies(samples):
        draw = lambda rng: models.sherrington_kirkpatrick(6, rng=rng)  # noqa: E731
        return landscapes.ground_state_energies(draw, samples=samples, rng=np.random.default_rng(1))

    assert len(set(energies(5))) == 5
    np.testing.assert_array_equal(energies(5)[:3], energies(3))


def test_spread_of_a_gaussian_is_known_and_its_error_too(rng):
    values = rng.normal(-10, 1, 4000)
    found = landscapes.concentration(values, rng=rng)
    assert abs(found - 0.1349) < 4 * found.error
    assert found.error == pytest.approx(0.1349 * 1.1664 / 4000**0.5, rel=0.3)  # of an interquartile range


@pytest.mark.slow
def test_heavy_tails_do_not_concentrate(rng):
    def spread(draw):
        energies = landscapes.ground_state_energies(draw, samples=400, rng=rng)
        return landscapes.concentration(energies, rng=rng)

    gaussian = spread(lambda rng: models.sherrington_kirkpatrick(8, rng=rng))
    heavy = spread(lambda rng: models.levy_glass(8, 0.5, rng=rng))
    assert heavy > 3 * gaussian
    assert heavy - gaussian > 3 * np.hypot(heavy.error, gaussian.error)


def test_the_highest_state_is_not_taken_for_the_lowest(rng, monkeypatch):
    put_mutant(monkeypatch, module, "ground_state_energies", ".min()", ".max()")
    monkeypatch.setattr(landscapes, "ground_state_energies", module.ground_state_energies)
    with pytest.raises(AssertionError):
        test_ground_states_of_ferromagnets_are_known(rng)


def test_few_samples_are_refused(rng):
    with pytest.raises(ValueError, match="at least 8 values, got 3"):
        landscapes.concentration(np.ones(3), rng=rng)
