import numpy as np
import pytest

from dnnising.sampling import FixedStages, Flatness, Halving, OneOverT, Progress

EVEN = np.full(10, 1000)
UNEVEN = np.array([0, *[1000] * 9])


def test_one_over_t_waits_for_every_bin_and_then_follows_the_clock():
    schedule = OneOverT()
    early = Progress(flips=10_000, log_f=1.0, stage=0, next_look=10_000)
    assert schedule.look(early, 64, UNEVEN)[:3] == (10_000, 1.0, 0)
    assert schedule.look(early, 64, EVEN)[:3] == (10_000, 0.5, 1)
    late = Progress(flips=1_000_000, log_f=1e-5, stage=17, next_look=1_000_000)
    assert schedule.look(late, 64, UNEVEN)[:3] == (1_000_000, 1e-5, 17)
    later = late._replace(flips=2_000_000)
    assert schedule.look(later, 64, UNEVEN).log_f == 5e-6


def test_one_over_t_never_rises():
    schedule, stage = OneOverT(), OneOverT().start(64)
    factors = []
    for _ in range(400):
        stage = schedule.look(stage._replace(flips=stage.next_look), 64, EVEN)
        factors.append(stage.log_f)
    assert (np.diff(factors) <= 0).all()
    assert factors[-1] == pytest.approx(10 / stage.flips)


def test_halving_asks_for_more_visits_as_ln_f_falls_and_then_holds():
    schedule = Halving(visits=10, final_log_f=0.2)
    stage = schedule.start(64)._replace(flips=10_000)
    assert schedule.look(stage, 64, np.array([9, 100])).log_f == 1.0
    stage = schedule.look(stage, 64, np.array([10, 100]))
    assert stage[1:3] == (0.5, 1)
    assert schedule.look(stage, 64, np.array([14, 100])).stage == 1  # 10/√½ = 14.1
    stage = schedule.look(schedule.look(stage, 64, np.array([15, 100])), 64, EVEN)
    assert stage[1:3] == (0.2, 3)
    assert schedule.look(stage, 64, EVEN)[1:3] == (0.2, 3)


def test_flatness_halves_only_flat_histograms_and_ends():
    schedule = Flatness(threshold=0.8, final_log_f=0.2)
    stage = schedule.start(64)
    stage = stage._replace(flips=stage.next_look)
    assert schedule.look(stage, 64, UNEVEN)[1:3] == (1.0, 0)
    halved = schedule.look(stage, 64, EVEN)
    assert halved[1:3] == (0.5, 1)
    last = schedule.look(halved._replace(log_f=0.25, flips=halved.next_look), 64, EVEN)
    assert last.log_f == 0.0


def test_fixed_stages_grow_by_a_tenth_from_ten_sweeps_and_stop_at_1e_4():
    schedule, n_spins = FixedStages(), 1000
    stage = schedule.start(n_spins)
    lengths, factors = [stage.next_look], [stage.log_f]
    while stage.log_f > 0:
        flips = stage.next_look
        stage = schedule.look(stage._replace(flips=flips), n_spins, UNEVEN)
        lengths.append(stage.next_look - flips)
        factors.append(stage.log_f)
    assert lengths[0] == 10 * n_spins
    assert np.array(lengths[1:]) / lengths[:-1] == pytest.approx(1.1, rel=1e-3)
    assert factors[0] == 1.0
    assert factors[10] == pytest.approx(1e-2)
    assert factors[-2] > 1e-4
    assert factors[-1] == 0.0
    assert len(factors) == 41
