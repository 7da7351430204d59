"""Fetching a checkpoint from the Hugging Face hub: its configuration and its safetensors."""

from pathlib import Path
from typing import Any

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HFValidationError
from huggingface_hub.utils import tqdm

WANTED = ["config.json", "model.safetensors", "model.safetensors.index.json", "model-*.safetensors"]


def fetch(hub_id: str) -> Path:
    """The local folder with the configuration and safetensors of a hub model, from the cache if it is there.

    Raises:
        FileNotFoundError: no such id, or the hub is out of reach and the cache empty; the message says which.
    """
    try:
        return Path(snapshot_download(hub_id, allow_patterns=WANTED, tqdm_class=_Silent))
    except (OSError, HFValidationError) as error:
        raise FileNotFoundError(
            f"{hub_id!r} is not a folder here, and the hub gave no model of that name ({error}). Check the "
            f"name and the connection, or run hf download {hub_id} --local-dir folder elsewhere and pass "
            'that folder; "minilm" is the embedded model and needs no connection'
        ) from error


class _Silent(tqdm):
    """A progress bar that never shows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "disable": True})
