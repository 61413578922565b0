"""Writes hub/src/test/resources/golden/quantize: which type llama_model_quantize gives each tensor.

MODEL.tsv          one line per tensor: name, shape, type in the source, then its type in each file type
tiny-*.gguf        a small source with data
tiny-*.sha256      one line per file type and tensor: the first 16 digits of the SHA-256 of the bytes that the reference writes

    python scripts/golden/quantize.py

The reference is llama.cpp as the package llama_cpp brings it, without an importance matrix.
"""
import ctypes
import hashlib
import pathlib
import tempfile

import gguf
import llama_cpp
import numpy as np

FOLDER = pathlib.Path(__file__).parents[2] / "hub/src/test/resources/golden/quantize"
FILE_TYPES = {
    "Q4_0": 2, "Q4_1": 3, "Q8_0": 7, "Q5_0": 8, "Q5_1": 9, "Q4_K_S": 14, "Q4_K_M": 15,
    "Q5_K_S": 16, "Q5_K_M": 17, "Q6_K": 18,
}


def block(i, hidden, ffn, fused, rows):
    """Tensors of a text block: columns as in a real model, few rows, which the rules never see."""
    p = f"blk.{i}."
    qkv = ["attn_qkv"] if fused else ["attn_q", "attn_k", "attn_v"]
    shapes = {p + f"{name}.weight": (rows, hidden) for name in qkv}
    shapes |= {p + f"{name}.bias": (rows,) for name in qkv}
    if not fused:
        shapes[p + "ffn_gate.weight"] = (rows, hidden)
    return shapes | {
        p + "attn_norm.weight": (hidden,), p + "attn_output.weight": (rows, hidden),
        p + "ffn_norm.weight": (hidden,), p + "ffn_up.weight": (rows, hidden),
        p + "ffn_down.weight": (rows, ffn)}


def text(layers, hidden, ffn, tied, fused=False, rows=2):
    shapes = {"token_embd.weight": (4, hidden)}
    for i in range(layers):
        shapes |= block(i, hidden, ffn, fused, rows)
    shapes["output_norm.weight"] = (hidden,)
    return shapes if tied else shapes | {"output.weight": (4, hidden)}


def tower(layers, hidden, ffn, fused):
    """Tensors of an image encoder with projector."""
    shapes = {
        "v.class_embd": (hidden,), "v.patch_embd.weight": (2, 3, 2, 32),
        "v.patch_embd.bias": (hidden,), "v.position_embd.weight": (3, hidden),
        "v.pre_ln.weight": (hidden,), "v.post_ln.weight": (hidden,)}
    for i in range(layers):
        p = f"v.blk.{i}."
        for name in ["attn_qkv"] if fused else ["attn_q", "attn_k", "attn_v"]:
            shapes |= {p + f"{name}.weight": (2, hidden), p + f"{name}.bias": (2,)}
        shapes |= {
            p + "attn_out.weight": (2, hidden), p + "ln1.weight": (hidden,),
            p + "ffn_up.weight": (2, hidden), p + "ffn_down.weight": (2, ffn)}
    return shapes | {
        "mm.0.weight": (2, hidden), "mm.2.weight": (2, 512), "mm.2.bias": (2,),
        "v.deepstack.5.fc1.weight": (2, 4 * hidden), "v.deepstack.5.norm.weight": (4 * hidden,)}


# name: (architecture, layers, tensors)
MODELS = {
    "llama-22": ("llama", 22, text(22, 256, 512, tied=False)),
    "llama-80": ("llama", 80, text(80, 256, 256, tied=False)),  # whose attn_v gets more
    "llama-5-tied": ("llama", 5, text(5, 512, 256, tied=True)),
    "smollm2": ("llama", 30, text(30, 576, 1536, tied=True)),
    "qwen2-0.5b": ("qwen2", 24, text(24, 896, 4864, tied=True)),
    "phi3": ("phi3", 32, text(32, 256, 768, tied=False, fused=True)),
    "gemma3": ("gemma3", 18, text(18, 640, 2048, tied=True)),
    "odd-columns": ("qwen2", 3, text(3, 80, 96, tied=False)),  # 80: no whole blocks of 32
    "clip-24": ("clip", 24, tower(24, 1024, 4096, fused=False)),
    "clip-ffn-4304": ("clip", 27, tower(27, 1152, 4304, fused=True)),
}
TINY = {
    "tiny-256": ("llama", 4, text(4, 256, 512, tied=False)),
    "tiny-96": ("qwen2", 3, text(3, 96, 256, tied=True)),
}


def write(path, architecture, layers, shapes, kind, random):
    writer = gguf.GGUFWriter(path, architecture)
    if architecture == "clip":
        writer.add_bool("clip.has_vision_encoder", True)
        writer.add_uint32("clip.vision.block_count", layers)
    else:
        writer.add_block_count(layers)
        writer.add_context_length(64)
        writer.add_embedding_length(shapes["token_embd.weight"][1])
        writer.add_feed_forward_length(shapes["blk.0.ffn_down.weight"][1])
        writer.add_head_count(4)
        writer.add_head_count_kv(2)
        writer.add_layer_norm_rms_eps(1e-5)
        writer.add_vocab_size(shapes["token_embd.weight"][0])
        writer.add_sliding_window(32)
    for name, shape in shapes.items():
        values = (random.standard_t(4, shape) * 0.02).astype(np.float32)
        if len(shape) > 1 and kind == "F16":
            values = values.astype(np.float16)
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def quantize(source, target, file_type):
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = file_type
    parameters.nthread = 1
    result = llama_cpp.llama_model_quantize(
        str(source).encode(), str(target).encode(), ctypes.byref(parameters))
    assert result == 0, (source, file_type)
    return {tensor.name: tensor for tensor in gguf.GGUFReader(target).tensors}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(20250606)
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder, "target.gguf")
        for name, (architecture, layers, shapes) in MODELS.items():
            source = pathlib.Path(folder, f"{name}.gguf")
            write(source, architecture, layers, shapes, "F16", random)
            rows = {t.name: [",".join(map(str, t.shape)), t.tensor_type.name]
                    for t in gguf.GGUFReader(source).tensors}
            for file_type in FILE_TYPES.values():
                for tensor in quantize(source, target, file_type).values():
                    rows[tensor.name].append(tensor.tensor_type.name)
            lines = ["\t".join([f"{architecture} {layers}", "shape", "source", *FILE_TYPES])]
            lines += ["\t".join([tensor, *columns]) for tensor, columns in rows.items()]
            (FOLDER / f"{name}.tsv").write_text("\n".join(lines) + "\n")
        for name, (architecture, layers, shapes) in TINY.items():
            source = FOLDER / f"{name}.gguf"
            write(source, architecture, layers, shapes, "F32", random)
            lines = []
            for label, file_type in FILE_TYPES.items():
                for tensor in quantize(source, target, file_type).values():
                    digest = hashlib.sha256(tensor.data.tobytes()).hexdigest()[:16]
                    lines.append(f"{label}\t{tensor.name}\t{tensor.tensor_type.name}\t{digest}")
            (FOLDER / f"{name}.sha256").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
