"""What a weight matrix must be before its spectrum means anything, and its Gram matrix."""

from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

_TORCH_ONLY = (torch.bfloat16,)  # floating types that numpy does not have
_BLOCK = 4096  # rows


def checked_matrix(W: ArrayLike | torch.Tensor) -> tuple[NDArray, float, float]:
    """A real matrix as a numpy array of the precision that it came in, that type's rounding unit eps, max|W|.

    Nothing is copied; nobody here writes to it. A torch tensor is detached and read, wherever it lives, and
    left as it was. bfloat16, which numpy lacks, is returned as float32 with the eps of bfloat16.

    Raises:
        TypeError: integers, booleans, complex numbers or anything else that is not real and floating.
        ValueError: not two-dimensional, fewer than two rows or columns, a NaN or infinite entry, or all
            entries the same.
    """
    array, eps = _floating(W)
    if array.ndim != 2 or min(array.shape) < 2:
        raise ValueError(
            f"W has shape {array.shape}; a spectrum needs a matrix of at least two rows and columns"
        )
    low, high = array.min(), array.max()  # NaN if any entry is
    if not (np.isfinite(low) and np.isfinite(high)):
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"W{list(where)} is {array[where]}; every entry must be finite")
    if low == high:
        raise ValueError(f"every entry of W is {low:.6g}: a constant matrix has no spectrum to analyse")
    return array, eps, float(max(high, -low))


def gram(W: NDArray, scale: float) -> NDArray[np.float64]:
    """WᵀW/scale² in float64, (columns, columns); with scale = max|W| no square over- or underflows.

    Rows are converted a block at a time, so no float64 copy of a large embedding is made.
    """
    total = np.zeros((W.shape[1], W.shape[1]))
    for start in range(0, len(W), _BLOCK):
        block = np.divide(W[start : start + _BLOCK], scale, dtype=np.float64)
        total += block.T @ block
    return total


def _floating(W: Any) -> tuple[NDArray, float]:
    if isinstance(W, torch.Tensor):
        if W.is_meta or W.is_sparse or W.is_quantized:
            raise TypeError("W is a meta, sparse or quantised tensor: pass its dense numbers")
        tensor = W.detach().cpu()
        if tensor.dtype in _TORCH_ONLY:
            return tensor.float().numpy(), torch.finfo(tensor.dtype).eps
        W = tensor.resolve_conj().resolve_neg().numpy()
    array = np.asarray(W)
    if not np.issubdtype(array.dtype, np.floating):
        kind = "complex" if np.issubdtype(array.dtype, np.complexfloating) else str(array.dtype)
        raise TypeError(
            f"W holds {kind} numbers; spectra are of real floating matrices. Dequantise integer weights "
            "first; integers that are meant as numbers convert with .astype(float)"
        )
    return array, float(np.finfo(array.dtype).eps)
