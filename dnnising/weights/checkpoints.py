"""A transformers model from a checkpoint folder, without running or unpickling anything that it holds."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch

from dnnising.errors import DataFormatError
from dnnising.lazy import naming_the_extra
from dnnising.weights.families import Family, family_of, weight_names
from dnnising.weights.quiet import quiet_transformers
from dnnising.weights.tensors import read_tensors

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_FOREIGN = {
    "auto_map": "the checkpoint brings its own code, which is never run",
    "quantization_config": "the weights are quantised",
}
_LISTED = 6  # tensors that a message names


def read_checkpoint(folder: Path) -> "PreTrainedModel":
    """The base model of a folder with ``config.json`` and safetensors, in float32.

    transformers builds its own class for the ``model_type`` and renames the tensors of older or headed
    checkpoints. It is handed the tensors, never the folder, so none of its other readers can start (pickles,
    adapters, remote code). It fills what is missing at random and says so in a log; here that is an error.

    Raises:
        FileNotFoundError: no ``config.json``.
        ValueError: a ``model_type`` outside the eight families.
        DataFormatError: a ``config.json`` that is not one, custom code, quantised weights, unreadable files
            (see `read_tensors`), or block weights that are missing, of the wrong shape, or left over.
    """
    with naming_the_extra("load_network"):
        from transformers import CONFIG_MAPPING, MODEL_MAPPING

    settings = _read_settings(folder / "config.json")
    family = family_of(settings.get("model_type"))
    tensors = dict(read_tensors(folder))
    try:
        with quiet_transformers():
            config = CONFIG_MAPPING[settings["model_type"]].from_dict(settings)
            model_class: Any = MODEL_MAPPING[type(config)]
            model, report = model_class.from_pretrained(
                None,
                config=config,
                state_dict=tensors,
                dtype=torch.float32,
                attn_implementation="eager",
                ignore_mismatched_sizes=True,
                output_loading_info=True,
            )
    except Exception as error:  # whatever a wrong setting makes transformers raise
        raise DataFormatError(f"{folder / 'config.json'} describes no model: {error}") from error
    _check_complete(folder, family, config.num_hidden_layers, report)
    return cast("PreTrainedModel", model)


def _read_settings(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise FileNotFoundError(f"{file} is missing; a checkpoint has config.json and safetensors")
    try:
        settings = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataFormatError(f"{file} is not JSON ({error}); fetch it again") from error
    if not isinstance(settings, dict):
        raise DataFormatError(
            f"{file} is a JSON {type(settings).__name__}, not a configuration; fetch it again"
        )
    for key, meaning in _FOREIGN.items():
        if settings.get(key):
            raise DataFormatError(
                f"{file} has {key!r}: {meaning}. If one of the eight families is behind it, build that "
                "transformers model yourself and pass it instead of the folder"
            )
    return settings


def _check_complete(folder: Path, family: Family, n_blocks: int, report: dict[str, Any]) -> None:
    """Raise unless every block weight was read from the files, and the files hold no further block."""
    wanted = {name for block in range(n_blocks) for name in weight_names(family, block)}
    endings = tuple(name.removeprefix(f"{family.blocks}.0") for name in weight_names(family, 0))
    contradictions = {
        "lacks weights": [name for name in report["missing_keys"] if name in wanted],
        "has weights of other shapes": [
            f"{name} {tuple(found)} where {tuple(expected)} was expected"
            for name, found, expected in report["mismatched_keys"]
            if name in wanted
        ],
        "has weights of further blocks": [
            name
            for name in report["unexpected_keys"]
            if f"{family.blocks}." in name and name.endswith(endings)
        ],
    }
    for contradiction, names in contradictions.items():
        if names:
            listed = "; ".join(sorted(names)[:_LISTED]) + ("; …" if len(names) > _LISTED else "")
            raise DataFormatError(
                f"{folder} {contradiction} ({len(names)}: {listed}): is its config.json the one that was "
                "saved with these weights, and are the files complete?"
            )
