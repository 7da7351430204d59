import numpy as np
import pytest
from scipy.integrate import quad

from dnnising.errors import NotConvergedError
from dnnising.spectra import compare_tails, fit_power_law
from dnnising.spectra.tails import alternatives


def compare(values):
    return compare_tails(values, fit_power_law(values))


def drawn(kind, n=3000):
    rng = np.random.default_rng(8)
    uniform = rng.random(n)
    return {
        "power law": lambda: (1 - uniform) ** (-1 / 1.5),
        "exponential": lambda: 1 + rng.exponential(size=n),
        "lognormal": lambda: np.exp(rng.normal(0, 0.6, n)),
        "truncated": lambda: rejected(rng, n),
    }[kind]()


def rejected(rng, n):
    """Density λ^(-2) e^(-λ/10) above 1."""
    values = (1 - rng.random(20 * n)) ** -1.0
    return values[rng.random(values.size) < np.exp(-(values - 1) / 10)][:n]


@pytest.mark.slow
def test_each_law_is_preferred_on_its_own_draws():
    power = compare(drawn("power law"))
    assert power["exponential"].ratio > 0
    assert power["exponential"].p_value < 1e-3
    assert power["truncated_power_law"].p_value > 0.01
    assert power["lognormal"].ratio > -3

    def forced(values, quantile):  # a tail that is long enough to see its shape
        xmin = float(np.quantile(values, quantile))
        tail = values[values >= xmin]
        xmin = float(tail.min())
        alpha = 1 + tail.size / np.log(tail / xmin).sum()
        fit = type(fit_power_law(values))(alpha, xmin, 0.0, tail.size, values.size, 0.0)
        return compare_tails(values, fit)

    for kind, name in [
        ("exponential", "exponential"),
        ("lognormal", "lognormal"),
        ("truncated", "truncated_power_law"),
    ]:
        verdict = forced(drawn(kind), 0.3 if kind == "lognormal" else 0.0)[name]
        assert verdict.ratio < -5, kind
        assert verdict.p_value < 1e-3, kind


@pytest.mark.parametrize(("a", "b"), [(1.5, 0.1), (-2.0, 0.5), (0.5, 1e-6), (3.0, 20.0), (-30.0, 1.0)])
def test_areas_are_those_of_quadrature(a, b):
    peak = max(0.0, -a / (2 * b))
    exponent = -a * peak - b * peak**2
    area = quad(lambda y: np.exp(-a * y - b * y**2 - exponent), 0, peak + 80, points=[peak], limit=500)[0]
    assert alternatives._log_area_lognormal(a, b) == pytest.approx(exponent + np.log(area), rel=1e-6)


@pytest.mark.parametrize(("a", "c"), [(1.5, 0.1), (-2.0, 0.5), (0.5, 1e-8), (3.0, 20.0), (-0.5, 1e-3)])
def test_areas_of_truncated_power_laws(a, c):
    area = quad(lambda y: np.exp(-a * y - c * np.expm1(y)), 0, 60, points=[1, 5, 20], limit=500)[0]
    assert alternatives._log_area_truncated(a, c) == pytest.approx(np.log(area) - c, rel=1e-6)


def test_a_law_that_contains_the_power_law_is_never_worse(rng):
    for _ in range(5):
        values = (1 - rng.random(100)) ** (-1 / 2)
        verdict = compare(values)["truncated_power_law"]
        assert verdict.ratio <= 0
        assert 0 <= verdict.p_value <= 1


def test_no_scale_enters(rng):
    values = rng.lognormal(size=200)
    plain, scaled = compare(values), compare(1e-4 * values)
    for name, verdict in plain.items():
        assert scaled[name].ratio == pytest.approx(verdict.ratio, abs=1e-4)


def test_a_fit_of_other_eigenvalues_is_refused(rng):
    values = rng.lognormal(size=200)
    with pytest.raises(ValueError, match="is it another"):
        compare_tails(values[:100], fit_power_law(values))


def test_a_descent_that_does_not_arrive_says_so(monkeypatch):
    right = alternatives.minimize

    def cut_short(*arguments, options, **others):
        return right(*arguments, options=options | {"maxiter": 5}, **others)

    monkeypatch.setattr(alternatives, "minimize", cut_short)
    with pytest.raises(NotConvergedError, match="an alternative to the power law is not fitted") as caught:
        compare(drawn("lognormal"))
    assert caught.value.run.shape == (2,)
