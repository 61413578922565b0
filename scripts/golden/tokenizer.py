"""Writes runtime/src/test/resources/golden/tokenizer/*.tsv: texts and the ids of the originals.

    python scripts/golden/tokenizer.py

Needs scripts/fetch-fixtures to have run, and gguf, tokenizers, sentencepiece, llama-cpp-python.

Byte-level vocabularies are encoded by Hugging Face tokenizers, SentencePiece ones by sentencepiece
itself; both engines are set up from the vocabulary in the GGUF file and the model's published
rules. Every line is also encoded by llama.cpp, and the script stops when the two disagree for a
reason that difference() does not name.

A line is: ids with spaces between, TAB, TEXT or PARSE, TAB, the text with C escapes.
"""

import os
import pathlib
import random
import re
import sys
import unicodedata

import llama_cpp
import sentencepiece
from gguf import GGUFReader
from sentencepiece import sentencepiece_model_pb2 as sp_model
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

FIXTURES = pathlib.Path(os.environ.get("MAQUE_FIXTURES") or pathlib.Path.home() / ".cache" / "maque")
TARGET = pathlib.Path(__file__).parents[2] / "runtime/src/test/resources/golden/tokenizer"
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")

# name: file, published expression (None: SentencePiece), NFC, digits cut out first, ignore_merges
VOCABULARIES = {
    "smollm2": ("models/SmolLM2-135M-Instruct.Q4_1.gguf", GPT2, False, True, False),
    "qwen2.5-coder": ("models/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf", QWEN2, True, False, False),
    "gpt-2": ("llama.cpp-models/ggml-vocab-gpt-2.gguf", GPT2, False, False, False),
    "llama-bpe": ("llama.cpp-models/ggml-vocab-llama-bpe.gguf", LLAMA3, False, False, True),
    "gemma3": ("models/gemma-3-270m-q4_k_m.gguf", None, False, False, False),
    "phi-3": ("llama.cpp-models/ggml-vocab-phi-3.gguf", None, False, False, False),
    "llama-spm": ("llama.cpp-models/ggml-vocab-llama-spm.gguf", None, False, False, False),
}

TEXTS = [
    "", " ", "  ", "\t", "\n", "\n\n", "\n\n\n", "\t\n", "a", " a", "a ", "  a", "   a  b   ",
    "Hello world", "Hello World! 123", "The capital of France is", "don't DON'T Don't'LL we'Re 'S",
    "it's 'sound' ''s '", "I'm you'd they've we'll she's can't", "x'\u017f y'\u212a",
    "3.14159 1,000,000 0x1F 12345678901234567890", "\u0661\u0662\u0663 \u0967\u0968 \u2167 \u00bd\u00b2 \uff11\uff12",
    "def f(x):\n    if x > 0:\n\treturn x ** 2  # square\n\n\n    return None\n",
    "for (int i = 0; i < n; ++i) { a[i] += b[i]; } // done\r\n\r\n  \r\nnext",
    "<html><body><p class=\"x\">text</p></body></html>", "https://example.org/a?b=c&d=%20#e f@g.h",
    "{\"key\": [1, 2.5, null, true], \"text\": \"\\u00e9\"}", "a=b==c===d!=e<=f>=g->h=>i::j",
    "ÄÖÜäöüß éèêë ñ ç ø å œ æ", "Cafe\u0301 re\u0301sume\u0301 A\u030a \u1e9b\u0323 \uac01 \u1100\u1161\u11a8 \u2126",
    "Привет, как дела? Ёлка — это дерево.", "你好，世界！这是一个测试。漢字とかな カタカナ",
    "안녕하세요 세계 여러분 반갑습니다", "مرحبا بالعالم، كيف الحال؟ ١٢٣", "שלום עולם",
    "नमस्ते दुनिया, यह एक परीक्षण है।", "สวัสดีชาวโลก นี่คือการทดสอบ", "ជំរាបសួរ ពិភពលោក", "ᠮᠣᠩᠭᠣᠯ",
    "Γειά σου Κόσμε", "Xin chào thế giới", "İstanbul ığüşöç", "ﬁ ﬂ ﬀ ǅ",
    "😀", "😀😀 😀a 1😀2", "👩‍👩‍👧‍👦 👍🏽 🇩🇪🇫🇷 ❤️‍🔥", "a\u200db\u200cc\u00adde\ufeff", "𝕳𝖊𝖑𝖑𝖔 𝟙𝟚𝟛 𐐷 𠜎",
    "\u00a0a\u00a0 b\u2003c\u3000d\u2028e\u2029f\u0085g\u200bh\u180ei", "\u0000", "a\u0000b\u0001\u001f\u007f\u0080\u009f", "\ufffd\uffff\u0378\U000e0001\U0010ffff\ue000",
    "\v\f\r\x1c\x1d\x1e\x1f ", "\r\n\r\n", " \n \n ", "a\n b\n  c\n   d", "        eight", "\t\t\ttabs\t ", " " * 40 + "x", "\n" * 70, "\t" * 35 + "y", "- " * 20, "=" * 50, "ab" * 40, "a" * 200,
    "\u2581", "a\u2581b", "\u2581\u2581 c", "<0x0A>", "<0x41>a", "Ġhello Ċ", "[PAD32011] [PAD151700]",
    "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", "<|im_end|>", "a<|endoftext|>b", "<|endoftext|><|endoftext|>", " <|im_end|> ",
    "<|user|>\nHello<|end|>\n<|assistant|>\n", "<|user|>  \n\n x<|end|>", "<|system|>\u00a0\u3000s<|end|>\ty</s> z<s> w", "<|endoftext|> \n q",
    "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>", "<bos><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n",
    "<s>[INST] hi [/INST] ok</s>", "<s>a</s>", "<unk>", "<unk> a", "<tool_call>\n{}\n</tool_call>", "<|im_start|", "im_end|>", "<|<|im_end|>|>", "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>",
    "<table><tr><td>1</td></tr></table>", "<unused5>[multimodal]<start_of_image>",
    "```python\nprint('hi')\n```\n\n* item\n  1. sub\n", "| a | b |\n|---|---|\n| 1 | 2 |", "∑∫√≤≥≠∞ ½ € £ ¥ © ® ™ … – — ‘ ’ “ ”",
    "Zażółć gęślą jaźń", "O'Neill's rock'n'roll ’s ’t", "word\u0301word \u0301 \u0301\u0301x", "\u0e01\u0e33 \u0915\u094d\u0937",
]

