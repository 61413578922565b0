"""Names and layouts of weights: transformers' state dicts to GGUF tensors and back.

Restates what llama.cpp's converter does for five text architectures: the names of tensors, the
permutation of Q and K rows of the llama architecture, and the 1 that Gemma's norms are stored with.
"""

import numpy as np

GLOBAL_NAMES = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}

LAYER_NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.qkv_proj": "attn_qkv",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.gate_up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}

GEMMA3_LAYER_NAMES = LAYER_NAMES | {
    "post_attention_layernorm": "post_attention_norm",
    "pre_feedforward_layernorm": "ffn_norm",
    "post_feedforward_layernorm": "post_ffw_norm",
}


def gguf_name(name, arch):
    """The GGUF name of a parameter."""
    if name in GLOBAL_NAMES:
        return GLOBAL_NAMES[name]
    prefix, layers, layer, rest = name.split(".", 3)
    assert (prefix, layers) == ("model", "layers"), name
    module, kind = rest.rsplit(".", 1)
    names = GEMMA3_LAYER_NAMES if arch == "gemma3" else LAYER_NAMES
    return f"blk.{layer}.{names[module]}.{kind}"


def to_gguf(name, values, arch, heads, heads_kv):
    """The values as they are stored in GGUF."""
    if arch == "gemma3" and name.endswith("norm.weight"):
        return values + 1
    if arch == "llama" and ("q_proj" in name or "k_proj" in name):
        n = heads if "q_proj" in name else heads_kv
        halves = values.reshape(n, 2, values.shape[0] // n // 2, *values.shape[1:])
        return np.ascontiguousarray(halves.swapaxes(1, 2)).reshape(values.shape)
    return values


def from_gguf(name, values, arch, heads, heads_kv):
    """The inverse of `to_gguf`."""
    if arch == "gemma3" and name.endswith("norm.weight"):
        return values - 1
    if arch == "llama" and ("q_proj" in name or "k_proj" in name):
        n = heads if "q_proj" in name else heads_kv
        pairs = values.reshape(n, values.shape[0] // n // 2, 2, *values.shape[1:])
        return np.ascontiguousarray(pairs.swapaxes(1, 2)).reshape(values.shape)
    return values
