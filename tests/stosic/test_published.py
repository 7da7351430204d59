"""Table I of Stosic et al. 2022: the counts, from the real configurations on the meta device."""

import pytest

from dnnising.stosic import build_on_meta, published_networks
from dnnising.weights import coupling_shapes, spins_and_bonds

BASE = (65_280, 70_778_880)
LARGE = (173_056, 251_658_240)
TABLE_I = {
    "vit-base": BASE,
    "deit-base": BASE,
    "beit-base": BASE,
    "bert-base": BASE,
    "bert-large": LARGE,
    "opt-125m": BASE,
    "opt-350m": LARGE,
    "opt-1.3b": (346_112, 1_006_632_960),
    "bloom-350m": LARGE,
    "gpt2": BASE,
    "gpt2-medium": LARGE,
}


def test_the_networks_are_those_of_the_table():
    assert list(published_networks) == list(TABLE_I)


@pytest.mark.parametrize("name", TABLE_I)
def test_spins_and_bonds(name):
    model = build_on_meta(name)
    assert {parameter.device.type for parameter in model.parameters()} == {"meta"}
    assert model.config.model_type == published_networks[name].model_type
    shapes = coupling_shapes(model)
    assert spins_and_bonds(shapes) == TABLE_I[name]
    hidden, blocks = model.config.hidden_size, model.config.num_hidden_layers
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
