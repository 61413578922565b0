"""Golden values of tiny random MiniGPT-4 models: what transformers computes, for several tests to compare.

Under FOLDER writes

    models/NAME.gguf                  text models with a vocabulary of their own
    vision/NAME.gguf                  vision towers with either bridge to the text model
    vision/NAME-PICTURE.rows.gguf     the pixel tensor of a picture and the rows made of it
    multimodal/NAME-CASE.gguf         prompts with pictures: ids, logits, greedy tokens

Pictures are those of qwen3vl.py. Vision tower and Q-Former are BLIP-2's with what MiniGPT-4 does otherwise: the last
block of the tower is not run, the bias of keys is zero, the norm after the tower has an epsilon of 1e-5.

    python scripts/golden/minigpt4.py runtime/src/test/resources/golden
"""

import io
import math
import sys
from pathlib import Path

import gguf
import numpy as np
import sentencepiece
import torch
from PIL import Image
from torch.nn.functional import interpolate
from transformers import (
    Blip2QFormerConfig,
    Blip2QFormerModel,
    Blip2VisionConfig,
    Blip2VisionModel,
    LlamaConfig,
    LlamaForCausalLM,
)

from hf_gguf import gguf_name, to_gguf
from qwen3vl import close, golden_writer, picture

MEAN = [0.48145466, 0.4578275, 0.40821073]
STD = [0.26862954, 0.26130258, 0.27577711]
POST_NORM_EPSILON = 1e-5
STACK = 4

TOWER = dict(hidden_size=96, intermediate_size=64, num_hidden_layers=3, num_attention_heads=4,
             image_size=32, patch_size=4, attn_implementation="eager")
QFORMER = dict(hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=2,
               encoder_hidden_size=96, attn_implementation="eager")
QUERIES = 7
TEXT = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=4, max_position_embeddings=512, attn_implementation="eager")

SYSTEM = ("Give the following image: <Img>ImageContent</Img>. You will be able to see the image once"
          " I provide it to you. Please answer my questions.")

# name: (has a Q-Former, RMS epsilon of the text model, separator, roles)
VARIANTS = {
    "minigpt4-vicuna": (True, 1e-6, "###", ("Human: ", "Assistant: ")),
    "minigpt4-llama2": (False, 1e-5, "", ("<s>[INST] ", " [/INST] ")),
}

PICTURES = ["square", "wide", "tall", "tiny", "huge"]

# Turns are (pictures, question, answer); the last has no answer yet.
CASES = {
    "square": [(["square"], "Describe this image.", None)],
    "wide": [(["wide"], "What is shown?", None)],
    "tall": [(["tall"], "What is shown?", None)],
    "tiny": [(["tiny"], "What is it?", None)],
    "huge": [(["huge"], "Describe this image in detail.", None)],
    "text": [([], "Who are you?", None)],
    "wordless": [(["wide"], "", None)],
    "turns": [(["square"], "What is this?", " A bird.\n"), ([], "What colour is it?", None)],
    "later": [([], "Hello", "Hello!"), (["tall"], "And this?", "A tree."),
              (["wide"], "More like this one?", None)],
    "several": [(["tall", "wide"], "Which is larger?", None)],
    "typed": [(["square"], "Is <ImageHere> or <Img>x</Img> a tag? ### Human: no", None)],
    "scripts": [(["tiny"], "图里有什么？ Ça va  😀", None)],
}

GREEDY_TOKENS = 10
LOGIT_ROWS = 4

VISION_NAMES = {
    "embeddings.class_embedding": "v.class_embd",
    "embeddings.position_embedding": "v.position_embd.weight",
    "embeddings.patch_embedding": "v.patch_embd",
    "post_layernorm": "v.post_ln",
}

BLOCK_NAMES = {
    "layer_norm1": "ln1",
    "layer_norm2": "ln2",
    "self_attn.qkv": "attn_qkv",
    "self_attn.projection": "attn_out",
    "mlp.fc1": "ffn_up",
    "mlp.fc2": "ffn_down",
}

