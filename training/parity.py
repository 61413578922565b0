"""Whether Maque computes what transformers computes, picture by picture.

    ../maque eval MODEL --mmproj ENCODER --cases 10 --out CASES
    python parity.py CASES RUN/hf

asks the model that `export.py` wrote (f32) the questions that `maque eval` asked, with the same pictures, and
prints how many answers are exact in each and how many are the same text. Ends with 1 when the shares of exact
answers differ by more than `--within`.
"""

import argparse
import collections
import json
import pathlib
import sys

from PIL import Image
from transformers import AutoProcessor, LlavaForConditionalGeneration

from evaluate import answers


def asked(folder):
    """The lines of `cases.jsonl`, each with its picture or None under `picture`."""
    with open(folder / "cases.jsonl", encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            case["picture"] = case["image"] and Image.open(folder / case["image"]).convert("RGB")
            yield case


def answer(model, processor, cases, size):
    """Sets `here`, what transformers answers, in every case."""
    for with_picture in (True, False):
        group = [case for case in cases if (case["picture"] is not None) == with_picture]
        for begin in range(0, len(group), size):
            batch = group[begin : begin + size]
            told = [(case["kind"], case["language"], case["picture"], case["question"], None) for case in batch]
            for case, text in zip(batch, answers(model, processor, told)):
                case["here"] = text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=pathlib.Path, help="the folder that maque eval --out wrote")
    parser.add_argument("folder", type=pathlib.Path, help="the model as transformers opens it")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--show", type=int, default=0, help="answers that differ to print")
    parser.add_argument("--within", type=float, default=0.01, help="largest difference of the shares")
    options = parser.parse_args()
    processor = AutoProcessor.from_pretrained(options.folder)
    model = LlavaForConditionalGeneration.from_pretrained(options.folder, dtype="float32").eval()
    cases = list(asked(options.cases))
    answer(model, processor, cases, options.batch)

    counts, both = collections.defaultdict(collections.Counter), collections.Counter()
    for case in cases:
        found = {
            "asked": 1,
            "maque": case["given"] == case["expected"],
            "transformers": case["here"] == case["expected"],
            "same": case["given"] == case["here"],
        }
        counts[case["kind"]].update(found)
        both.update(found)
    for case in [case for case in cases if case["given"] != case["here"]][: options.show]:
        print(f"{case['image']} {case['question']} maque {case['given']!r}, transformers {case['here']!r}")
    print("| | questions | exact in Maque | in transformers | same answer |\n|---|--:|--:|--:|--:|")
    for kind, count in [*counts.items(), ("all", both)]:
        shares = [f"{count[name] / count['asked']:.1%}" for name in ("maque", "transformers", "same")]
        print(f"| {kind} | {count['asked']} | {' | '.join(shares)} |")
    sys.exit(abs(both["maque"] - both["transformers"]) > options.within * both["asked"])


if __name__ == "__main__":
    main()
