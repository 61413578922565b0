"""Writes a picture of each kind for each language, with a question: `python samples.py FOLDER`."""

import argparse
import json
import pathlib
import random

from language import LANGUAGES
from scenes import KINDS, scene

PIXELS = 256
# What each kind of picture is asked: what is special in it, and what the model has learned (README.md).
ASKED = {
    "shapes": "shapes.describe",
    "text": "text.read",
    "table": "table.read",
    "invoice": "invoice.total",
    "bars": "chart.highest",
    "line": "chart.trend",
    "sign": "sign.meaning",
}


def sample(name, language):
    """The first large picture of a kind of which that is asked in a language."""
    for seed in range(1000):
        _, canvas, turns = scene(random.Random(f"sample/{language}/{seed}"), name)
        asked = [turn for turn in turns if turn.language == language and turn.kind == ASKED[name]]
        if canvas.image.width == PIXELS and asked:
            return canvas.image, asked[-1]
    raise RuntimeError(f"no picture of kind {name} is asked about in {language}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for name in KINDS.keys() - {"unclear"}:
        for language in LANGUAGES:
            image, turn = sample(name, language)
            file = f"{name}-{language}.png"
            image.quantize(64).save(folder / file, optimize=True)
            entries.append({"file": file, "language": language, "question": turn.question, "answer": turn.answer})
    entries.sort(key=lambda entry: entry["file"])
    (folder / "samples.json").write_text(json.dumps(entries, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