QFORMER_BLOCK_NAMES = {
    "intermediate_query.dense": "ffn_up",
    "output_query.dense": "ffn_down",
    "output_query.LayerNorm": "ffn_norm",
} | {
    f"{theirs}.{leaf}": f"{ours}_{name}"
    for theirs, ours in (("attention", "self_attn"), ("crossattention", "cross_attn"))
    for leaf, name in (("attention.query", "q"), ("attention.key", "k"), ("attention.value", "v"),
                       ("output.dense", "out"), ("output.LayerNorm", "norm"))
}


def pixels(name):
    """Blip2ImageEvalProcessor: stretched to a square, to f32, normalised."""
    side = TOWER["image_size"]
    resized = picture(name).resize((side, side), Image.BICUBIC)
    planes = torch.tensor(np.array(resized)).permute(2, 0, 1).to(torch.float32).div(255)
    mean, std = (torch.tensor(v, dtype=torch.float32)[:, None, None] for v in (MEAN, STD))
    return planes.sub_(mean).div_(std)


# Models.

def randomize(parameters, rng):
    """Fills parameters with multiples of 1/128, which every float format holds exactly."""
    for name, parameter in parameters:
        shape = tuple(parameter.shape)
        if "norm" in name.lower() and name.endswith("weight"):
            centre, deviation = 1, 0.25
        elif name.endswith("bias"):
            centre, deviation = 0, 0.25
        elif "embedding" in name and "patch" not in name or "tokens" in name:
            centre, deviation = 0, 0.5
        else:
            centre, deviation = 0, 1.5 / math.sqrt(math.prod(shape[1:]))
        values = np.round(128 * rng.normal(centre, deviation, shape)) / 128
        parameter.data = torch.tensor(values, dtype=torch.float32)


