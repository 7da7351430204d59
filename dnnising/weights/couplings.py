"""From the blocks of a transformer to a chain of coupling matrices."""

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from dnnising.errors import DataFormatError
from dnnising.models.layered import LayeredCouplings
from dnnising.weights.families import Family, family_of, weight_names

if TYPE_CHECKING:  # importing transformers' models takes seconds
    from transformers import PreTrainedModel

Shapes = tuple[tuple[int, int], ...]

_FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


def model_couplings(model: "PreTrainedModel", blocks: range | None = None) -> LayeredCouplings:
    """The chain of layers that a transformer in memory becomes (Stosic et al. 2022, Fig. 1).

    A block of hidden size H and feed-forward size F gives four matrices, each (inputs, outputs):

        W_Q + W_K + W_V  (H, H),   attention output  (H, H),   up  (H, F),   down  (F, H)

    and the blocks chain one after another. With F = 4H, L blocks make N = H(7L + 1) spins and B = 10 H² L
    bonds. Left out, being no linear map of a block's main path: biases, norms, residual connections,
    embeddings (with OPT-350m's project_in and project_out), cross-attention, poolers and heads.

    Args:
        model: a model of one of the eight families, bare or with a head. It is copied, never changed.
        blocks: a contiguous range of blocks, as in ``range(0, 2)``; all of them by default.

    Returns:
        float32 couplings in the units of the weights. Q + K + V is summed in float64 and then rounded.

    Raises:
        ValueError: another ``model_type``, a range outside the model, or a model on the meta device.
        DataFormatError: a weight that is absent, NaN, infinite or quantised; the message names the tensor.

    >>> from transformers import BertConfig, BertModel
    >>> tiny = BertConfig(hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32)
    >>> network = model_couplings(BertModel(tiny))
    >>> network.n_spins == 8 * (7 * 2 + 1), network.n_bonds == 10 * 8**2 * 2  # H(7L + 1) and 10 H² L
    (True, True)
    """
    matrices = _matrices(model, blocks, lambda name: _finite(name, _part(model, name)))
    return LayeredCouplings(matrix.numpy() for matrix in matrices)


def streamed_couplings(
    family: Family,
    n_blocks: int,
    blocks: range | None,
    open_stream: Callable[[Callable[[str], bool]], Iterator[tuple[str, Tensor]]],
) -> LayeredCouplings:
    """The chain that `model_couplings` returns, from tensors that come one after another.

    A tensor is let go once its block has become couplings, and one that comes before its turn waits: where
    the blocks come whole, in whatever order, no more is held than the couplings and one block.

    Args:
        family: one whose weights are not fused by head; its names are those of the tensors.
        n_blocks: how many blocks the network has.
        blocks: a contiguous range of blocks; all of them by default.
        open_stream: is told which names are wanted and returns these tensors, with their names.

    Raises:
        ValueError: a range outside the network.
        DataFormatError: a weight that is absent, NaN, infinite or quantised; the message names the tensor.
    """
    chosen = _chosen(blocks, n_blocks)
    wanted = {name for block in chosen for name in weight_names(family, block)}
    stream = open_stream(wanted.__contains__)
    waiting: dict[str, Tensor] = {}

    def read(name: str) -> Tensor:
        while name not in waiting:
            try:
                found, tensor = next(stream)
            except StopIteration:
                raise DataFormatError(f"the network lacks {name}") from None
            waiting[found] = tensor
        return _finite(name, waiting.pop(name))

    matrices = (matrix for block in chosen for matrix in _block_matrices(family, block, 1, read))
    return LayeredCouplings(matrix.numpy() for matrix in matrices)


