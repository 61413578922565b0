"""Golden logits of tiny random models: what transformers computes, for ModelContract to compare.

For each configuration writes NAME.gguf, the model as llama.cpp's converter would store it in F16,
and NAME.logits.gguf with the token ids and the logits of every position.

    python scripts/golden/models.py runtime/src/test/resources/golden/models
"""

import math
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    Phi3Config,
    Phi3ForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from hf_gguf import gguf_name, to_gguf

SMALL = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, vocab_size=320,
             num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=256)
LONGROPE = dict(type="longrope", short_factor=[1.0, 1.25], long_factor=[1.5, 6.0])
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=32)

# name: (architecture, model class, configuration, number of tokens)
CONFIGURATIONS = {
    "qwen2-tied": ("qwen2", Qwen2ForCausalLM, Qwen2Config(
        **SMALL, rope_theta=1e6, rms_norm_eps=1e-6, tie_word_embeddings=True), 24),
    "qwen2-untied": ("qwen2", Qwen2ForCausalLM, Qwen2Config(
        **SMALL | dict(hidden_size=64, num_attention_heads=2, num_key_value_heads=1, vocab_size=300,
                       num_hidden_layers=3),
        rope_theta=1e4, rms_norm_eps=1e-5, tie_word_embeddings=False), 17),
    "llama-tied": ("llama", LlamaForCausalLM, LlamaConfig(
        **SMALL | dict(hidden_size=64), rope_theta=1e5, rms_norm_eps=1e-5,
        tie_word_embeddings=True), 24),
    "llama-llama3": ("llama", LlamaForCausalLM, LlamaConfig(
        **SMALL | dict(hidden_size=96, num_attention_heads=6), head_dim=32, rope_theta=500.0,
        rope_scaling=LLAMA3, rms_norm_eps=1e-5), 40),
    "llama-linear": ("llama", LlamaForCausalLM, LlamaConfig(
        **SMALL, rope_scaling=dict(rope_type="linear", factor=4.0), attention_bias=True,
        mlp_bias=True), 24),
    "phi3-window": ("phi3", Phi3ForCausalLM, Phi3Config(
        **SMALL | dict(num_key_value_heads=4), sliding_window=9, bos_token_id=0, eos_token_id=0, pad_token_id=0), 24),
    "phi3-longrope-short": ("phi3", Phi3ForCausalLM, Phi3Config(
        **SMALL, rope_scaling=dict(LONGROPE), original_max_position_embeddings=32,
        partial_rotary_factor=0.5, bos_token_id=0, eos_token_id=0, pad_token_id=0), 24),
    "phi3-longrope-long": ("phi3", Phi3ForCausalLM, Phi3Config(
        **SMALL, rope_scaling=dict(LONGROPE), original_max_position_embeddings=32,
        partial_rotary_factor=0.5, bos_token_id=0, eos_token_id=0, pad_token_id=0), 40),
    "qwen3-tied": ("qwen3", Qwen3ForCausalLM, Qwen3Config(
        **SMALL, head_dim=16, rope_theta=1e6, tie_word_embeddings=True), 24),
    "qwen3-untied": ("qwen3", Qwen3ForCausalLM, Qwen3Config(
        **SMALL | dict(num_key_value_heads=1), head_dim=32, rope_theta=1e4,
        tie_word_embeddings=False), 17),
    "gemma3-window": ("gemma3", Gemma3ForCausalLM, Gemma3TextConfig(
        **SMALL | dict(num_hidden_layers=7, num_attention_heads=2, num_key_value_heads=1),
        head_dim=32, query_pre_attn_scalar=32, sliding_window=8), 24),
    "gemma3-linear": ("gemma3", Gemma3ForCausalLM, Gemma3TextConfig(
        **SMALL | dict(num_hidden_layers=4), head_dim=16, query_pre_attn_scalar=16,
        sliding_window=5, sliding_window_pattern=2,
        rope_parameters=dict(
            full_attention=dict(rope_type="linear", factor=8.0, rope_theta=1e6),
            sliding_attention=dict(rope_type="default", rope_theta=1e4))), 24),
}


