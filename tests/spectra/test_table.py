import logging

import numpy as np
import pandas as pd
import pytest
import torch

import dnnising as di
from dnnising.spectra import analyze, fit_power_law, layer_matrices, planted, spectrum
from dnnising.spectra.layers import LayerMatrix


@pytest.fixture(scope="module")
def minilm():
    return analyze("minilm")


@pytest.mark.slow
def test_the_embedded_model(minilm):
    """39 matrices with embeddings and pooler, and a marked row for the two token types."""
    good = minilm[minilm["status"] == "ok"]
    assert len(good) == 39
    assert {"embeddings.word_embeddings.weight", "pooler.dense.weight"} <= set(good["layer"])
    (marked,) = minilm[minilm["status"] != "ok"].to_dict("records")
    assert marked["layer"] == "embeddings.token_type_embeddings.weight"
    assert "too few for a power law" in marked["status"]
    assert np.isnan(marked["alpha"])
    assert good[["alpha", "weighted_alpha", "stable_rank", "null_2_to_6"]].notna().all().all()
    assert (good["alpha"] > 1).all()
    assert set(good["phase"]) <= set(di.spectra.PHASES)


@pytest.mark.slow
def test_a_row_holds_what_the_functions_return(minilm):
    name = "encoder.layer.0.output.dense.weight"
    row = minilm.set_index("layer").loc[name]
    found = spectrum(di.weights.load_matrices("minilm")[name])
    fit, bulk = fit_power_law(found.eigenvalues), di.spectra.fit_bulk(found)
    assert (row["N"], row["M"], row["Q"]) == (1536, 384, 4)
    assert (row["alpha"], row["xmin"], row["n_tail"]) == (fit.alpha, fit.xmin, fit.n_tail)
    assert (row["sigma"], row["spikes"]) == (bulk.sigma, bulk.spikes.size)
    assert row["weighted_alpha"] == pytest.approx(fit.alpha * np.log10(1536 * found.largest))
    assert row["phase"] == di.spectra.assign_spectral_phase(found).name


def small_network():
    torch.manual_seed(0)
    shared = torch.nn.Linear(16, 16)
    return torch.nn.Sequential(
        torch.nn.Conv2d(12, 20, (3, 2)), torch.nn.LayerNorm(16), shared, torch.nn.ReLU(), shared
    )


def test_convolutions_come_by_feature_map_and_norms_are_marked():
    model = small_network()
    state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    seed_before, threads, grad = torch.get_rng_state(), torch.get_num_threads(), torch.is_grad_enabled()
    table = analyze(model)
    maps = table[table["layer"] == "0"]
    assert maps["feature_map"].tolist() == ["0,0", "0,1", "1,0", "1,1", "2,0", "2,1"]
    assert set(maps["N"]) == {20}
    assert set(maps["M"]) == {12}
    expected = spectrum(model[0].weight[:, :, 2, 1]).eigenvalues
    assert maps.iloc[-1]["alpha"] == fit_power_law(expected).alpha
    assert table[table["layer"] == "1"]["status"].tolist() == ["no matrix"]
    assert table["layer"].tolist().count("2") == 1  # shared weights come once
    assert "4" not in set(table["layer"])
    assert all(torch.equal(state[name], tensor) for name, tensor in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), seed_before)
    assert (torch.get_num_threads(), torch.is_grad_enabled()) == (threads, grad)


def test_modules_with_several_matrices_name_them():
    names = [found.layer for found in layer_matrices(torch.nn.LSTM(4, 6))]
    assert names == ["weight_ih_l0", "weight_hh_l0"]
    attention = torch.nn.ModuleDict({"self": torch.nn.MultiheadAttention(8, 2)})
    assert [found.layer for found in layer_matrices(attention)] == ["self", "self.out_proj"]