class Encoder(torch.nn.Module):
    """BLIP-2's vision tower as MiniGPT-4 uses it, with either bridge to the text model."""

    def __init__(self, tower, qformer, output):
        super().__init__()
        self.vision = Blip2VisionModel(Blip2VisionConfig(**tower))
        self.vision.post_layernorm.eps = POST_NORM_EPSILON
        # A checkpoint has one block more than is run.
        del self.vision.encoder.layers[-1]
        width = tower["hidden_size"]
        if qformer:
            self.qformer = Blip2QFormerModel(Blip2QFormerConfig(**qformer))
            self.query_tokens = torch.nn.Parameter(
                torch.zeros(1, QUERIES, qformer["hidden_size"]))
            self.llama_proj = torch.nn.Linear(qformer["hidden_size"], output)
        else:
            self.qformer = None
            self.llama_proj = torch.nn.Linear(STACK * width, output)

    def randomize(self, rng):
        randomize(self.named_parameters(), rng)
        width = self.vision.config.hidden_size
        for layer in self.vision.encoder.layers:
            layer.self_attn.qkv.bias.data[width:2 * width] = 0

    def set_positions(self, stored):
        """As the original loads a checkpoint that was trained at another resolution."""
        side = math.isqrt(stored.shape[1] - 1)
        config = self.vision.config
        grid = config.image_size // config.patch_size
        if side != grid:
            patches = stored[:, 1:].reshape(1, side, side, -1).permute(0, 3, 1, 2)
            patches = interpolate(patches, size=(grid, grid), mode="bicubic", align_corners=False)
            stored = torch.cat((stored[:, :1], patches.permute(0, 2, 3, 1).flatten(1, 2)), dim=1)
        self.vision.embeddings.position_embedding.data = stored

    def forward(self, pixels):
        """Rows of the tower, of the Q-Former (or what takes its place) and of the projection."""
        tower = self.vision(pixels).last_hidden_state
        if self.qformer:
            bridge = self.qformer(query_embeds=self.query_tokens,
                                  encoder_hidden_states=tower).last_hidden_state
        else:
            patches = tower[:, 1:]
            bridge = patches.reshape(1, patches.shape[1] // STACK, STACK * patches.shape[2])
        return tower[0], bridge[0], self.llama_proj(bridge)[0]


# GGUF files.

def encoder_tensor_name(name):
    if name == "query_tokens":
        return "v.proj_query"
    part, rest = name.split(".", 1)
    if part == "llama_proj":
        return f"v.proj_linear.{rest}"
    if rest in VISION_NAMES:
        return VISION_NAMES[rest]
    module, kind = rest.rsplit(".", 1)
    if module in VISION_NAMES:
        return f"{VISION_NAMES[module]}.{kind}"
    if module == "layernorm":
        return f"v.proj_norm.{kind}"
    encoder, layers, layer, leaf = module.split(".", 3)
    if part == "vision":
        return f"v.blk.{layer}.{BLOCK_NAMES[leaf]}.{kind}"
    return f"v.proj_blk.{layer}.{QFORMER_BLOCK_NAMES[leaf]}.{kind}"


def add_encoder_parameters(writer, encoder):
    tower = encoder.vision.config
    writer.add_type("mmproj")
    writer.add_bool("clip.has_vision_encoder", True)
    kind = "minigpt4_qformer" if encoder.qformer else "minigpt4_linear"
    writer.add_string("clip.projector_type", kind)
    writer.add_bool("clip.use_gelu", True)
    writer.add_string("clip.vision.gelu_variant", "erf")
    for key, value in dict(
            image_size=tower.image_size, patch_size=tower.patch_size,
            embedding_length=tower.hidden_size, feed_forward_length=tower.intermediate_size,
            block_count=len(encoder.vision.encoder.layers),
            projection_dim=encoder.llama_proj.out_features).items():
        writer.add_uint32(f"clip.vision.{key}", value)
    writer.add_uint32("clip.vision.attention.head_count", tower.num_attention_heads)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", tower.layer_norm_eps)
    writer.add_float32("clip.vision.post_norm_epsilon", POST_NORM_EPSILON)
    writer.add_array("clip.vision.image_mean", MEAN)
    writer.add_array("clip.vision.image_std", STD)
    writer.add_string("clip.vision.preproc.resize_mode", "stretch")
    writer.add_string("clip.vision.preproc.resample", "bicubic")
    if encoder.qformer:
        qformer = encoder.qformer.config
        for key, value in dict(
                block_count=qformer.num_hidden_layers, embedding_length=qformer.hidden_size,
                feed_forward_length=qformer.intermediate_size, query_count=QUERIES,
                cross_attention_interval=qformer.cross_attention_frequency).items():
            writer.add_uint32(f"clip.vision.qformer.{key}", value)
        writer.add_uint32("clip.vision.qformer.attention.head_count", qformer.num_attention_heads)
        writer.add_float32("clip.vision.qformer.attention.layer_norm_epsilon",
                           qformer.layer_norm_eps)
    else:
        writer.add_uint32("clip.vision.projector.stack_factor", STACK)
        writer.add_bool("clip.vision.projector.drop_cls", True)


def add_prompt(writer, separator, roles):
    for key, value in dict(
            system=SYSTEM, user_prefix=roles[0], assistant_prefix=roles[1], separator=separator,
            image_prefix="<Img>", image_suffix="</Img> ").items():
        writer.add_string(f"minigpt4.prompt.{key}", value)
    writer.add_array("minigpt4.stop_sequences", ["###"])


def write_encoder(path, encoder, positions, separator, roles):
    writer = gguf.GGUFWriter(path, "clip")
    add_encoder_parameters(writer, encoder)
    add_prompt(writer, separator, roles)
    for name, parameter in encoder.named_parameters():
        values = parameter.detach().numpy()
        if name.endswith("position_embedding"):
            values = positions.numpy()
        # Embeddings come with a batch of one; the class token is a vector.
        while values.ndim > 1 and values.shape[0] == 1:
            values = values[0]
        kind = np.float16 if values.ndim > 1 else np.float32
        writer.add_tensor(encoder_tensor_name(name), values.astype(kind))
    close(writer)


def write_rows(folder, name, picture_name, encoder):
    values = pixels(picture_name)
    tower, bridge, rows = encoder(values[None])
    writer = golden_writer(folder / f"{name}-{picture_name}.rows.gguf")
    writer.add_string("golden.encoder", f"{name}.gguf")
    writer.add_string("golden.picture", f"{picture_name}.png")
    writer.add_array("golden.grid", [1, rows.shape[0]])
    writer.add_tensor("pixels", values.numpy())
    writer.add_tensor("rows", rows.numpy())
    if picture_name == PICTURES[0]:
        writer.add_tensor("tower", tower.numpy())
        writer.add_tensor("bridge", bridge.numpy())
    close(writer)
    print(f"{name}-{picture_name}: rows {tuple(rows.shape)} deviate by {rows.std():.2f}")
    return rows


def train_vocabulary():
    """A vocabulary of the kind of LLaMA's: SentencePiece, BPE, bytes for what it lacks."""
    sentences = [SYSTEM, "Human: Assistant: ### [INST] [/INST] <Img><ImageHere></Img>"]
    sentences += [text for turns in CASES.values() for _, question, answer in turns
                  for text in (question, answer) if text and text.isascii()]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(4 * sentences), model_writer=model, vocab_size=360,
        model_type="bpe", byte_fallback=True, normalization_rule_name="identity",
        remove_extra_whitespaces=False, add_dummy_prefix=True, split_digits=True,
        allow_whitespace_only_pieces=True, num_threads=1, minloglevel=2)
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


