"""Table I of Stosic et al. 2022: the counts, from the real configurations on the meta device."""

import pytest

from book.claims.stosic_tables import SIZES
from dnnising.stosic import build_on_meta, published_networks
from dnnising.weights import coupling_shapes, spins_and_bonds


def test_the_networks_are_those_of_the_table():
    assert list(published_networks) == list(SIZES)


@pytest.mark.parametrize("name", SIZES)
def test_spins_and_bonds(name):
    model = build_on_meta(name)
    assert {parameter.device.type for parameter in model.parameters()} == {"meta"}
    assert model.config.model_type == published_networks[name].model_type
    shapes = coupling_shapes(model)
    hidden, blocks = model.config.hidden_size, model.config.num_hidden_layers
    n_spins, n_bonds = spins_and_bonds(shapes)
    assert (n_spins, n_bonds) == (hidden * (7 * blocks + 1), 10 * hidden**2 * blocks)
    assert (round(n_bonds / 1e6), n_spins) == SIZES[name]
    assert shapes == ((hidden, hidden), (hidden, hidden), (hidden, 4 * hidden), (4 * hidden, hidden)) * blocks


@pytest.mark.parametrize(
    ("name", "millions"), [("gpt2", 124), ("opt-350m", 331), ("bloom-350m", 559), ("bert-large", 335)]
)
def test_whole_models_have_their_published_size(name, millions):
    """All parameters, so a wrong projection or vocabulary would show."""
    assert sum(parameter.numel() for parameter in build_on_meta(name).parameters()) // 10**6 == millions


def test_an_unknown_name_lists_the_eleven():
    with pytest.raises(ValueError, match=r"'gpt5' is not in Table I, which has vit-base, .*gpt2-medium"):
        build_on_meta("gpt5")
