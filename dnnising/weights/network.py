"""The one door: a transformer, wherever it is, as a spin glass or as its matrices."""

from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from dnnising.lazy import naming_the_extra
from dnnising.models.layered import LayeredCouplings
from dnnising.weights.checkpoints import read_checkpoint
from dnnising.weights.couplings import model_couplings
from dnnising.weights.embedded import embedded_folder
from dnnising.weights.hub import fetch
from dnnising.weights.tensors import read_tensors

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def load_network(source: "str | Path | PreTrainedModel", blocks: range | None = None) -> LayeredCouplings:
    """A pretrained transformer as a chain of couplings; see `model_couplings` for the mapping and its units.

    Seven families are mapped: BERT, GPT-2, OPT, BLOOM, ViT, DeiT and BEiT. Of a checkpoint, only
    ``config.json`` and safetensors are read: nothing in it is run or unpickled.

    Args:
        source: ``"minilm"`` for the embedded model, a local folder, a hub id such as
            ``"google-bert/bert-base-uncased"``, or a transformers model in memory. A string that names an
            existing folder is that folder; a `Path` never reaches for the hub.
        blocks: a contiguous range of transformer blocks, as in ``range(0, 2)``; all of them by default.

    Returns:
        float32 couplings, four matrices a block; with F = 4H, N = H(7L + 1) spins and B = 10 H² L bonds.

    Raises:
        FileNotFoundError: no such folder or hub model, no ``config.json``, or the embedded model is not
            installed.
        ValueError: an unknown ``model_type``, or a range outside the model.
        DataFormatError: the checkpoint or model does not hold what it promises; the message names the file
            or the tensor and says what to do.
        TypeError: a source of another type.

    >>> network = load_network("minilm")
    >>> network.n_spins, network.n_bonds
    (16512, 8847360)
    """
    return model_couplings(_model(source), blocks)


def load_matrices(source: str | Path) -> dict[str, Tensor]:
    """Every tensor of two dimensions or more in a checkpoint, by its name there: weights as they are stored.

    Unlike `load_network` it needs no family and no ``config.json``, keeps embeddings, poolers and heads, and
    sums and turns nothing. int64 tensors are left out: they are indices, not weights.

    Args:
        source: ``"minilm"`` for the embedded model, a local folder, or a hub id, as in `load_network`.

    Returns:
        by name, in their stored precision and layout, for example (outputs, inputs).

    Raises:
        FileNotFoundError: no such folder or hub model, or the embedded model is not installed.
        DataFormatError: no safetensors in the folder, a missing shard, or a damaged file.

    >>> load_matrices("minilm")["pooler.dense.weight"].shape
    torch.Size([384, 384])
    """
    tensors = read_tensors(_folder(source))
    return {
        name: tensor for name, tensor in tensors.items() if tensor.ndim >= 2 and tensor.dtype != torch.int64
    }


def _model(source: "str | Path | PreTrainedModel") -> "PreTrainedModel":
    if isinstance(source, (str, Path)):
        return read_checkpoint(_folder(source))
    with naming_the_extra("load_network"):
        from transformers import PreTrainedModel

    if not isinstance(source, PreTrainedModel):
        raise TypeError(
            f'source is a {type(source).__name__}; pass "minilm", a folder, a hub id or a transformers '
            "PreTrainedModel"
        )
    return source


def _folder(source: str | Path) -> Path:
    if source == "minilm":
        return embedded_folder()
    folder = Path(source).expanduser()
    if folder.is_dir():
        return folder
    if isinstance(source, Path) or folder.exists():
        raise FileNotFoundError(
            f"{source} is not a folder; pass a folder with config.json and safetensors, a hub id as a string "
            'or "minilm", the embedded model'
        )
    return fetch(source)