def randomize(model, rng):
    """Fills all parameters with multiples of 1/128, which every float format holds exactly."""
    for name, parameter in model.named_parameters():
        shape = tuple(parameter.shape)
        if name.endswith("norm.weight"):
            centre, deviation = (0 if "Gemma" in type(model).__name__ else 1), 0.25
        elif name.endswith("bias"):
            centre, deviation = 0, 0.5
        else:
            centre, deviation = 0, 1.5 / math.sqrt(shape[-1])
        values = np.round(128 * rng.normal(centre, deviation, shape)) / 128
        parameter.data = torch.tensor(values, dtype=torch.float32)


def llama3_factors(config):
    """What divides each rotary frequency under Llama 3.1's scaling (as the converter stores it)."""
    scaling = config.rope_parameters
    factors = []
    for i in range(config.head_dim // 2):
        wavelength = 2 * math.pi * scaling["rope_theta"] ** (2 * i / config.head_dim)
        turns = scaling["original_max_position_embeddings"] / wavelength
        low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
        blend = min(max((turns - low) / (high - low), 0), 1)
        factors.append(1 / ((1 - blend) / scaling["factor"] + blend))
    return factors


def add_hyper_parameters(writer, arch, config):
    head_dim = getattr(config, "head_dim", None)
    rope = config.rope_parameters
    writer.add_string("tokenizer.ggml.model", "no_vocab")
    writer.add_vocab_size(config.vocab_size)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    if head_dim and head_dim != config.hidden_size // config.num_attention_heads:
        writer.add_key_length(head_dim)
        writer.add_value_length(head_dim)
    if arch == "gemma3":
        writer.add_sliding_window(config.sliding_window)
        if config._sliding_window_pattern != 6:
            writer.add_sliding_window_pattern(config._sliding_window_pattern)
        writer.add_rope_freq_base(rope["full_attention"]["rope_theta"])
        rope = rope["full_attention"]
    else:
        writer.add_rope_freq_base(rope["rope_theta"])
    if rope["rope_type"] == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    if rope["rope_type"] == "llama3":
        writer.add_tensor("rope_freqs.weight", np.array(llama3_factors(config), dtype=np.float32))
    if arch == "phi3":
        add_phi3_parameters(writer, config, rope)


def add_phi3_parameters(writer, config, rope):
    original = rope.get("original_max_position_embeddings", config.original_max_position_embeddings)
    dimensions = int(rope["partial_rotary_factor"] * config.hidden_size) // config.num_attention_heads
    writer.add_rope_scaling_orig_ctx_len(original)
    writer.add_rope_dimension_count(dimensions)
    writer.add_sliding_window(config.sliding_window or 0)
    if rope["rope_type"] == "longrope":
        scale = config.max_position_embeddings / original
        writer.add_rope_scaling_attn_factors(math.sqrt(1 + math.log(scale) / math.log(original)))
        for kind in "long", "short":
            factors = np.array(rope[f"{kind}_factor"], dtype=np.float32)
            writer.add_tensor(f"rope_factors_{kind}.weight", factors)


def close(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_model(path, arch, model):
    config = model.config
    writer = gguf.GGUFWriter(path, arch)
    add_hyper_parameters(writer, arch, config)
    for name, parameter in model.named_parameters():
        values = to_gguf(name, parameter.detach().numpy(), arch, config.num_attention_heads,
                         config.num_key_value_heads)
        stored = values.astype(np.float16) if values.ndim == 2 else values
        writer.add_tensor(gguf_name(name, arch), stored)
    close(writer)


def write_logits(path, tokens, logits, context_length):
    writer = gguf.GGUFWriter(path, "golden")
    writer.add_string("golden.source", f"transformers {transformers.__version__}, "
                                       f"torch {torch.__version__}, float32, eager attention")
    writer.add_array("golden.tokens", [int(token) for token in tokens])
    writer.add_uint32("golden.context_length", context_length)
    writer.add_tensor("logits", logits)
    close(writer)


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for seed, (name, (arch, kind, config, length)) in enumerate(CONFIGURATIONS.items()):
        rng = np.random.default_rng(20_000 + seed)
        config._attn_implementation = "eager"
        model = kind(config).eval()
        randomize(model, rng)
        tokens = rng.integers(0, config.vocab_size, length)
        with torch.no_grad():
            logits = model(torch.tensor(tokens)[None]).logits[0].numpy()
        write_model(folder / f"{name}.gguf", arch, model)
        write_logits(folder / f"{name}.logits.gguf", tokens, logits, length)
        print(f"{name}: {sum(p.numel() for p in model.parameters())} parameters, "
              f"logits deviate by {logits.std():.2f}")


if __name__ == "__main__":
    main()
