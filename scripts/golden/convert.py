"""Golden checkpoints: what transformers saves, and what llama.cpp's converter makes of it.

For each configuration writes a folder with the checkpoint and tokenizer of a tiny random model, and
beside it NAME.reference.json (metadata, and of each tensor type, shape and digest), NAME.logits.gguf
and NAME.tokens.json (texts and their ids).

    python scripts/golden/convert.py ~/.cache/maque/packages/llama_cpp_python-*.tar.gz \
        hub/src/test/resources/golden/convert

The converter is read from the source package of llama-cpp-python. Its list of known tokenizers
does not hold tokenizers of a few hundred tokens, so their kind is told to it.
"""

import hashlib
import json
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import sentencepiece
import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    AutoTokenizer,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    Phi3Config,
    Phi3ForCausalLM,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from models import LLAMA3, LONGROPE, randomize, write_logits

CORPUS = [
    "The quick brown fox jumps over the lazy dog, and the dog does not mind at all.",
    "Sparrows are small birds; they live with people in towns and in the country.",
    "麻雀虽小，五脏俱全。 小麻雀在屋檐下做窝。",
    "In 2024, 1234 numbers were counted: 3.14159, 42 and 1,000,000!",
    "def main():\n    print('hello')\n\n    return 0\n",
    "It's what they'd say: we've been there, I'll go, you're right, don't.",
] * 4

TEXTS = [
    "Hello world! 123",
    "The sparrow   is small.\n\n  It's here, I'LL see.",
    "麻雀虽小，五脏俱全。",
    "a\tb\r\nc  ",
    "<|im_start|>user\nHi<|im_end|>\n",
    "<|user|>\nHi<|end|>\n<|assistant|>\n",
    " leading and trailing ",
    "emoji 🐦 and é",
    "",
]

QWEN2_SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
               r"|\s*[\r\n]+|\s+(?!\S)|\s+")
CHATML = ("{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
          "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


def byte_level_tokenizer(folder):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2_SPLIT), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(
        vocab_size=340, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=[])
    tokenizer.train_from_iterator(CORPUS, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>",
        additional_special_tokens=["<|im_start|>"])
    fast.add_tokens(["<tool_call>"])
    fast.chat_template = CHATML
    fast.save_pretrained(folder)


def sentence_piece(folder, **options):
    corpus = folder / "corpus"
    corpus.write_text("\n".join(line.replace("\n", " ") for line in CORPUS), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus), model_prefix=str(folder / "tokenizer"), model_type="bpe",
        vocab_size=400, byte_fallback=True, normalization_rule_name="identity",
        remove_extra_whitespaces=False, minloglevel=2, **options)
    corpus.unlink()
    (folder / "tokenizer.vocab").unlink()


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False) + "\n", encoding="utf-8")


def llama_tokenizer(folder):
    sentence_piece(folder)
    write_json(folder / "tokenizer_config.json", dict(
        tokenizer_class="LlamaTokenizer", bos_token="<s>", eos_token="</s>", unk_token="<unk>",
        add_bos_token=True, add_eos_token=False, legacy=True, chat_template=CHATML))


def phi3_tokenizer(folder):
    """Everything in tokenizer.json, with the normaliser that most published ones of this kind have."""
    sentence_piece(folder)
    write_json(folder / "tokenizer_config.json", dict(
        tokenizer_class="LlamaTokenizer", bos_token="<s>", eos_token="<|endoftext|>",
        unk_token="<unk>", add_bos_token=False, add_eos_token=False, legacy=True,
        added_tokens_decoder={str(400 + i): dict(
            content=text, lstrip=False, rstrip=False, normalized=False, single_word=False,
            special=True) for i, text in enumerate(["<|endoftext|>", "<|assistant|>", "<|user|>", "<|end|>"])}))
    model = (folder / "tokenizer.model").read_bytes()
    AutoTokenizer.from_pretrained(folder).save_pretrained(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.pre_tokenizer = None
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer.model").write_bytes(model)  # the converter needs it, and then it goes


def gemma_tokenizer(folder):
    sentence_piece(
        folder, add_dummy_prefix=False, user_defined_symbols=["\n", "\n\n", "<start_of_turn>"],
        pad_id=0, eos_id=1, bos_id=2, unk_id=3, pad_piece="<pad>", eos_piece="<eos>", bos_piece="<bos>")
    write_json(folder / "tokenizer_config.json", dict(
        tokenizer_class="GemmaTokenizer", bos_token="<bos>", eos_token="<eos>", unk_token="<unk>",
        pad_token="<pad>", add_bos_token=True, add_eos_token=False,
        added_tokens_decoder={str(4 + i): dict(
            content=text, lstrip=False, rstrip=False, normalized=False, single_word=False,
            special=False) for i, text in enumerate(["\n", "\n\n", "<start_of_turn>"])}))


SMALL = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=256)

