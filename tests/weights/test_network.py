"""What load_network takes for a source, and that it does so quietly."""

import queue
from logging.handlers import QueueHandler
from pathlib import Path

import pytest
from numpy.testing import assert_array_equal
from transformers.utils import logging

from dnnising.weights import hub, load_network
from tests.weights.naive_families import naive_couplings
from tests.weights.tiny_models import tiny_model


@pytest.fixture
def folder(tmp_path):
    tiny_model("BertForMaskedLM").save_pretrained(tmp_path)
    return tmp_path


def test_a_hub_id_is_read_from_the_cache(hub_cache):
    model = tiny_model("OPTForCausalLM")
    repository = hub_cache / "models--someone--tiny-opt"
    model.save_pretrained(repository / "snapshots" / "abc123")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("abc123")
    for J, naive in zip(load_network("someone/tiny-opt").couplings, naive_couplings(model), strict=True):
        assert_array_equal(J, naive)


@pytest.mark.parametrize("hub_id", ["someone/absent", "absent", "not/a/hub/id", "no such name!"])
def test_a_hub_model_out_of_reach_names_itself_and_the_remedy(hub_id):
    with pytest.raises(
        FileNotFoundError, match=r"is not a folder here.*--local-dir folder.*\"minilm\""
    ) as caught:
        load_network(hub_id)
    assert repr(hub_id) in str(caught.value)


def test_nothing_but_configuration_and_safetensors_is_fetched(monkeypatch, folder):
    asked = {}
    monkeypatch.setattr(
        hub, "snapshot_download", lambda hub_id, **options: asked.update(options) or str(folder)
    )
    load_network("someone/model")
    assert all(pattern == "config.json" or "safetensors" in pattern for pattern in asked["allow_patterns"])


def test_a_missing_folder_lists_what_is_accepted(tmp_path, folder):
    for source in (
        tmp_path / "absent",
        Path("absent/folder"),
        folder / "config.json",
        str(folder / "config.json"),
    ):
        with pytest.raises(
            FileNotFoundError, match=r'is not a folder; pass a folder .*, a hub id .* or one of "minilm"'
        ):
            load_network(source)


def test_a_path_called_minilm_is_a_folder(monkeypatch, tmp_path):
    model = tiny_model("BertModel")
    model.save_pretrained(tmp_path / "minilm")
    monkeypatch.chdir(tmp_path)
    assert_array_equal(load_network(Path("minilm")).couplings[0], naive_couplings(model)[0])


@pytest.mark.parametrize("source", [None, 3, b"minilm"])
def test_another_type_is_an_error(source):
    with pytest.raises(TypeError, match=f'source is a {type(source).__name__}; pass "minilm"'):
        load_network(source)


@pytest.fixture
def transformers_settings():
    """Restores the verbosity and the progress bars of transformers."""
    verbosity, hook = logging.get_verbosity(), logging.set_tqdm_hook(None)
    yield
    logging.set_verbosity(verbosity)
    logging.set_tqdm_hook(hook)


@pytest.mark.usefixtures("transformers_settings")
@pytest.mark.parametrize("verbosity", [logging.INFO, logging.WARNING, logging.ERROR])
def test_loading_is_quiet_and_leaves_the_settings_of_transformers(folder, capfd, verbosity):
    records = queue.SimpleQueue()
    handler = QueueHandler(records)
    logging.set_verbosity(verbosity)
    logging.add_handler(handler)
    capfd.readouterr()
    load_network(folder)
    logging.remove_handler(handler)
    assert capfd.readouterr() == ("", "")
    assert records.empty()
    assert logging.get_verbosity() == verbosity
    assert logging.set_tqdm_hook(None) is None
