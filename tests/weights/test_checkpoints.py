"""Checkpoint folders: what was saved is what is loaded, and anything else is an error."""

import json
import pickle
from pathlib import Path

import pytest
import torch
from numpy.testing import assert_array_equal
from safetensors.torch import load_file, save_file

from dnnising.errors import DataFormatError
from dnnising.weights import load_network
from tests.weights.naive_families import naive_couplings
from tests.weights.tiny_models import BASE_CLASSES, HEADED_CLASSES, tiny_model

KEY = "encoder.layer.1.attention.self.key.weight"


@pytest.fixture
def folder(tmp_path):
    """A tiny BERT as save_pretrained writes it."""
    tiny_model("BertModel").save_pretrained(tmp_path)
    return tmp_path


def edit_config(folder, **changes):
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def edit_tensors(folder, change):
    file = folder / "model.safetensors"
    tensors = load_file(file)
    change(tensors)
    file.unlink()
    save_file(tensors, file)


def assert_loads(source, model):
    for J, naive in zip(load_network(source).couplings, naive_couplings(model), strict=True):
        assert_array_equal(J, naive)


# What was saved is what is loaded


@pytest.mark.parametrize("class_name", BASE_CLASSES + HEADED_CLASSES)
def test_a_saved_model_loads_exactly(tmp_path, class_name):
    model = tiny_model(class_name)
    model.save_pretrained(tmp_path)
    assert_loads(tmp_path, model)


@pytest.mark.parametrize("class_name", ["ViTModel", "DeiTModel", "BeitModel"])
def test_names_of_the_modules_in_memory_load_too(tmp_path, class_name):
    """save_pretrained writes the names of older releases, as the hub has them; these are the new ones."""
    model = tiny_model(class_name)
    model.config.save_pretrained(tmp_path)
    save_file(model.state_dict(), tmp_path / "model.safetensors")
    assert_loads(tmp_path, model)


def test_a_sharded_checkpoint_loads_exactly(tmp_path):
    model = tiny_model("GPT2LMHeadModel")
    model.save_pretrained(tmp_path, max_shard_size="3KB")
    assert len(list(tmp_path.glob("*.safetensors"))) > 2
    assert_loads(tmp_path, model)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_becomes_float32(tmp_path, dtype):
    model = tiny_model("BloomModel").to(dtype)
    model.save_pretrained(tmp_path)
    assert_loads(str(tmp_path), model.float())


# Anything else is an error


def test_missing_weights_are_named_and_never_drawn_at_random(folder):
    edit_tensors(folder, lambda tensors: tensors.pop(KEY))
    with pytest.raises(DataFormatError, match=rf"lacks weights \(1: {KEY}\)"):
        load_network(folder)


def test_many_missing_weights_are_counted(folder):
    edit_tensors(folder, lambda tensors: [tensors.pop(name) for name in list(tensors) if "encoder" in name])
    with pytest.raises(DataFormatError, match=r"lacks weights \(18: encoder\.layer\.0\..*; …\)"):
        load_network(folder)


def test_tensors_outside_the_blocks_may_be_missing(folder):
    edit_tensors(
        folder, lambda tensors: [tensors.pop(name) for name in list(tensors) if "encoder" not in name]
    )
    assert_loads(folder, tiny_model("BertModel"))


def test_a_wrong_shape_is_named(folder):
    edit_tensors(folder, lambda tensors: tensors.update({KEY: torch.zeros(8, 9)}))
    with pytest.raises(DataFormatError, match=rf"{KEY} \(8, 9\) where \(8, 8\) was expected"):
        load_network(folder)


def test_weights_of_blocks_that_the_configuration_lacks_are_an_error(folder):
    edit_config(folder, num_hidden_layers=2)
    with pytest.raises(DataFormatError, match=r"further blocks \(6: encoder\.layer\.2\.attention"):
        load_network(folder)


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_a_weight_that_is_not_finite_is_named(folder, value):
    edit_tensors(folder, lambda tensors: tensors[KEY][3, 4].fill_(value))
    with pytest.raises(DataFormatError, match=rf"{KEY}\[3, 4\] is {value}"):
        load_network(folder)