def add_vocabulary(writer, vocabulary):
    ids = range(vocabulary.vocab_size())
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([vocabulary.id_to_piece(i) for i in ids])
    writer.add_token_scores([vocabulary.get_score(i) for i in ids])
    writer.add_token_types([
        gguf.TokenType.UNKNOWN if vocabulary.is_unknown(i)
        else gguf.TokenType.CONTROL if vocabulary.is_control(i)
        else gguf.TokenType.BYTE if vocabulary.is_byte(i)
        else gguf.TokenType.NORMAL for i in ids])
    writer.add_bos_token_id(vocabulary.bos_id())
    writer.add_eos_token_id(vocabulary.eos_id())
    writer.add_unk_token_id(vocabulary.unk_id())
    writer.add_add_bos_token(True)


def write_text_model(path, model, vocabulary):
    config = model.config
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(path.stem)
    writer.add_vocab_size(config.vocab_size)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    add_vocabulary(writer, vocabulary)
    for name, parameter in model.named_parameters():
        values = to_gguf(name, parameter.detach().numpy(), "llama", config.num_attention_heads,
                         config.num_key_value_heads)
        stored = values.astype(np.float16) if values.ndim == 2 else values
        writer.add_tensor(gguf_name(name, "llama"), stored)
    close(writer)


# Prompts.

def segments(turns, separator, roles):
    """The text of a conversation, cut where pictures go."""
    parts = [SYSTEM + separator]
    for images, question, answer in turns:
        parts[-1] += roles[0]
        for _ in images:
            parts[-1] += "<Img>"
            parts.append("</Img> ")
        parts[-1] += question + separator + roles[1]
        if answer is not None:
            parts[-1] += answer.strip() + separator
    return parts


def encode(text, vocabulary):
    """As LlamaTokenizer: each text between begin tokens is one of its own."""
    first, *others = text.split("<s>")
    return vocabulary.encode(first) + [
        token for other in others for token in [vocabulary.bos_id()] + vocabulary.encode(other)]


def prompt_ids(turns, separator, roles, vocabulary, rows):
    """Vocabulary ids, and where there is none the image token once for each row of a picture."""
    ids = [vocabulary.bos_id()]
    for number, part in enumerate(segments(turns, separator, roles)):
        ids += [image_token(vocabulary)] * rows if number else []
        ids += encode(part, vocabulary)
    return ids


def image_token(vocabulary):
    return vocabulary.vocab_size()


def answer(model, ids, images, vocabulary):
    """Logits of the last positions and the likeliest tokens, up to a choice that rounding could make."""
    embeddings = model.get_input_embeddings()
    pictures = iter(row for image in images for row in image)
    rows = [next(pictures) if id == image_token(vocabulary) else embeddings(torch.tensor(id)) for id in ids]
    first, tokens = None, []
    while len(tokens) < GREEDY_TOKENS:
        logits = model(inputs_embeds=torch.stack(rows)[None]).logits[0]
        first = logits if first is None else first
        best = torch.topk(logits[-1], 2)
        if best.values[0] - best.values[1] < 1e-3 * logits[-1].abs().max():
            break
        tokens.append(int(best.indices[0]))
        rows.append(embeddings(best.indices[0]))
    assert len(tokens) > 2 and vocabulary.eos_id() not in tokens
    assert "###" not in vocabulary.decode(tokens)
    return first[-LOGIT_ROWS:].numpy(), tokens


