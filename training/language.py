"""What Maque Nano speaks of: colours, shapes, words, questions and answers in two languages.

The texts are data that this recipe shares with the Java generator of test cases, so a question of a
test is worded as in training while words, phrases and numbers are others.
"""

import json
import pathlib
import random

CASES = pathlib.Path(__file__).parents[1] / "lab/src/main/resources/io/maque/lab/cases"
TEXTS = json.loads((CASES / "language.json").read_text(encoding="utf-8"))
SIGNS = json.loads((CASES / "signs.json").read_text(encoding="utf-8"))
LANGUAGES = ("en", "zh")

COLOURS, SHAPES, SIZES, PLACES = (TEXTS[name] for name in ("colours", "shapes", "sizes", "places"))
TESTED = set(TEXTS["heldOutWords"] + TEXTS["heldOutPhrases"])
SYLLABLES = [c + v for c in "bcdfghjklmnpqrstvwxyz" for v in "aeiou"]


def printed_characters():
    """Every character that a picture may show, in a fixed order."""
    ascii_part = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    texts = TEXTS["phrases"] + TEXTS["items"]["zh"] + sum(TEXTS["labels"]["zh"], [])
    texts += [column["zh"] for column in TEXTS["columns"]] + [part["zh"] for part in TEXTS["invoice"].values()]
    return ascii_part + "".join(sorted(set("".join(texts)) - set(ascii_part)))


CHARACTERS = printed_characters()
CHINESE = CHARACTERS[62:]


class Turn:
    """One question and its answer; `kind` is the name under which accuracy is reported."""

    __slots__ = ("kind", "language", "question", "answer", "sees")

    def __init__(self, kind, language, question, answer, sees=True):
        self.kind, self.language, self.question, self.answer, self.sees = kind, language, question, answer, sees


def ask(rng, kind, answer, /, **values):
    """A turn of `kind` in a language by chance. Values and answer: text, or {"en": …, "zh": …}.

    An answer in words of ours begins with a capital; what the picture itself says is repeated as it is.
    """
    language = rng.choice(LANGUAGES)

    def spoken(value):
        return value[language] if isinstance(value, dict) else str(value)

    template = rng.choice(TEXTS["questions"][kind][language])
    question = template.format(**{name: spoken(value) for name, value in values.items()})
    return Turn(kind, language, question, capital(spoken(answer)) if isinstance(answer, dict) else spoken(answer))


def capital(text):
    return text[:1].upper() + text[1:]


def both(text_of):
    """{"en": text_of("en"), "zh": text_of("zh")}"""
    return {language: text_of(language) for language in LANGUAGES}


def untested(draw):
    """A text that `draw` gives and no test shows."""
    while (text := draw()) in TESTED:
        pass
    return text


def word(rng):
    """A word of the list, of syllables or of letters at random, up to 8 letters, in either case."""
    text = untested(lambda: lower_case_word(rng))
    return text.upper() if rng.random() < 0.6 else text


def lower_case_word(rng):
    chance = rng.random()
    if chance < 0.3:
        return rng.choice(TEXTS["words"])[:8]
    if chance < 0.6:
        text = "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, 4)))
        return text + rng.choice(["", "n", "r", "s", "t"]) if len(text) < 8 else text
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(2, 8)))


def number(rng, most=8):
    """Decimal digits, evenly spread over lengths; no leading zero."""
    digits = rng.randint(1, most)
    return str(rng.randrange(10 ** (digits - 1) if digits > 1 else 0, 10**digits))


def phrase(rng):
    """A short Chinese phrase of the list or of known characters at random."""
    if rng.random() < 0.4:
        return rng.choice(TEXTS["phrases"])
    return untested(lambda: "".join(rng.choice(CHINESE) for _ in range(rng.randint(1, 5))))


def talk(rng):
    """Small talk, which needs no picture."""
    language = rng.choice(LANGUAGES)
    entry = rng.choice(TEXTS["talk"] + TEXTS["talk"][-1:] * 2)[language]
    question = rng.choice(entry["ask"])
    if language == "en" and rng.random() < 0.3:
        question = question.lower()
    return Turn("talk", language, question, entry["answer"], sees=rng.random() < 0.2)


def all_texts():
    """Every text of questions and answers, for the tokenizer."""

    def walk(node):
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            for name, value in node.items():
                if name not in ("words", "heldOutWords"):
                    yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)

    yield from walk(TEXTS)
    yield from walk(SIGNS)