@pytest.mark.parametrize(
    "damage",
    [lambda data: b"", lambda data: data[:20], lambda data: data[:-7], lambda data: bytes(len(data))],
    ids=["empty", "cut header", "cut numbers", "zeros"],
)
def test_a_damaged_file_is_named(folder, damage):
    file = folder / "model.safetensors"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(DataFormatError, match=r"model\.safetensors is not a whole safetensors file"):
        load_network(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "is not JSON"), ("[1]", "is a JSON list"), ('{"model_type": "t5"}', "'t5'"), ("{}", "None")],
)
def test_a_wrong_configuration_is_an_error(folder, text, message):
    (folder / "config.json").write_text(text)
    with pytest.raises(ValueError, match=message):
        load_network(folder)


@pytest.mark.parametrize("changes", [{"hidden_size": "eight"}, {"num_attention_heads": 3}])
def test_a_configuration_that_transformers_rejects_is_named(folder, changes):
    edit_config(folder, **changes)
    with pytest.raises(DataFormatError, match=r"config\.json describes no model: "):
        load_network(folder)


def test_an_unknown_family_lists_the_eight(folder):
    edit_config(folder, model_type="mamba")
    with pytest.raises(
        ValueError, match="'mamba'; the eight families are bert, gpt2, opt, bloom, mpnet, vit, deit, beit"
    ):
        load_network(folder)


def test_quantised_weights_are_an_error(folder):
    edit_config(folder, quantization_config={"quant_method": "gptq", "bits": 4})
    with pytest.raises(DataFormatError, match="the weights are quantised"):
        load_network(folder)


def test_a_missing_configuration_is_an_error(folder):
    (folder / "config.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"config\.json is missing"):
        load_network(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not an index of shards"),
        ("[]", "is not an index of shards"),
        ('{"weight_map": ["a"]}', "is not an index of shards"),
        ('{"weight_map": {"a": "model-00001-of-00002.safetensors"}}', "names model-00001-of-00002"),
        ('{"weight_map": {"a": "../model.safetensors"}}', "only safetensors files beside it"),
        ('{"weight_map": {"a": 1}}', "names '1'; only"),
        ('{"weight_map": {"a": "pytorch_model.bin"}}', "only safetensors files beside it"),
    ],
)
def test_a_wrong_index_of_shards_is_an_error(folder, text, message):
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors.index.json").write_text(text)
    with pytest.raises(DataFormatError, match=message):
        load_network(folder)


# Nothing is run or unpickled


class Bomb:
    """Its pickle creates a file when it is loaded."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return Path.touch, (self.marker,)


def test_the_bomb_works(tmp_path):
    pickle.loads(pickle.dumps(Bomb(tmp_path / "marker")))
    assert (tmp_path / "marker").exists()


@pytest.mark.parametrize("setting", [{}, {"transformers_weights": "adapter_model.bin"}])
def test_pickles_are_never_read(folder, setting):
    edit_config(folder, **setting)
    (folder / "model.safetensors").unlink()
    for name in ("pytorch_model.bin", "adapter_model.bin", ".metadata", "__0_0.distcp"):
        (folder / name).write_bytes(pickle.dumps(Bomb(folder / "marker")))
    with pytest.raises(DataFormatError, match=r"found: .*pytorch_model\.bin.*never read.*save_pretrained"):
        load_network(folder)
    assert not (folder / "marker").exists()


@pytest.mark.parametrize("model_type", ["bert", "custom"])
def test_code_in_a_checkpoint_is_never_run(folder, model_type):
    (folder / "modeling_custom.py").write_text(
        f"import pathlib; pathlib.Path({str(folder / 'marker')!r}).touch()"
    )
    classes = {"AutoConfig": "modeling_custom.Config", "AutoModel": "modeling_custom.Model"}
    edit_config(folder, model_type=model_type, auto_map=classes)
    with pytest.raises(DataFormatError, match="its own code, which is never run"):
        load_network(folder)
    assert not (folder / "marker").exists()