def parts(turns):
    """Number of the message, role, kind, and text or file, of every part."""
    number = 0
    for images, question, reply in turns:
        for image in images:
            yield f"{number}|user|image|{image}.png"
        yield f"{number}|user|text|{question}"
        number += 1
        if reply is not None:
            yield f"{number}|assistant|text|{reply}"
            number += 1


def write_case(path, turns, prompt, text, vocabulary, rows):
    """`rows` by picture; `prompt` are separator and roles."""
    shown = [image for turn in turns for image in turn[0]]
    count = next(iter(rows.values())).shape[0]
    ids = prompt_ids(turns, *prompt, vocabulary, count)
    logits, tokens = answer(text, ids, [rows[image] for image in shown], vocabulary)
    writer = golden_writer(path)
    writer.add_array("golden.parts", list(parts(turns)))
    writer.add_array("golden.prompt", ids)
    writer.add_uint32("golden.image_token", image_token(vocabulary))
    if shown:
        writer.add_array("golden.pictures", [f"{image}.png" for image in shown])
        writer.add_array("golden.grids", [1, count] * len(shown))
    for axis in "time", "row", "column":
        writer.add_array(f"golden.positions.{axis}", list(range(len(ids))))
    writer.add_array("golden.greedy", tokens)
    writer.add_string("golden.answer", vocabulary.decode(tokens))
    writer.add_tensor("logits", np.ascontiguousarray(logits))
    close(writer)
    print(f"{path.stem}: {len(ids)} ids, {vocabulary.decode(tokens)!r}")


def write_variant(folder, name, seed, vocabulary):
    has_qformer, epsilon, separator, roles = VARIANTS[name]
    rng = np.random.default_rng(seed)
    encoder = Encoder(TOWER, QFORMER if has_qformer else None, TEXT["hidden_size"]).eval()
    encoder.randomize(rng)
    positions = encoder.vision.embeddings.position_embedding.detach().clone()
    write_encoder(folder / "vision" / f"{name}.gguf", encoder, positions, separator, roles)
    rows = {image: write_rows(folder / "vision", name, image, encoder) for image in PICTURES}

    text = LlamaForCausalLM(LlamaConfig(
        **TEXT, vocab_size=vocabulary.vocab_size(), rms_norm_eps=epsilon)).eval()
    randomize(text.named_parameters(), rng)
    # It never ends by itself, which would be early among so few tokens.
    text.lm_head.weight.data[vocabulary.eos_id()] = 0
    write_text_model(folder / "models" / f"{name}.gguf", text, vocabulary)
    for case, turns in CASES.items():
        path = folder / "multimodal" / f"{name}-{case}.gguf"
        write_case(path, turns, (separator, roles), text, vocabulary, rows)


def write_interpolated(folder):
    """A tower whose file has the positions of a smaller grid."""
    name = "minigpt4-positions"
    rng = np.random.default_rng(42_000)
    encoder = Encoder(TOWER | dict(num_hidden_layers=2, hidden_size=32, intermediate_size=32,
                                   num_attention_heads=1), None, 32).eval()
    encoder.randomize(rng)
    positions = np.round(64 * rng.normal(0, 1, (1, 1 + 5 * 5, 32))) / 64
    positions = torch.tensor(positions, dtype=torch.float32)
    encoder.set_positions(positions)
    write_encoder(folder / "vision" / f"{name}.gguf", encoder, positions, *VARIANTS["minigpt4-llama2"][2:])
    write_rows(folder / "vision", name, "wide", encoder)


@torch.no_grad()
def main():
    folder = Path(sys.argv[1])
    torch.set_num_threads(1)
    vocabulary = train_vocabulary()
    for seed, name in enumerate(VARIANTS):
        write_variant(folder, name, 41_100 + seed, vocabulary)
    write_interpolated(folder)


if __name__ == "__main__":
    main()
