import numpy as np
import pytest
import torch
from scipy import stats

import dnnising as di
from dnnising.dynamics.gpt.model import GPT, GPTConfig, build_gpt

REFERENCE = GPTConfig()


def built(**settings):
    return build_gpt(GPTConfig(**settings), 65, torch.Generator().manual_seed(1))


def test_the_reference_shape_has_as_many_parameters_as_the_source_says():
    assert sum(parameter.numel() for parameter in built().parameters()) == 209_664


def slow_forward(state, config, tokens):
    """Every head and every position by itself, in float64: the decoder as its equations."""
    get = {name: tensor.double().numpy() for name, tensor in state.items()}

    def norm(x, name):
        centred = x - x.mean()
        return centred / np.sqrt(np.mean(centred**2) + 1e-5) * get[f"{name}.weight"] + get[f"{name}.bias"]

    stream = [get["characters.weight"][t] + get["positions.weight"][i] for i, t in enumerate(tokens)]
    size = config.width // config.heads
    for l in range(config.blocks):
        at = f"blocks.{l}"
        normed = [norm(x, f"{at}.norm_1") for x in stream]
        q, k, v = (
            [get[f"{at}.attention.{name}.weight"] @ x for x in normed] for name in ("query", "key", "value")
        )
        for i in range(len(stream)):
            heads = []
            for h in range(config.heads):
                own = slice(h * size, (h + 1) * size)
                scores = np.array([q[i][own] @ k[j][own] / np.sqrt(size) for j in range(i + 1)])
                weights = np.exp(scores) / np.exp(scores).sum()
                heads.append(sum(w * v[j][own] for j, w in enumerate(weights)))
            mixed = get[f"{at}.attention.output.weight"] @ np.concatenate(heads)
            stream[i] = stream[i] + mixed + get[f"{at}.attention.output.bias"]
        for i, x in enumerate(stream):
            hidden = get[f"{at}.up.weight"] @ norm(x, f"{at}.norm_2") + get[f"{at}.up.bias"]
            stream[i] = x + get[f"{at}.down.weight"] @ np.maximum(hidden, 0) + get[f"{at}.down.bias"]
    return np.array([get["head.weight"] @ norm(x, "norm") for x in stream])


def test_the_logits_are_those_of_the_equations():
    config = GPTConfig(blocks=2, heads=2, width=12, context=7, initialisation="torch")
    model = build_gpt(config, 9, torch.Generator().manual_seed(3))
    tokens = np.array([3, 1, 4, 1, 5, 8, 2])
    logits = model(torch.tensor(tokens)[None])[0].detach().numpy()
    assert logits == pytest.approx(slow_forward(model.state_dict(), config, tokens), abs=2e-5)


def test_no_prediction_sees_what_follows_it():
    model = built(initialisation="torch")
    tokens = torch.randint(65, (1, 32), generator=torch.Generator().manual_seed(0))
    changed = tokens.clone()
    changed[0, 20] = (changed[0, 20] + 1) % 65
    difference = (model(tokens) - model(changed)).abs().amax(dim=(0, 2))
    assert difference[:20].max() == 0
    assert difference[20:].min() > 0


def test_the_normal_initialisation():
    state = built().state_dict()
    matrices = torch.cat([w.flatten() for name, w in state.items() if w.ndim == 2]).numpy()
    assert stats.kstest(matrices / 0.02, "norm").pvalue > 1e-3
    assert all((w == 0).all() for name, w in state.items() if name.endswith("bias"))
    assert all((w == 1).all() for name, w in state.items() if "norm" in name and name.endswith("weight"))


def test_the_torch_initialisation_is_torchs_own():
    ours = built(initialisation="torch").state_dict()
    with torch.random.fork_rng():
        torch.manual_seed(5)
        theirs = GPT(REFERENCE, 65).state_dict()
    assert ours.keys() == theirs.keys()
    p_values = [
        stats.ks_2samp(ours[name].flatten().numpy(), theirs[name].flatten().numpy()).pvalue for name in ours
    ]
    assert min(p_values) > 1e-3 / len(p_values)


def test_building_leaves_torchs_global_generator_alone():
    before = torch.random.get_rng_state()
    built(initialisation="torch")
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"heads": 3}, "3 heads do not divide a width of 64"),
        ({"batch": 0}, "batch must be positive, got 0"),
        ({"learning_rate": float("nan")}, "learning_rate must be positive"),
        ({"initialisation": "zero"}, "'normal' or 'torch'"),
    ],
)
def test_impossible_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        di.dynamics.GPTConfig(**settings)
