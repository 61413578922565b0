"""Share of right answers of an exported model to fresh pictures: `python evaluate.py FOLDER`.

Answers are generated greedily, as a user gets them, one conversation each. A picture is asked for one
answer of each kind that it has; kinds are asked the same number of times in each language.
"""

import argparse
import collections
import pathlib
import random

import torch
from PIL import Image
from transformers import AutoProcessor, LlavaForConditionalGeneration

from language import LANGUAGES
from scenes import scene

SEED = "evaluation"


def cases(count):
    """(kind, language, picture, question, answer), up to `count` of each kind and language."""
    had = collections.Counter()
    pictures = 0
    while pictures < 40 * count and (pictures < 4 * count or min(had.values()) < count):
        _, canvas, turns = scene(random.Random(f"{SEED}/{pictures}"))
        pictures += 1
        picture = Image.fromarray(canvas.pixels())
        for turn in {(turn.kind, turn.language): turn for turn in turns}.values():
            place = turn.kind, turn.language
            if had[place] < count:
                had[place] += 1
                yield *place, picture if turn.sees else None, turn.question, turn.answer


@torch.no_grad()
def answers(model, processor, batch):
    """The texts that greedy decoding gives to questions which all have a picture, or all have none."""
    prompts = []
    for _, _, picture, question, _ in batch:
        content = [{"type": "image"}] * (picture is not None) + [{"type": "text", "text": question}]
        messages = [{"role": "user", "content": content}]
        prompts.append(processor.apply_chat_template(messages, add_generation_prompt=True))
    pictures = [case[2] for case in batch] if batch[0][2] is not None else None
    inputs = processor(text=prompts, images=pictures, return_tensors="pt", padding=True, padding_side="left")
    inputs.pop("token_type_ids", None)
    ids = model.generate(**inputs.to(model.device), max_new_tokens=64, do_sample=False)
    texts = processor.batch_decode(ids[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
    return [text.strip() for text in texts]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=50, help="questions of each kind and language")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--show", type=int, default=0, help="wrong answers of each kind to print")
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    processor = AutoProcessor.from_pretrained(options.folder)
    model = LlavaForConditionalGeneration.from_pretrained(options.folder).to(options.device).eval()
    right, asked, wrong = collections.Counter(), collections.Counter(), collections.Counter()
    groups = collections.defaultdict(list)
    for case in cases(options.count):
        groups[case[2] is not None].append(case)
    for group in groups.values():
        for begin in range(0, len(group), options.batch):
            batch = group[begin : begin + options.batch]
            for (kind, language, _, question, answer), given in zip(batch, answers(model, processor, batch)):
                asked[kind, language] += 1
                right[kind, language] += given == answer
                wrong[kind] += given != answer
                if given != answer and wrong[kind] <= options.show:
                    print(f"{kind}: {question} expected {answer!r}, found {given!r}")
    print("| asked | " + " | ".join(LANGUAGES) + " | questions |\n|---|---|---|---|")
    for kind in sorted({kind for kind, _ in asked}):
        shares = [f"{right[kind, l] / asked[kind, l]:.1%}" if asked[kind, l] else "" for l in LANGUAGES]
        print(f"| {kind} | {' | '.join(shares)} | {sum(asked[kind, l] for l in LANGUAGES)} |")


if __name__ == "__main__":
    main()
