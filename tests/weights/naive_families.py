"""Slow, obvious twins of the mapping: one function a family, one line a matrix, in float64."""

import numpy as np


def bert(base, index):
    layer = base.encoder.layer[index]
    attention = layer.attention
    summed = matrix(attention.self.query) + matrix(attention.self.key) + matrix(attention.self.value)
    return [
        summed.T,
        matrix(attention.output.dense).T,
        matrix(layer.intermediate.dense).T,
        matrix(layer.output.dense).T,
    ]


def gpt2(base, index):
    layer = base.h[index]
    hidden = base.config.n_embd
    fused = matrix(layer.attn.c_attn)  # (H, 3H): Conv1D computes x @ weight
    summed = fused[:, :hidden] + fused[:, hidden : 2 * hidden] + fused[:, 2 * hidden :]
    return [summed, matrix(layer.attn.c_proj), matrix(layer.mlp.c_fc), matrix(layer.mlp.c_proj)]


def opt(base, index):
    layer = base.decoder.layers[index]
    attention = layer.self_attn
    summed = matrix(attention.q_proj) + matrix(attention.k_proj) + matrix(attention.v_proj)
    return [summed.T, matrix(attention.out_proj).T, matrix(layer.fc1).T, matrix(layer.fc2).T]


def bloom(base, index):
    layer = base.h[index]
    hidden, heads = base.config.hidden_size, base.config.n_head
    size = hidden // heads
    fused = matrix(layer.self_attention.query_key_value)  # (3H, H)
    summed = np.zeros((hidden, hidden))
    for head in range(heads):
        for part in range(3):  # query, key, value of this head, one below the other
            for row in range(size):
                summed[:, head * size + row] += fused[(3 * head + part) * size + row]
    return [
        summed,
        matrix(layer.self_attention.dense).T,
        matrix(layer.mlp.dense_h_to_4h).T,
        matrix(layer.mlp.dense_4h_to_h).T,
    ]


def bloom_in_contiguous_thirds(base, index):
    """Wrong on purpose: all queries, then all keys, then all values."""
    query, key, value = np.split(matrix(base.h[index].self_attention.query_key_value), 3)
    return [(query + key + value).T, *bloom(base, index)[1:]]


def mpnet(base, index):
    layer = base.encoder.layer[index]
    attention = layer.attention.attn
    summed = matrix(attention.q) + matrix(attention.k) + matrix(attention.v)
    return [
        summed.T,
        matrix(attention.o).T,
        matrix(layer.intermediate.dense).T,
        matrix(layer.output.dense).T,
    ]


def vision(base, index):
    layer = base.layers[index]
    attention = layer.attention
    summed = matrix(attention.q_proj) + matrix(attention.k_proj) + matrix(attention.v_proj)
    return [summed.T, matrix(attention.o_proj).T, matrix(layer.mlp.fc1).T, matrix(layer.mlp.fc2).T]


TWINS = {
    "bert": bert,
    "gpt2": gpt2,
    "opt": opt,
    "bloom": bloom,
    "mpnet": mpnet,
    "vit": vision,
    "deit": vision,
    "beit": vision,
}


def naive_couplings(model, blocks=None, twin=None):
    """The float32 matrices of the chain."""
    twin = twin or TWINS[model.config.model_type]
    blocks = range(model.config.num_hidden_layers) if blocks is None else blocks
    return [J.astype(np.float32) for index in blocks for J in twin(model.base_model, index)]


def matrix(module):
    return module.weight.detach().numpy().astype(np.float64)
