import huggingface_hub.constants
import pytest


@pytest.fixture(autouse=True)
def hub_cache(monkeypatch, tmp_path_factory):
    """An empty cache for each test, which is offline (tests/conftest.py)."""
    cache = tmp_path_factory.mktemp("hub")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
    return cache