def coupling_shapes(model: "PreTrainedModel", blocks: range | None = None) -> Shapes:
    """Shapes (n_l, n_{l+1}) of the matrices that `model_couplings` would return; no weight is read.

    Works on a model built on the meta device, so networks can be counted without their weights.

    Args:
        model: a model of one of the eight families, bare or with a head.
        blocks: a contiguous range of blocks, as in ``range(0, 2)``; all of them by default.

    Raises:
        ValueError, DataFormatError: as `model_couplings`, except for what the weights hold.
        ValueError: another ``model_type``, or a range outside the model.
        DataFormatError: a module is absent; the message names it.

    >>> from transformers import BertConfig, BertModel
    >>> tiny = BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    >>> coupling_shapes(BertModel(tiny))
    ((8, 8), (8, 8), (8, 32), (32, 8))
    """
    matrices = _matrices(model, blocks, lambda name: _part(model, name).detach().to("meta"))
    return tuple((matrix.shape[0], matrix.shape[1]) for matrix in matrices)


def spins_and_bonds(shapes: Shapes) -> tuple[int, int]:
    """Spins and bonds (N, B) of a chain with these matrices: N = n_0 + Σ n_{l+1} and B = Σ n_l n_{l+1}.

    Args:
        shapes: (n_l, n_{l+1}) of each matrix, as `coupling_shapes` returns them.

    >>> spins_and_bonds(((8, 8), (8, 8), (8, 32), (32, 8)))
    (64, 640)
    """
    return shapes[0][0] + sum(right for _, right in shapes), sum(left * right for left, right in shapes)


def _matrices(
    model: "PreTrainedModel", blocks: range | None, read: Callable[[str], Tensor]
) -> Iterator[Tensor]:
    family = family_of(model.config.model_type)
    heads = model.config.num_attention_heads if family.fused_by_head else 1
    chosen = _chosen(blocks, n_blocks=len(_part(model, family.blocks)))
    for block in chosen:
        yield from _block_matrices(family, block, heads, read)


def _block_matrices(family: Family, block: int, heads: int, read: Callable[[str], Tensor]) -> list[Tensor]:
    """Q + K + V, attention output, up and down of one block, each (inputs, outputs).

    `heads` is 1 unless the family fuses Q, K and V head by head.
    """

    def oriented(module: str) -> Tensor:
        stored = read(f"{family.blocks}.{block}.{module}.weight")
        return stored if family.inputs_first else stored.T

    fused = torch.cat([oriented(module) for module in family.query_key_value], dim=1)  # (H, 3H)
    split = fused.double().reshape(len(fused), heads, 3, -1)  # (H, heads, 3, H / heads)
    summed = split.sum(dim=2).flatten(1)  # (H, H)
    return [matrix.float() for matrix in (summed, *map(oriented, (family.output, family.up, family.down)))]


def _chosen(blocks: range | None, n_blocks: int) -> range:
    if blocks is None:
        return range(n_blocks)
    if not isinstance(blocks, range) or blocks.step != 1 or not 0 <= blocks.start < blocks.stop <= n_blocks:
        raise ValueError(
            f"blocks is {blocks!r}, but the model has {n_blocks} blocks: pass a non-empty range of step 1 "
            f"within range(0, {n_blocks})"
        )
    return blocks


def _part(model: "PreTrainedModel", path: str) -> Any:
    """A module or tensor of the base model, by its dotted path."""
    try:
        return attrgetter(path)(model.base_model)
    except AttributeError as error:
        raise DataFormatError(
            f"{type(model.base_model).__name__} has no {path!r}, where transformers 5.23 keeps weights of "
            f"{model.config.model_type}: was the model taken apart, or is another version installed?"
        ) from error


def _finite(name: str, parameter: Tensor) -> Tensor:
    if parameter.is_meta:
        raise ValueError(
            f"{name} is on the meta device, without numbers; coupling_shapes counts such a model"
        )
    if parameter.dtype not in _FLOATS:
        raise DataFormatError(f"{name} is stored as {parameter.dtype}: dequantise the model first")
    tensor = parameter.detach().cpu()
    if not tensor.isfinite().all():
        where = (~tensor.isfinite()).nonzero()[0].tolist()
        raise DataFormatError(f"{name}{where} is {tensor[tuple(where)]}; a coupling must be finite")
    return tensor
