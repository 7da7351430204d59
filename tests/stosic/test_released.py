from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

import dnnising as di
from dnnising.stosic import published_networks
from dnnising.stosic.heat import energy_range
from dnnising.stosic.released import Architecture, SumRuleError, architecture_of, read_released

RELEASED = Path(__file__).parents[3] / "shared" / "released"
SMALL = Architecture(hidden_size=2, blocks=1)  # 16 spins, ln g divided by 40


@cache
def small_dos():
    """Of a chain with the small architecture's layers: 2, 2, 2, 8 and 2 spins."""
    rng = np.random.default_rng(7)
    sizes = (2, 2, 2, 8, 2)
    couplings = [rng.normal(size=shape) for shape in pairwise(sizes)]
    return di.enumerate_dos(di.LayeredCouplings(couplings), bin_width=0.5)


def write(path, energies, scaled, newline="\r\n", form="{:.6f}\t{:.16e}"):
    rows = [form.format(*row) + newline for row in zip(energies, scaled)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(rows).encode())
    return path


@pytest.fixture
def small_file(tmp_path):
    dos = small_dos()
    return write(tmp_path / "small.dat", dos.energies, dos.log_g / SMALL.divisor)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r\r\n"])
def test_what_was_written_is_read(tmp_path, newline):
    exact = small_dos()
    path = write(tmp_path / "small.dat", exact.energies, exact.log_g / 40, newline)
    dos = read_released(path, SMALL)
    assert dos.n_spins == 16
    assert dos.energies == pytest.approx(exact.energies)
    assert dos.log_g == pytest.approx(exact.log_g, abs=1e-12)
    assert dos.log_total == pytest.approx(16 * np.log(2))


def test_three_digits_keep_the_sum_rule(tmp_path):
    exact = small_dos()
    path = write(tmp_path / "small.dat", exact.energies, exact.log_g / 40, form="{:.4f}\t{:.2E}")
    assert read_released(path, SMALL).log_g == pytest.approx(exact.log_g, rel=5e-3)


def test_the_documented_divisor_breaks_the_sum_rule_and_the_message_tells_the_right_one(small_file):
    with pytest.raises(di.DataFormatError, match=r"small.dat breaks the sum rule.*divisor=40 would keep it"):
        read_released(small_file, SMALL, divisor=SMALL.n_spins)
    assert read_released(small_file, SMALL, divisor=40).log_g == pytest.approx(small_dos().log_g)
    with pytest.raises(di.DataFormatError, match="Is the network another one"):
        read_released(small_file, Architecture(hidden_size=3, blocks=1))
    with pytest.raises(ValueError, match="divisor must be positive, got 0"):
        read_released(small_file, SMALL, divisor=0)


@pytest.mark.slow
@given(true=st.floats(5, 500))
def test_the_divisor_in_the_message_is_the_one_that_keeps_it(tmp_path_factory, true):
    exact = small_dos()
    path = write(tmp_path_factory.mktemp("released") / "small.dat", exact.energies, exact.log_g / true)
    with pytest.raises(di.DataFormatError) as caught:
        read_released(path, SMALL, divisor=1.5 * true)
    assert f"divisor={true:.6g} would keep it" in str(caught.value)


def test_more_levels_than_states_have_no_divisor(tmp_path):
    """Newton's rule used to end below zero, and the message advised that."""
    smallest = Architecture(hidden_size=1, blocks=1)  # 2^8 states
    path = write(tmp_path / "many.dat", np.arange(257.0), np.linspace(0.0, 1.0, 257))
    with pytest.raises(SumRuleError, match="no divisor is found that would keep it") as caught:
        read_released(path, smallest)
    assert np.isnan(caught.value.holding_divisor)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "expected two columns, .* found 0"),
        ("1.0", "found 1"),
        ("1.0 0.1 0.2", "found 3"),
        ("1.0 x", "could not convert string to float: 'x'"),
        ("nan 0.1", "both numbers must be finite"),
        ("1.0 inf", "both numbers must be finite"),
        ("-9.0 0.1", "energies must ascend, and the one before is 0.5"),
        ("0.5 0.1", "energies must ascend"),
        ("1.0 -0.1", "ln g is below zero"),
        ("\x00\xff", "found 1"),
    ],
)
def test_malformed_lines_are_named(tmp_path, line, problem):
    path = tmp_path / "gpt2.dat"
    path.write_text(f"-0.5 0.1\n0.5 0.1\n{line}\n2.0 0.1\n")
    with pytest.raises(di.DataFormatError, match=rf"gpt2\.dat, line 3, .*{problem}"):
        read_released(path)


