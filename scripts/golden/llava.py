"""Golden answers of tiny random LLaVA models: what transformers computes, for LlavaTest to compare.

Writes into FOLDER

    NAME.gguf, NAME.mmproj.gguf   text model and image encoder as converters store them
    SHAPE.png                     pictures
    llava.json                    SHA-256 of the pixel tensors that the models' processors make of the
                                  pictures, and conversations: the ids of their prompts, the tokens
                                  that follow and the log-probabilities of the likeliest at each step
    NAME.rows.gguf                the rows that the projector makes of each picture

    python scripts/golden/llava.py runtime/src/test/resources/golden/llava
"""

import hashlib
import json
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from PIL import Image, ImageDraw
from transformers import CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration, Phi3Config
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

import clip
import models
from hf_gguf import gguf_name, to_gguf

SPECIAL = ["<unk>", "<s>", "</s>"]
TURNS = ["<|end|>", "<|user|>", "<|assistant|>", "<|system|>"]
BYTES = [f"<0x{value:02X}>" for value in range(256)]
CHARACTERS = ["\u2581"] + list("abcdefghijklmnopqrstuvwxyzIW?.,!")
PIECES = SPECIAL + BYTES + CHARACTERS + TURNS
BOS = PIECES.index("<s>")
END = PIECES.index("<|end|>")

# One row that is no token stands for pictures in the reference, more fill a multiple of 32.
ROWS = 320
IMAGE = len(PIECES)
STEPS = 12
LIKELIEST = 8

TEXT = dict(vocab_size=ROWS, hidden_size=64, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=4, max_position_embeddings=512, rms_norm_eps=1e-5, tie_word_embeddings=False,
            bos_token_id=BOS, eos_token_id=END, pad_token_id=0)

TOWER = CLIPVisionConfig(hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=2,
                         image_size=56, patch_size=14, hidden_act="quick_gelu")

# name: (architecture of the text file, its configuration, how the encoder is written, template)
PHI3_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}"
    "{{'<|user|>' + '\n' + message['content'] + '<|end|>' + '\n' + '<|assistant|>' + '\n'}}"
    "{% elif message['role'] == 'assistant' %}{{message['content'] + '<|end|>' + '\n'}}{% endif %}{% endfor %}")
MODELS = {
    # As the first files were: names of the feed-forward layers swapped, the last block not stored.
    "llama": ("llama", LlamaConfig(**TEXT),
              dict(swapped=True, stored=2, block_count=2, matrices=np.float32), None),
    # As Phi-3 is converted now, with the template of its own file; the whole tower is stored.
    "phi3": ("phi3", Phi3Config(**TEXT, sliding_window=400),
             dict(stored=3, block_count=3, feature_layer=2, post_norm=True, matrices=np.float16), PHI3_TEMPLATE),
}

SHAPES = {"square": (80, 80), "wide": (300, 40), "tall": (33, 210), "tiny": (3, 2), "huge": (2400, 1800)}

# Each turn: role, pictures, text. The last is the user's.
CONVERSATIONS = {
    **{shape: [("user", [shape], "What is it?")] for shape in SHAPES},
    "none": [("user", [], "Who are you?")],
    "several": [("user", ["wide", "tiny", "square"], " Which of them is red? ")],
    "twice": [("user", ["tall", "tall"], "Is it the same?")],
    "second": [("user", ["square"], "What is it?"), ("assistant", [], "It is a flower."),
               ("user", [], "Which colour?")],
    "later": [("user", [], "Hello!"), ("assistant", [], "How can I help?"), ("user", ["huge"], "What is it?"),
              ("assistant", [], "A lake."), ("user", ["tall"], "And this?")],
}


