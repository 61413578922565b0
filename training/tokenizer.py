"""A byte-level BPE tokenizer whose merges spell out what a word of the recipe is.

Words of questions and answers, which stand behind a space or begin with a capital, are one token
each: their merges grow letter by letter from the left. Nothing else merges, so that words, numbers
and names in pictures are spelled letter by letter and a new word is no harder than a known one.
A Chinese character is one token.
"""

import regex
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE
from transformers import PreTrainedTokenizerFast

from language import all_texts, printed_characters

PAD, USER, ASSISTANT, END, IMAGE = "<|endoftext|>", "<|user|>", "<|assistant|>", "<|end|>", "<image>"
SPECIAL = [PAD, USER, ASSISTANT, END, IMAGE]

# Qwen2's way to cut text, which runtimes know by that name; NFC belongs to it.
PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

# Pictures come first, each followed by a line end. System messages are left out: a model this small cannot heed them.
TEMPLATE = (
    "{%- for message in messages -%}"
    "{%- if message['role'] == 'user' -%}"
    "{{ '<|user|>' }}"
    "{%- if message['content'] is string -%}{{ message['content'] }}"
    "{%- else -%}"
    "{%- for part in message['content'] if part['type'] == 'image' -%}{{ '<image>\\n' }}{%- endfor -%}"
    "{%- for part in message['content'] if part['type'] == 'text' -%}{{ part['text'] }}{%- endfor -%}"
    "{%- endif -%}"
    "{%- elif message['role'] == 'assistant' -%}"
    "{{ '<|assistant|>' }}"
    "{%- if message['content'] is string -%}{{ message['content'] }}"
    "{%- else -%}"
    "{%- for part in message['content'] if part['type'] == 'text' -%}{{ part['text'] }}{%- endfor -%}"
    "{%- endif -%}"
    "{{ '<|end|>' }}"
    "{%- endif -%}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}"
)


def byte_letters():
    """GPT-2's alphabet: a printable character for each of the 256 bytes."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters, extra = {byte: chr(byte) for byte in plain}, 256
    for byte in range(256):
        if byte not in letters:
            letters[byte], extra = chr(extra), extra + 1
    return letters


def build():
    letters = byte_letters()
    units = set(printed_characters()) - set(map(chr, range(128)))
    words = set()
    for text in all_texts():
        units |= {character for character in text if ord(character) > 127}
        for piece in regex.findall(PIECES, regex.sub(r"\{\w+\}", "x", text)):
            if regex.fullmatch(r" [A-Za-z]+|[A-Z][a-z]+", piece):
                words.add(piece)
            if regex.fullmatch(r"[a-z]+", piece):
                words |= {" " + piece, piece.capitalize()}
    vocabulary = {letters[byte]: i for i, byte in enumerate(sorted(letters))}
    merges = []
    for text in sorted(units) + sorted(words):
        parts = [letters[byte] for byte in text.encode()]
        for i in range(1, len(parts)):
            joined = "".join(parts[: i + 1])
            if joined not in vocabulary:
                vocabulary[joined] = len(vocabulary)
                merges.append(("".join(parts[:i]), parts[i]))
    bare = Tokenizer(BPE(vocab=vocabulary, merges=merges))
    bare.normalizer = normalizers.NFC()
    cut = pre_tokenizers.Split(Regex(PIECES), "isolated")
    spell = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bare.pre_tokenizer = pre_tokenizers.Sequence([cut, spell])
    bare.decoder = decoders.ByteLevel()
    bare.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in SPECIAL])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bare, eos_token=END, pad_token=PAD, chat_template=TEMPLATE)
    tokenizer.clean_up_tokenization_spaces = False
    return tokenizer
