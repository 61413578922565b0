"""Golden log-probabilities of real models: what f32 arithmetic gives on their quantised weights.

For each file of the fixtures: dequantises its tensors to f32, loads them into transformers, and
stores for every position of a passage the likeliest next token and the log-probability of the
actual one. Token ids are those of the reference engine, so that a test of arithmetic does not
depend on a tokenizer. Also measures the reference engine itself against the same numbers.

    python scripts/golden/fidelity.py ~/.cache/maque/models runtime/src/test/resources/golden/fidelity
"""

import sys
from pathlib import Path

import gguf
import llama_cpp
import numpy as np
import torch
import transformers
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from hf_gguf import from_gguf, gguf_name

FILES = {
    "qwen2": "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    "llama": "SmolLM2-135M-Instruct.Q4_1.gguf",
    "gemma3": "gemma-3-270m-q4_k_m.gguf",
}

CLASSES = {
    "qwen2": (Qwen2Config, Qwen2ForCausalLM),
    "llama": (LlamaConfig, LlamaForCausalLM),
    "gemma3": (Gemma3TextConfig, Gemma3ForCausalLM),
}


def configuration(reader, arch):
    """The transformers configuration that the metadata describe."""
    def get(key, default=None):
        field = reader.fields.get(f"{arch}.{key}")
        return default if field is None else field.contents()

    tensors = {tensor.name: tensor for tensor in reader.tensors}
    heads = get("attention.head_count")
    common = dict(
        vocab_size=int(tensors["token_embd.weight"].shape[1]),
        hidden_size=get("embedding_length"),
        intermediate_size=get("feed_forward_length"),
        num_hidden_layers=get("block_count"),
        num_attention_heads=heads,
        num_key_value_heads=get("attention.head_count_kv"),
        max_position_embeddings=get("context_length"),
        rms_norm_eps=get("attention.layer_norm_rms_epsilon"),
        tie_word_embeddings="output.weight" not in tensors,
        attn_implementation="eager",
    )
    if arch == "gemma3":
        head_dim = get("attention.key_length")
        return Gemma3TextConfig(**common, head_dim=head_dim, query_pre_attn_scalar=head_dim,
                                sliding_window=get("attention.sliding_window"))
    return CLASSES[arch][0](**common, rope_theta=get("rope.freq_base"))


def load(path, arch):
    """The model with its weights as f32."""
    reader = gguf.GGUFReader(path)
    config = configuration(reader, arch)
    with torch.device("meta"):
        model = CLASSES[arch][1](config)
    model = model.to_empty(device="cpu").eval()
    model.tie_weights()
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    used = set()
    for name, parameter in model.named_parameters():
        tensor = tensors[gguf_name(name, arch)]
        used.add(tensor.name)
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        values = from_gguf(name, values, arch, config.num_attention_heads,
                           config.num_key_value_heads)
        parameter.data = torch.from_numpy(np.ascontiguousarray(values))
        assert parameter.dtype == torch.float32 and list(parameter.shape) == list(values.shape)
    assert used == set(tensors), set(tensors) - used
    reset_buffers(model)
    return model


def reset_buffers(model):
    """Computes again what was not initialised on the meta device: rotary frequencies and scales."""
    for module in model.modules():
        if hasattr(module, "rope_type"):
            module.__init__(module.config)
        if hasattr(module, "scalar_embed_scale"):
            module.embed_scale = torch.tensor(module.scalar_embed_scale)


def agreement(logits, best, log_probs, ids):
    """Top-1 agreement in per cent, and mean absolute difference of log-probabilities."""
    own = torch.log_softmax(torch.as_tensor(logits[:-1]), dim=-1)
    own_best = own.argmax(-1).numpy()
    own_log_probs = own.gather(1, torch.tensor(ids[1:])[:, None])[:, 0].numpy()
    return 100 * np.mean(own_best == best), np.mean(np.abs(own_log_probs - log_probs))


def main():
    models, target = Path(sys.argv[1]), Path(sys.argv[2])
    passage = (target / "passage.txt").read_bytes()
    torch.set_num_threads(2)
    for arch, file in FILES.items():
        engine = llama_cpp.Llama(str(models / file), n_ctx=1024, n_batch=1024, logits_all=True,
                                 n_threads=2, verbose=False)
        ids = engine.tokenize(passage, add_bos=arch == "gemma3", special=False)
        engine.eval(ids)
        engine_logits = np.array(engine.scores[: len(ids)])
        del engine

        with torch.no_grad():
            logits = load(models / file, arch)(torch.tensor(ids)[None]).logits[0]
        log_softmax = torch.log_softmax(logits[:-1], dim=-1)
        best = log_softmax.argmax(-1).numpy().astype(np.int32)
        log_probs = log_softmax.gather(1, torch.tensor(ids[1:])[:, None])[:, 0].numpy()

        writer = gguf.GGUFWriter(target / f"{arch}.fidelity.gguf", "golden")
        writer.add_string("golden.source", f"transformers {transformers.__version__}, "
                                           f"torch {torch.__version__}, float32, eager attention")
        writer.add_string("golden.model", file)
        writer.add_array("golden.tokens", [int(token) for token in ids])
        writer.add_array("golden.best", [int(token) for token in best])
        writer.add_array("golden.log_probs", [float(value) for value in log_probs])
        top1, difference = agreement(engine_logits, best, log_probs, ids)
        writer.add_string("golden.engine", f"llama_cpp {llama_cpp.__version__}")
        writer.add_float32("golden.engine_top1", float(top1))
        writer.add_float32("golden.engine_difference", float(difference))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()

        print(f"{file}: {len(ids)} tokens, perplexity {np.exp(-log_probs.mean()):.2f}; reference "
              f"engine {llama_cpp.__version__}: top-1 {top1:.2f} %, mean |d log-prob| {difference:.4f}",
              flush=True)


if __name__ == "__main__":
    main()