def test_layered_couplings_and_arrays(rng):
    network = di.LayeredCouplings([rng.standard_normal((20, 30)), rng.standard_normal((30, 15))])
    assert analyze(network)["layer"].tolist() == ["couplings[0]", "couplings[1]"]
    kernel = rng.standard_normal((30, 20, 2))
    table = analyze({"one": kernel, "two": [[1.0, 2.0], [3.0, 5.0]]})
    assert table["feature_map"].tolist() == ["0", "1", ""]
    positions = {"positions": rng.standard_normal((1, 30, 20))}  # of a vision transformer: no kernel
    assert analyze(positions)[["feature_map", "N", "M"]].values.tolist() == [["", 30, 20]]


def test_bad_matrices_are_marked_rows(rng):
    good = rng.standard_normal((30, 20))
    bad = {
        "empty": np.zeros((0, 4)),
        "single": np.ones((1, 1)),
        "constant": np.ones((20, 20)),
        "nan": np.where(good > 2, np.nan, good),
        "complex": good * 1j,
        "integer": np.ones((20, 20), dtype=np.int8),
        "small": rng.standard_normal((30, 5)),
        "rank 5": rng.standard_normal((30, 5)) @ rng.standard_normal((5, 20)),
        "bias": good[0],
    }
    table = analyze({"good": good} | bad).set_index("layer")
    assert table.loc["good", "status"] == "ok"
    for name in bad:
        assert table.loc[name, "status"] != "ok", name
        assert np.isnan(table.loc[name, "alpha"]), name
    assert table.loc["rank 5", "hard_rank"] == 5  # what can be said is
    assert table.loc["rank 5", "phase"] == "Rank-collapse"
    assert pd.isna(table.loc["rank 5", "n_tail"])


def test_it_is_quiet(rng, capsys, caplog):
    with caplog.at_level(logging.DEBUG):
        analyze({"a": rng.standard_normal((30, 20)), "b": np.ones((3, 3))}, null_draws=2)
    assert capsys.readouterr() == ("", "")
    assert not caplog.records


def test_options_add_columns(rng):
    W = planted("Bulk+Spikes", 120, 60, rng=rng)
    plain = analyze({"W": W})
    full = analyze({"W": W}, n_bootstrap=50, n_refits=50, null_draws=10, randomise=True, rng=rng)
    added = set(full.columns) - set(plain.columns)
    assert added == {
        *("alpha_low", "alpha_high", "p_value", "null_below"),
        *("trap_spikes", "trap_reach"),
    }
    row = full.iloc[0]
    assert row["alpha_low"] <= row["alpha"] * 1.5
    assert 0 <= row["p_value"] <= 1
    assert row["trap_spikes"] <= 1  # a shuffle scatters a spread spike
    assert row["spikes"] >= 1


def test_a_single_outlying_weight_is_a_trap(rng):
    W = rng.standard_normal((120, 60))
    W[3, 4] = 60.0
    row = analyze({"W": W}, randomise=True, rng=rng).iloc[0]
    assert row["trap_spikes"] >= 1
    assert row["trap_reach"] > 3


def test_bad_sources():
    with pytest.raises(TypeError, match="source is a int"):
        analyze(3)
    with pytest.raises(ValueError, match="pass rng"):
        analyze({}, randomise=True)
    with pytest.raises(FileNotFoundError):
        analyze("/nowhere/at/all")


def test_matrices_are_taken_one_at_a_time(rng, monkeypatch):
    """A network larger than memory allows twice must not be gathered first, not even to count it."""
    drawn, seen = [], []

    def stream(source):
        for layer in source:
            drawn.append(layer)
            yield LayerMatrix(layer, "", rng.normal(size=(20, 10)))

    monkeypatch.setattr("dnnising.spectra.table.layer_matrices", stream)
    di.spectra.analyze("abc", progress=lambda done, total, shown: seen.append((done, len(drawn))))
    assert seen == [(0, 1), (1, 2), (2, 3), (3, 3)]