def picture(size, rng):
    """Flat shapes, so that it stays a small file however many pixels it has."""
    image = Image.new("RGB", size, tuple(int(c) for c in rng.integers(0, 256, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x0, x1 = sorted(rng.integers(0, size[0] + 1, 2))
        y0, y1 = sorted(rng.integers(0, size[1] + 1, 2))
        colour = tuple(int(c) for c in rng.integers(0, 256, 3))
        kind = draw.ellipse if rng.integers(2) else draw.rectangle
        kind([int(x0), int(y0), int(x1), int(y1)], fill=colour)
    return image


def padded(image, mean):
    """LLaVA's expand2square: in the middle of a square of the mean colour."""
    side = max(image.size)
    canvas = Image.new("RGB", (side, side), tuple(int(255 * m) for m in mean))
    canvas.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return canvas


def ids_of(text):
    """SentencePiece with a vocabulary of single characters: each text begins with a space."""
    ids = []
    plain = ""

    def flush():
        for character in ("\u2581" + plain.replace(" ", "\u2581") if plain else ""):
            if character in CHARACTERS:
                ids.append(PIECES.index(character))
            else:
                ids.extend(PIECES.index(BYTES[value]) for value in character.encode())

    while text:
        special = next((t for t in TURNS if text.startswith(t)), None)
        if special:
            flush()
            plain = ""
            ids.append(PIECES.index(special))
            text = text[len(special):]
        else:
            plain += text[0]
            text = text[1:]
    flush()
    return ids


def prompt_of(turns, template):
    """Ids of a conversation; picture n of it is -1 - n. Sides of a picture are encoded on their own."""
    text = ""
    for role, pictures, said in turns:
        content = "".join("\0\n" for _ in pictures) + (said.strip() if pictures else said)
        text += f"<|{role}|>\n{content}<|end|>\n" if role == "user" or not template else f"{content}<|end|>\n"
        if role == "user" and template:
            text += "<|assistant|>\n"
    if not template:
        text += "<|assistant|>\n"
    ids = [BOS]
    for n, side in enumerate(text.split("\0")):
        ids += ([-n] if n else []) + ids_of(side)
    return ids


def answer(model, prompt, pixels):
    """The likeliest tokens, and the log-probabilities of the likeliest few at each step."""
    ids = [token if token >= 0 else IMAGE for token in expanded(prompt)]
    tokens, steps = [], []
    for _ in range(STEPS):
        images = dict(pixel_values=torch.tensor(np.stack(pixels))) if pixels else {}
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([ids]), **images).logits[0, -1].double()
        best = logits.log_softmax(0)[:len(PIECES)].topk(LIKELIEST)
        assert best.values[0] - best.values[1] > 1e-3, "too close a decision for a test"
        tokens.append(int(best.indices[0]))
        steps.append([[int(i), round(float(v), 6)] for v, i in zip(best.values, best.indices)])
        if tokens[-1] in (END, PIECES.index("</s>")):
            break
        ids.append(tokens[-1])
    return tokens, steps


def expanded(prompt):
    patches = (TOWER.image_size // TOWER.patch_size) ** 2
    return [token for id in prompt for token in [id] * (patches if id < 0 else 1)]


def write_text(path, arch, config, parameters, template):
    writer = gguf.GGUFWriter(path, arch)
    writer.add_string("general.name", f"Tiny LLaVA ({arch})")
    models.add_hyper_parameters(writer, arch, config)
    writer.kv_data[0].pop("tokenizer.ggml.model")
    writer.add_tokenizer_model("llama")
    writer.add_token_list(PIECES)
    writer.add_token_scores([0.0] * len(PIECES))
    writer.add_token_types([2] + [3] * 2 + [6] * 256 + [1] * len(CHARACTERS) + [3] * len(TURNS))
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(PIECES.index("</s>"))
    if template:
        writer.add_chat_template(template)
    for name, values in parameters:
        values = to_gguf(name, values, arch, config.num_attention_heads, config.num_key_value_heads)
        writer.add_tensor(gguf_name(name, arch), values.astype(np.float16 if values.ndim == 2 else np.float32))
    models.close(writer)


def text_parameters(model):
    """Those of the text model, named as in a checkpoint of its own."""
    for name, parameter in model.named_parameters():
        if "language_model." in name or name.startswith("lm_head"):
            leaf = name.removeprefix("model.").removeprefix("language_model.")
            yield leaf if leaf.startswith("lm_head") else f"model.{leaf}", parameter.detach().numpy()


def random_model(config, style, rng):
    llava = LlavaConfig(vision_config=TOWER, text_config=config, vision_feature_layer=-2,
                        vision_feature_select_strategy="default", image_token_index=IMAGE,
                        image_seq_length=(TOWER.image_size // TOWER.patch_size) ** 2)
    llava._attn_implementation = "eager"
    model = LlavaForConditionalGeneration(llava).eval()
    clip.randomize(model, rng)
    return model


def sha256(values):
    return hashlib.sha256(values.astype("<f4").tobytes()).hexdigest()


def processors():
    sizes = dict(size=dict(shortest_edge=TOWER.image_size),
                 crop_size=dict(height=TOWER.image_size, width=TOWER.image_size))
    processor = CLIPImageProcessorPil(**sizes)
    crop = lambda image: np.asarray(processor(image, return_tensors="np")["pixel_values"][0], np.float32)
    return dict(pad=lambda image: crop(padded(image, processor.image_mean)), crop=crop)


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    rng = np.random.default_rng(41_000)
    pictures = {shape: picture(size, rng) for shape, size in SHAPES.items()}
    for shape, image in pictures.items():
        image.save(folder / f"{shape}.png", optimize=True)
    pixels = {kind: {shape: process(image) for shape, image in pictures.items()}
              for kind, process in processors().items()}
    golden = dict(
        source=f"transformers {transformers.__version__}, torch {torch.__version__}, float32, eager attention",
        pixels={kind: {shape: sha256(values) for shape, values in each.items()} for kind, each in pixels.items()},
        models={})
    for seed, (name, (arch, config, style, template)) in enumerate(MODELS.items()):
        model = random_model(config, style, np.random.default_rng(42_000 + seed))
        write_text(folder / f"{name}.gguf", arch, config, list(text_parameters(model)), template)
        clip.write_encoder(folder / f"{name}.mmproj.gguf", TOWER, list(clip.parameters(model)), style)
        rows = gguf.GGUFWriter(folder / f"{name}.rows.gguf", "golden")
        for shape, values in pixels["pad"].items():
            with torch.no_grad():
                features = model.get_image_features(pixel_values=torch.tensor(values)[None])
            rows.add_tensor(shape, features.pooler_output[0].numpy())
        clip.close(rows)
        cases = {}
        for case, turns in CONVERSATIONS.items():
            prompt = prompt_of(turns, template)
            images = [shape for _, shapes, _ in turns for shape in shapes]
            tokens, steps = answer(model, prompt, [pixels["pad"][shape] for shape in images])
            cases[case] = dict(turns=[dict(role=r, images=i, text=t) for r, i, t in turns],
                               prompt=prompt, tokens=tokens, steps=steps)
            print(name, case, tokens)
        golden["models"][name] = cases
    text = json.dumps(golden, ensure_ascii=False, separators=(",", ":"))
    (folder / "llava.json").write_text(text.replace('},"', '},\n"') + "\n")


if __name__ == "__main__":
    main()