ALPHABET = [
    "a", "b", "s", "t", "e", "ll", "re", "the", "Hello", "Z", "'", "'s", "'LL", " ", " ", "  ", "\n", "\r", "\t", "\r\n",
    "1", "23", "\u0663", "\u00b2", ".", ",", "!?", "(", ")", "-", "_", "/", "<", ">", "|", "é", "e\u0301", "ß", "я", "世", "界", "한", "ง", "้",
    "\u0301", "\u00a0", "\u3000", "\u2028", "\u0085", "😀", "\u200d", "🏽", "𝟙", "𐐷", "\u0000", "\x1f", "\ufffd", "<s>", "</s>", "<|im_end|>", "<|end|>", "<|user|>",
]


def random_texts():
    random.seed(20260101)
    return ["".join(random.choices(ALPHABET, k=random.randint(2, 14))) for _ in range(250)]


class Vocabulary:
    def __init__(self, path):
        fields = GGUFReader(path).fields
        self.get = lambda key, default=None: (
            fields["tokenizer.ggml." + key].contents() if "tokenizer.ggml." + key in fields else default
        )
        self.tokens = self.get("tokens")
        self.types = list(self.get("token_type"))


def byte_level(vocabulary, expression, nfc, digits, ignore_merges):
    """The tokenizer as its publisher assembles it; control tokens are special added tokens."""
    ids = {piece: i for i, piece in enumerate(vocabulary.tokens)}
    merges = [tuple(merge.split(" ")) for merge in vocabulary.get("merges")]
    tokenizer = Tokenizer(models.BPE(vocab=ids, merges=merges, ignore_merges=ignore_merges))
    if nfc:
        tokenizer.normalizer = normalizers.NFC()
    steps = [pre_tokenizers.Digits(individual_digits=True)] if digits else []
    steps.append(pre_tokenizers.Split(Regex(expression), behavior="isolated"))
    steps.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    for i, piece in enumerate(vocabulary.tokens):
        if vocabulary.types[i] == CONTROL:
            tokenizer.add_special_tokens([AddedToken(piece, special=True, normalized=False)])
        elif vocabulary.types[i] == USER_DEFINED:
            tokenizer.add_tokens([AddedToken(piece, special=False, normalized=False)])

    def encode(text, parse):
        tokenizer.encode_special_tokens = not parse
        return tokenizer.encode(text, add_special_tokens=False).ids

    return encode