def test_files_without_a_density_are_refused(tmp_path):
    path = tmp_path / "gpt2.dat"
    path.write_bytes(b"")
    with pytest.raises(di.DataFormatError, match=r"line 1.*found 0"):
        read_released(path)
    path.write_text("1.0 0.0\n2.0 0.0\n")
    with pytest.raises(di.DataFormatError, match="column two is zero throughout"):
        read_released(path)
    with pytest.raises(FileNotFoundError):
        read_released(tmp_path / "bert-base.dat")


def test_the_lattice_has_a_form_of_its_own(tmp_path):
    exact = di.beale_dos(8)
    path = write(
        tmp_path / "ising8x8.dat", (exact.energies / 128 + 1) / 2, exact.log_g / 64, form="{:.9f} {:.16f}"
    )
    dos = read_released(path)
    assert dos.n_spins == 64
    assert dos.energies == pytest.approx(exact.energies)
    assert dos.log_g == pytest.approx(exact.log_g)


@pytest.mark.parametrize(
    ("path", "hidden_size", "blocks"),
    [
        ("dos/opt-1.3b.dat", 2048, 24),
        ("opt-1.3b_shuffled.dat", 2048, 24),
        ("bloom_shuffled.dat", 1024, 24),
        ("blocks/opt-350m/blocks16.dat", 1024, 16),
        ("blocks/gpt2/blocks6_shuffled.dat", 768, 6),
        ("fraction/opt-125m/fraction0.05.dat", 768, 12),
        ("fraction/bert-base/fraction1.dat", 768, 12),
    ],
)
def test_names_tell_the_architecture(path, hidden_size, blocks):
    assert architecture_of(path) == Architecture(hidden_size, blocks)


def test_an_unknown_name_asks_for_the_architecture():
    with pytest.raises(ValueError, match=r"'t5-base', not one of vit-base.*pass architecture="):
        architecture_of("dos/t5-base.dat")
    with pytest.raises(ValueError, match="must be 1 or more"):
        Architecture(0, 12)
    with pytest.raises(ValueError, match="must be 1 or more"):
        architecture_of("gpt2/blocks0.dat")


@pytest.mark.parametrize(
    ("name", "n_spins", "n_bonds"),
    [("gpt2", 65_280, 70_778_880), ("bloom", 173_056, 251_658_240), ("opt-1.3b", 346_112, 1_006_632_960)],
)
def test_architectures_count_as_table_1_does(name, n_spins, n_bonds):
    architecture = architecture_of(f"{name}.dat")
    assert (architecture.n_spins, architecture.n_bonds) == (n_spins, n_bonds)


def released(*folders):
    if not RELEASED.is_dir():
        pytest.skip("the released files are not here")
    return [path for folder in folders for path in sorted((RELEASED / folder).rglob("*.dat"))]


def test_all_released_densities_keep_the_sum_rule_and_break_the_symmetry():
    paths = [path for path in released("dos") if not path.name.startswith("ising")]
    assert len(paths) == 2 * len(published_networks) == 22
    for path in paths:
        dos = read_released(path)
        assert dos.log_total == pytest.approx(dos.n_spins * np.log(2), rel=1e-6), path.name
        assert 0.05 < energy_range(dos).asymmetry < 0.68, path.name


def test_the_released_lattice_is_exact():
    released()
    dos, exact = read_released(RELEASED / "dos" / "ising8x8.dat"), di.beale_dos(8)
    assert np.array_equal(dos.energies, exact.energies)
    assert dos.log_g == pytest.approx(exact.log_g, abs=1e-12)


# Files of blocks and fractions that break the sum rule, by the factor on the divisor that would keep it.
DEVIATING = {
    "gpt2/blocks2": 4 / 3,
    "gpt2/blocks2_shuffled": 4 / 3,
    "opt-125m/blocks4": 4 / 3,
    "opt-125m/blocks10": 4 / 3,
    "opt-125m/blocks12": 4 / 3,
    "opt-125m/fraction0.05": 4 / 3,
    "opt-125m/fraction0.2": 4 / 3,
    "opt-350m/blocks1": 3.003,
    "opt-350m/blocks2": 2.170,
    "gpt2/blocks6_shuffled": None,  # corrupt: 90,520 levels, reaching 20 times as far as its trained twin
}


@pytest.mark.slow
def test_released_blocks_and_fractions():
    paths = {f"{path.parent.name}/{path.stem}": path for path in released("blocks", "fraction")}
    for name, path in paths.items():
        if name not in DEVIATING:
            read_released(path)
            continue
        with pytest.raises(di.DataFormatError, match="breaks the sum rule"):
            read_released(path)
        if factor := DEVIATING[name]:
            read_released(path, divisor=factor * architecture_of(path).divisor)
    assert set(paths) > set(DEVIATING)