# name: (model class, configuration, type, tokenizer, largest shard, kind of tokenizer, tokens)
CONFIGURATIONS = {
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(
        **SMALL, vocab_size=352, rope_theta=1e6, tie_word_embeddings=True, bos_token_id=None,
        eos_token_id=341), torch.bfloat16, byte_level_tokenizer, "1GB", 24),
    "llama": (LlamaForCausalLM, LlamaConfig(
        **SMALL | dict(hidden_size=64), vocab_size=400, rope_theta=500.0, rope_scaling=LLAMA3,
        rms_norm_eps=1e-5, tie_word_embeddings=False), torch.float32, llama_tokenizer, "120KB", 40),
    "phi3": (Phi3ForCausalLM, Phi3Config(
        **SMALL, vocab_size=416, rope_scaling=dict(LONGROPE), original_max_position_embeddings=32,
        partial_rotary_factor=0.5, bos_token_id=1, eos_token_id=400, pad_token_id=400),
        torch.float16, phi3_tokenizer, "1GB", 24),
    "qwen3": (Qwen3ForCausalLM, Qwen3Config(
        **SMALL, vocab_size=344, head_dim=16, rope_theta=1e6, tie_word_embeddings=False),
        torch.float32, byte_level_tokenizer, "1GB", 17),
    "gemma3": (Gemma3ForCausalLM, Gemma3TextConfig(
        **SMALL | dict(num_hidden_layers=7, num_attention_heads=2, num_key_value_heads=1),
        vocab_size=400, head_dim=32, query_pre_attn_scalar=32, sliding_window=8),
        torch.float32, gemma_tokenizer, "1GB", 24),
}


def converter(package, folder):
    """llama.cpp's converter, importable."""
    with tarfile.open(package) as archive:
        wanted = [member for member in archive.getmembers()
                  if "/vendor/llama.cpp/conversion/" in member.name
                  or "/vendor/llama.cpp/gguf-py/gguf/" in member.name]
        archive.extractall(folder, wanted, filter="data")
    root = next(folder.glob("*/vendor/llama.cpp"))
    sys.path[:0] = [str(root), str(root / "gguf-py")]
    for name in [name for name in sys.modules if name.split(".")[0] == "gguf"]:
        del sys.modules[name]  # the released package, which is older than the converter
    import conversion
    from conversion.base import ModelBase, TextModel
    TextModel.get_vocab_base_pre = lambda self, tokenizer: "qwen2"
    return conversion, ModelBase


def plain(value):
    """A value of the metadata as JSON has it; token texts are bytes."""
    if isinstance(value, np.ndarray):
        return [plain(element) for element in value.tolist()]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return [plain(element) for element in value] if isinstance(value, list) else value


def reference(reference_converter, checkpoint, file_type, mmproj=False):
    import gguf
    conversion, base = reference_converter
    hparams = base.load_hparams(checkpoint, False)
    from conversion.base import ModelType, get_model_architecture
    kind = ModelType.MMPROJ if mmproj else ModelType.TEXT
    cls = conversion.get_model_class(get_model_architecture(hparams, kind), mmproj=mmproj)
    with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
        out = Path(folder) / "reference.gguf"
        cls(checkpoint, file_type, out, model_name=checkpoint.name).write()
        reader = gguf.GGUFReader(out)
        metadata = {name: plain(field.contents()) for name, field in reader.fields.items()
                    if not name.startswith("GGUF.")}
        tensors = {tensor.name: [tensor.tensor_type.name, [int(n) for n in tensor.shape],
                                 hashlib.sha256(tensor.data.tobytes()).hexdigest()[:16]]
                   for tensor in reader.tensors}
    return metadata, tensors


def references(reference_converter, checkpoint, mmproj=False):
    import gguf
    metadata, f16 = reference(reference_converter, checkpoint, gguf.LlamaFileType.MOSTLY_F16, mmproj)
    _, f32 = reference(reference_converter, checkpoint, gguf.LlamaFileType.ALL_F32, mmproj)
    return dict(metadata=metadata, F16=f16, F32=f32)


def token_ids(checkpoint):
    model = checkpoint / "tokenizer.model"
    if model.exists():
        # The trained model itself; what a library makes of it differs between versions.
        processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
        return [dict(text=text, ids=[processor.bos_id()] + processor.encode(text)) for text in TEXTS]
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    return [dict(text=text, ids=tokenizer.encode(text).ids) for text in TEXTS]


def save(checkpoint, model, kind, tokenizer, shard):
    shutil.rmtree(checkpoint, ignore_errors=True)
    checkpoint.mkdir(parents=True)
    tokenizer(checkpoint)
    model.to(kind).save_pretrained(checkpoint, max_shard_size=shard)


def main():
    package, folder = Path(sys.argv[1]), Path(sys.argv[2])
    only = sys.argv[3:]
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as unpacked:
        reference_converter = converter(package, Path(unpacked))
        for seed, (name, (cls, config, kind, tokenizer, shard, length)) in enumerate(
                CONFIGURATIONS.items()):
            if only and name not in only:
                continue
            rng = np.random.default_rng(40_000 + seed)
            config._attn_implementation = "eager"
            model = cls(config).eval()
            randomize(model, rng)
            checkpoint = folder / name
            save(checkpoint, model, kind, tokenizer, shard)
            tokens = rng.integers(0, config.vocab_size, length)
            stored = cls.from_pretrained(
                checkpoint, dtype=torch.float32, attn_implementation="eager").eval()
            with torch.no_grad():
                logits = stored(torch.tensor(tokens)[None]).logits[0].numpy()
            write_logits(folder / f"{name}.logits.gguf", tokens, logits, length)
            write_json(folder / f"{name}.reference.json", references(reference_converter, checkpoint))
            if tokenizer is phi3_tokenizer:
                (checkpoint / "tokenizer.model").unlink()
            write_json(folder / f"{name}.tokens.json", token_ids(checkpoint))
            print(f"{name}: {sum(f.stat().st_size for f in checkpoint.iterdir())} bytes")


if __name__ == "__main__":
    main()