def sentence_piece(vocabulary):
    """The vocabulary as a model of sentencepiece.

    sentencepiece itself does not parse control tokens: where that is asked for, the text is cut at
    them as Hugging Face tokenizers do it (leftmost, then longest; Phi-3's swallow white space) and
    every part is encoded on its own.
    """
    phi3 = "<|end|>" in vocabulary.tokens
    proto = sp_model.ModelProto()
    specials = []
    for piece, score, kind in zip(vocabulary.tokens, vocabulary.get("scores"), vocabulary.types):
        if kind == UNKNOWN:  # Phi-3's padding rows are called unknown
            kind = UNUSED
        if piece == "<unk>":
            kind = UNKNOWN
        if piece == "</s>" and phi3:
            kind = CONTROL
        if kind in (CONTROL, UNKNOWN):
            specials.append(piece)
        if kind == USER_DEFINED:
            piece = piece.replace(" ", "\u2581")
        proto.pieces.add(piece=piece, score=float(score), type=int(kind))
    proto.trainer_spec.model_type = sp_model.TrainerSpec.BPE
    proto.trainer_spec.byte_fallback = True
    proto.trainer_spec.unk_id = vocabulary.tokens.index("<unk>")
    proto.normalizer_spec.name = "identity"
    proto.normalizer_spec.add_dummy_prefix = bool(vocabulary.get("add_space_prefix", True))
    proto.normalizer_spec.remove_extra_whitespaces = False
    proto.normalizer_spec.escape_whitespaces = True
    processor = sentencepiece.SentencePieceProcessor(model_proto=proto.SerializeToString())
    keepers = ("<unk>", "<s>", "<|endoftext|>")
    cut = re.compile("(" + "|".join(re.escape(p) for p in sorted(specials, key=len, reverse=True)) + ")")

    def encode(text, parse):
        if not parse:
            return processor.encode(text)
        ids, strip = [], False
        for i, part in enumerate(cut.split(text)):
            if i % 2 == 1:
                ids.append(vocabulary.tokens.index(part))
                strip = phi3 and part not in keepers
            else:
                part = part.lstrip(WHITE_SPACE) if strip else part
                ids += processor.encode(part)
        return ids

    return encode


def llama_cpp_encode(path):
    model = llama_cpp.Llama(str(path), vocab_only=True, verbose=False)
    return lambda text, parse: model.tokenize(text.encode(), add_bos=False, special=parse)


def difference(name, text):
    """Why llama.cpp is known to differ from the original on this text, or None."""
    if name == "qwen2.5-coder" and not unicodedata.is_normalized("NFC", text):
        return "llama.cpp does not compose characters (NFC)"
    if name in ("qwen2.5-coder", "gemma3") and "</s>" in text:
        return "llama.cpp takes the HTML tag </s> for the end of a turn"
    if name == "gemma3" and "\u2581" in text:
        return "llama.cpp finds runs of spaces before it reads U+2581 as a space"
    if name == "phi-3" and "[PAD32011]" in text:
        return "llama.cpp finds the padding rows that the file calls unknown tokens"
    if name == "phi-3" and re.search("[|]>[%s]*[\x80-\uffff]" % WHITE_SPACE, text.replace("</s>", "|>")):
        return "llama.cpp swallows ASCII white space only"
    return None


def escape(text):
    out = []
    for c in text:
        if c == "\\":
            out.append("\\\\")
        elif c in "\n\r\t":
            out.append({"\n": "\\n", "\r": "\\r", "\t": "\\t"}[c])
        elif ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0:
            out.append("\\%03o" % ord(c))
        else:
            out.append(c)
    return "".join(out)


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, (file, expression, *rules) in VOCABULARIES.items():
        vocabulary = Vocabulary(FIXTURES / file)
        original = byte_level(vocabulary, expression, *rules) if expression else sentence_piece(vocabulary)
        reference = llama_cpp_encode(FIXTURES / file)
        lines, differing = [], 0
        for text in TEXTS + random_texts():
            as_text = original(text, False)
            parsed = original(text, True)
            for parse, ids in ((False, as_text), (True, parsed)):
                theirs = reference(text, parse)
                if ids != theirs:
                    differing += 1
                    if not difference(name, text):
                        sys.exit(f"{name} {parse=} {text!a}: {ids} but llama.cpp {theirs}")
            lines.append("%s\tTEXT\t%s\n" % (" ".join(map(str, as_text)), escape(text)))
            if parsed != as_text:
                lines.append("%s\tPARSE\t%s\n" % (" ".join(map(str, parsed)), escape(text)))
        (TARGET / (name + ".tsv")).write_text("".join(lines), encoding="utf-8", newline="\n")
        print(name, len(lines), "lines,", differing, "known to differ from llama.cpp")


if __name__ == "__main__":
    main()
