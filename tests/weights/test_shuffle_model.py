import numpy as np
import pytest
import torch

from dnnising.weights import FAMILIES, load_network, shuffle_model
from dnnising.weights.families import weight_names
from tests.weights.tiny_models import BLOCKS, HEADED_CLASSES, tiny_model


def block_names(model):
    family = FAMILIES[model.config.model_type]
    return [name for block in range(BLOCKS) for name in weight_names(family, block)]


def block_weights(model):
    weights = [model.base_model.get_parameter(name).flatten() for name in block_names(model)]
    return torch.cat(weights).detach().numpy()


@pytest.mark.parametrize("class_name", HEADED_CLASSES)
def test_block_weights_are_permuted_and_all_else_stays(class_name):
    model = tiny_model(class_name)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    shuffled = shuffle_model(model, rng=np.random.default_rng(0))
    old, new = block_weights(model), block_weights(shuffled)
    assert np.array_equal(np.sort(new), np.sort(old))
    assert np.mean(new != old) > 0.99
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    after = shuffled.state_dict()
    changed = {name for name in before if not torch.equal(after[name], before[name])}
    assert len(changed) == len(block_names(model))
    assert all(name.endswith(tuple(block_names(model))) for name in changed)


def test_a_fraction_moves_that_share_across_blocks():
    model = tiny_model("GPT2LMHeadModel")
    shuffled = shuffle_model(model, 0.25, rng=np.random.default_rng(1))
    old, new = block_weights(model), block_weights(shuffled)
    moved = np.flatnonzero(new != old)
    assert 0.24 < moved.size / old.size <= 0.25
    home = {weight: place for place, weight in enumerate(old)}
    third = old.size // 3
    crossed = np.mean([home[new[place]] // third != place // third for place in moved])
    assert abs(crossed - 2 / 3) < 0.15  # two of three blocks are another one


def test_nothing_moved_is_the_same_network():
    model = tiny_model("BertModel")
    same = load_network(shuffle_model(model, 0.0, rng=np.random.default_rng(2)))
    for one, other in zip(same.couplings, load_network(model).couplings):
        assert np.array_equal(one, other)


def test_a_fraction_beyond_one_is_refused():
    with pytest.raises(ValueError, match=r"between 0 and 1, got 1\.5"):
        shuffle_model(tiny_model("BertModel"), 1.5, rng=np.random.default_rng(3))
