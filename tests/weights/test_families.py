"""Each family against its naive twin, and against what the model itself computes."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel, MPNetConfig, MPNetModel

from dnnising.errors import DataFormatError
from dnnising.weights import coupling_shapes, load_network, model_couplings, spins_and_bonds
from dnnising.weights.families import FAMILIES, weight_names
from tests.weights.naive_families import bloom_in_contiguous_thirds, naive_couplings
from tests.weights.tiny_models import BASE_CLASSES, BLOCKS, HEADED_CLASSES, tiny_model


def assert_same(couplings, expected):
    assert len(couplings) == len(expected)
    for J, naive in zip(couplings, expected, strict=True):
        assert_array_equal(J, naive)


@pytest.mark.parametrize("class_name", BASE_CLASSES + HEADED_CLASSES)
def test_couplings_equal_the_naive_twin(class_name):
    model = tiny_model(class_name)
    network = load_network(model)
    assert_same(network.couplings, naive_couplings(model))
    assert {J.dtype for J in network.couplings} == {np.dtype(np.float32)}
    assert coupling_shapes(model) == tuple(J.shape for J in network.couplings)
    assert spins_and_bonds(coupling_shapes(model)) == (network.n_spins, network.n_bonds)


def test_the_comparison_rejects_bloom_split_into_contiguous_thirds():
    model = tiny_model("BloomModel")
    with pytest.raises(AssertionError, match="not equal"):
        assert_same(load_network(model).couplings, naive_couplings(model, twin=bloom_in_contiguous_thirds))


def _query_key_value(block, x):
    """The modules' own q(x) + k(x) + v(x), the heads side by side."""
    match type(block).__name__:
        case "BertLayer":
            attention = block.attention.self
            return attention.query(x) + attention.key(x) + attention.value(x)
        case "MPNetLayer":
            attention = block.attention.attn
            return attention.q(x) + attention.k(x) + attention.v(x)
        case "GPT2Block":
            return sum(block.attn.c_attn(x).split(x.shape[-1], dim=-1))
        case "BloomBlock":
            attention = block.self_attention
            heads = sum(attention._reshape(attention.query_key_value(x[None])))  # (1, heads, positions, size)
            return heads[0].transpose(0, 1).flatten(1)
        case _:
            attention = block.self_attn if hasattr(block, "self_attn") else block.attention
            return attention.q_proj(x) + attention.k_proj(x) + attention.v_proj(x)


@pytest.mark.parametrize("class_name", BASE_CLASSES)
@torch.no_grad()
def test_couplings_do_what_the_modules_compute(class_name):
    """module(x) - module(0) = x J: inputs are rows, outputs are columns, whatever the storage."""
    model = tiny_model(class_name)
    family = FAMILIES[model.config.model_type]
    block = model.get_submodule(family.blocks)[1]
    maps = [lambda x: _query_key_value(block, x)]
    maps += [block.get_submodule(path) for path in (family.output, family.up, family.down)]
    for J, module in zip(load_network(model, blocks=range(1, 2)).couplings, maps, strict=True):
        x = torch.randn(5, len(J), generator=torch.Generator().manual_seed(1))
        assert_allclose(module(x) - module(torch.zeros_like(x)), x @ torch.tensor(J), rtol=0, atol=1e-4)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_become_float32(dtype):
    model = tiny_model("BertModel").to(dtype)
    assert_same(load_network(model).couplings, naive_couplings(model.double()))


def test_query_key_and_value_are_summed_in_double_precision():
    model = tiny_model("BertModel")
    attention = model.encoder.layer[0].attention.self
    with torch.no_grad():
        for module, value in ((attention.query, 1e8), (attention.key, 1.0), (attention.value, -1e8)):
            module.weight.fill_(value)
    assert np.all(load_network(model).couplings[0] == 1)


@pytest.mark.parametrize("class_name", ["BertModel", "GPT2Model"])
def test_couplings_are_a_copy(class_name):
    model = tiny_model(class_name)
    expected = naive_couplings(model)
    network = load_network(model)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    assert_same(network.couplings, expected)


@pytest.mark.parametrize("blocks", [range(1), range(BLOCKS), range(1, 3), range(2, 3)])
def test_blocks_select_a_range(blocks):
    model = tiny_model("OPTModel")
    assert_same(load_network(model, blocks=blocks).couplings, naive_couplings(model, blocks))


@pytest.mark.parametrize(
    "blocks", [range(4), range(3, 4), range(-1, 1), range(2, 2), range(0, 3, 2), 1, (0, 2)]
)
@pytest.mark.parametrize("count", [model_couplings, coupling_shapes])
def test_blocks_outside_the_model_are_an_error(blocks, count):
    with pytest.raises(ValueError, match="the model has 3 blocks"):
        count(tiny_model("OPTModel"), blocks)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("class_name", BASE_CLASSES)
def test_a_weight_that_is_not_finite_is_named(class_name, value):
    model = tiny_model(class_name)
    for name in weight_names(FAMILIES[model.config.model_type], block=2):
        parameter = model.get_parameter(name).data
        kept = parameter[1, 5].item()
        parameter[1, 5] = value
        with pytest.raises(DataFormatError) as caught:
            load_network(model)
        assert f"{name}[1, 5] is {value}" in str(caught.value)
        parameter[1, 5] = kept


def test_another_family_is_an_error_that_lists_the_eight():
    model = DistilBertModel(DistilBertConfig(dim=8, n_layers=1, n_heads=2, hidden_dim=12, vocab_size=11))
    with pytest.raises(
        ValueError,
        match="'distilbert'; the eight families are bert, gpt2, opt, bloom, mpnet, vit, deit, beit",
    ):
        load_network(model)


def test_a_model_on_the_meta_device_has_shapes_but_no_couplings():
    config = BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=12)
    with torch.device("meta"):
        model = BertModel(config)
    assert coupling_shapes(model) == ((8, 8), (8, 8), (8, 12), (12, 8))
    with pytest.raises(ValueError, match="meta device"):
        load_network(model)


def test_mpnet_has_the_size_of_the_sources_base_models():
    with torch.device("meta"):
        model = MPNetModel(MPNetConfig())
    assert spins_and_bonds(coupling_shapes(model)) == (65_280, 70_778_880)


def test_a_quantised_weight_is_an_error():
    model = tiny_model("BertModel")
    dense = model.encoder.layer[1].output.dense
    dense.weight = torch.nn.Parameter(torch.zeros(8, 12, dtype=torch.int8), requires_grad=False)
    with pytest.raises(DataFormatError, match=r"layer\.1\.output\.dense\.weight is stored as torch\.int8"):
        load_network(model)


def test_a_model_that_was_taken_apart_is_an_error():
    model = tiny_model("ViTModel")
    del model.layers[1].mlp.fc1
    with pytest.raises(DataFormatError, match=r"ViTModel has no 'layers\.1\.mlp\.fc1\.weight'"):
        load_network(model)
