"""Every weight matrix of a network, one by one."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike

from dnnising.models.layered import LayeredCouplings
from dnnising.printing import one_line
from dnnising.weights.network import stored_matrices

Source = str | Path | LayeredCouplings | torch.nn.Module | Mapping[str, ArrayLike | torch.Tensor]


@one_line
class LayerMatrix(NamedTuple):
    """A matrix of a layer, or the mark that the layer has none.

    Args:
        layer: its name.
        feature_map: where in the kernel of a convolution it sits, such as "0,2"; "" for a plain matrix.
        W: the matrix, in the precision it came in; None for a layer without one.
    """

    layer: str
    feature_map: str
    W: Any


def layer_matrices(source: Source) -> Iterator[LayerMatrix]:
    """The matrices of a network in its own order; nothing is copied or changed.

    A convolution is cut into feature maps, one (outputs, inputs) matrix for each place in its kernel, as the
    source cuts them: a 3×3 kernel of shape (64, 64, 3, 3), torch's order, gives nine of 64×64. A leading
    axis of length 1 before a matrix is dropped.

    Args:
        source: a name such as "minilm", a checkpoint folder or a hub id, which are read one matrix at a time
            (see `load_matrices`); a `LayeredCouplings`; a torch module, of which a layer is every submodule
            with parameters of its own, and weights that layers share come once; or arrays by name.

    Returns:
        one matrix after the other; a layer without any, such as a norm or a bias, comes once with None.

    Raises:
        TypeError: a source of another kind.
        FileNotFoundError, MissingExtraError, DataFormatError: no such checkpoint, a network that is not
            installed, or a damaged file (see `load_matrices`).

    >>> convolution = torch.nn.Conv2d(3, 5, kernel_size=2)
    >>> [(found.feature_map, tuple(found.W.shape)) for found in layer_matrices(convolution)]
    [('0,0', (5, 3)), ('0,1', (5, 3)), ('1,0', (5, 3)), ('1,1', (5, 3))]
    """
    for layer, weights in _layers(source):
        if np.ndim(weights) == 3 and weights.shape[0] == 1:
            weights = weights[0]  # position embeddings of vision transformers: one batch, no kernel
        if weights is None or np.ndim(weights) < 2:
            yield LayerMatrix(layer, "", None)
        elif np.ndim(weights) == 2:
            yield LayerMatrix(layer, "", weights)
        else:
            for place in np.ndindex(*weights.shape[2:]):
                yield LayerMatrix(
                    layer, ",".join(map(str, place)), weights[(slice(None), slice(None), *place)]
                )


def _layers(source: Source) -> Iterator[tuple[str, Any]]:
    if isinstance(source, (str, Path)):
        yield from stored_matrices(source)
    elif isinstance(source, LayeredCouplings):
        yield from ((f"couplings[{l}]", matrix) for l, matrix in enumerate(source.couplings))
    elif isinstance(source, torch.nn.Module):
        yield from _module_layers(source)
    elif isinstance(source, Mapping):
        for name, weights in source.items():
            yield name, weights if isinstance(weights, torch.Tensor) else np.asarray(weights)
    else:
        raise TypeError(
            f"source is a {type(source).__name__}; pass a checkpoint, LayeredCouplings, a torch "
            "module, or a mapping of names to arrays"
        )


def _module_layers(model: torch.nn.Module) -> Iterator[tuple[str, Any]]:
    seen: set[int] = set()  # weights that layers share
    for path, module in model.named_modules():
        own = {name: weights for name, weights in module.named_parameters(recurse=False)}
        matrices = {name: weights for name, weights in own.items() if weights.ndim >= 2}
        if own and not matrices:
            yield path, None
        for name, weights in matrices.items():
            if id(weights) not in seen:
                seen.add(id(weights))
                alone = len(matrices) == 1 and path
                yield (path if alone else f"{path}.{name}".lstrip(".")), weights.detach()
