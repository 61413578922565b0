#!/usr/bin/env python3
"""Runs Maque and llama.cpp in turn on the same weights, prompt and threads; prints ratios.

Every run is a fresh process. The two alternate, so that a machine whose speed drifts slows both;
figures are medians, and ratios are of medians. What the Python around the reference costs is taken
off its start and its memory. docs/benchmarks.md says what each figure means.

usage: beside_reference.py MODEL.gguf... [--python PYTHON] [--runs 5] [--limits LIMITS.json]
                           [--json FILE]
PYTHON needs llama-cpp-python and gguf.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile

from measured import MAQUE, REFERENCE, ROOT, Process, bench, load_average, machine

GOLDEN = ROOT / "runtime/src/test/resources/golden/fidelity"

# Repetition keeps every model talking: an end token would cut the measurement short.
SENTENCE = "The sparrow is small, yet it has every organ that a bird needs, and it lives near people. "
START_PROMPT = "The capital of France is"

# Requests at once, and tokens of each one's prompt.
STREAMS = 8
STREAM_PROMPT = 128

# Figure, its goal as a ratio to the reference, and whether more is better.
GOALS = {
    "prefill": ("prefill, tokens/s", 2.0, True),
    "decode": ("decode, tokens/s", 1.5, True),
    "streams": (f"decode of {STREAMS} requests at once, tokens/s of all", 2.0, True),
    "start": ("process start to first token, ms", 0.5, False),
    "load": ("of that, opening the model, ms", None, False),
    "wall": ("whole process, ms", None, False),
    "memory": ("peak resident memory, MB", 0.65, False),
}


class Side:
    """One engine with the same interface for both."""

    def __init__(self, options, prompt_file, start_file):
        self.options, self.prompt_file, self.start_file = options, prompt_file, start_file

    def figures(self, model):
        return {**self.long_run(model), **self.streams(model), **self.start(model)}

    def stream_arguments(self, model):
        counts = [STREAMS, STREAM_PROMPT, self.options.tokens, self.options.threads]
        return [model, self.prompt_file, *map(str, counts)]


class Maque(Side):
    name = "Maque"

    def command(self, model, tokens):
        return [MAQUE, "run", model, "-", "--raw", "--temperature", "0", "--max-tokens",
                str(tokens), "--threads", str(self.options.threads), "--context",
                str(self.options.context)]

    def long_run(self, model):
        process = Process([*self.command(model, self.options.tokens), "--json"], self.prompt_file)
        result = process.json()
        completed = result["usage"]["completionTokens"]
        if completed != self.options.tokens:
            sys.exit(f"{model}: expected {self.options.tokens} tokens, the model ended after "
                     f"{completed}; choose fewer with --tokens")
        return {
            "promptTokens": result["usage"]["promptTokens"],
            "prefill": result["promptTokensPerSecond"],
            "decode": result["decodeTokensPerSecond"],
            "load": result["timings"]["loadMillis"],
            "wall": process.wall_millis,
            "memory": process.peak_megabytes,
        }

    def streams(self, model):
        rate = json.loads(bench("streams", *self.stream_arguments(model)))
        return {"streams": rate["tokensPerSecond"]}

    def start(self, model):
        return {"start": Process(self.command(model, 4), self.start_file).first_output_millis}

    def score(self, model, _golden):
        return Process([MAQUE, "perplexity", model, "--file", str(GOLDEN / "passage.txt"),
                        "--threads", str(self.options.threads), "--json"]).json()


class Reference(Side):
    name = "llama.cpp"

    def command(self, model, prompt_file, tokens):
        return [self.options.python, REFERENCE, "run", model, prompt_file, str(tokens),
                str(self.options.threads), str(self.options.context)]

    def run(self, model, prompt_file, tokens):
        process = Process(self.command(model, prompt_file, tokens))
        return process, process.json()

    def long_run(self, model):
        process, result = self.run(model, self.prompt_file, self.options.tokens)
        python_millis = (result["imported"] - process.started) * 1e3
        return {
            "promptTokens": result["promptTokens"],
            "prefill": result["promptTokensPerSecond"],
            "decode": result["decodeTokensPerSecond"],
            "load": result["loadMillis"],
            "wall": process.wall_millis - python_millis,
            "memory": process.peak_megabytes - result["importedKilobytes"] / 1024,
        }

    def streams(self, model):
        rate = Process([self.options.python, REFERENCE, "streams",
                        *self.stream_arguments(model)]).json()
        return {"streams": rate["tokensPerSecond"]}

    def start(self, model):
        _, result = self.run(model, self.start_file, 1)
        return {"start": (result["firstToken"] - result["imported"]) * 1e3}

    def score(self, model, golden):
        return Process([self.options.python, REFERENCE, "score", model, str(golden),
                        str(self.options.threads)]).json()


def fidelity(golden, score):
    """How near log-probabilities are to those of f32 arithmetic on the same weights."""
    if score["tokens"] != golden["tokens"]:
        sys.exit(f"{golden['model']}: the passage has other tokens than the golden data")
    best = [a == b for a, b in zip(score["argmax"], golden["argmax"], strict=True)]
    off = [abs(a - b) for a, b in zip(score["logprob"], golden["logprob"], strict=True)]
    return {"top1": 100 * statistics.mean(best), "difference": statistics.mean(off)}


def goldens(options):
    """Golden data by name of the model's file."""
    found = {}
    for path in GOLDEN.glob("*.fidelity.gguf"):
        data = Process([options.python, REFERENCE, "golden", str(path)]).json()
        found[data["model"]] = (path, data)
    return found


def compare(model, sides, options, golden):
    """All figures of one model, a list of runs for each side."""
    runs = {side.name: [] for side in sides}
    loads = []
    for _ in range(options.runs + 1):
        loads.append(load_average())
        for side in sides:
            runs[side.name].append(side.figures(model))
    for name in runs:
        runs[name].pop(0)  # brings the file into the page cache
    prompts = {name: figures[0]["promptTokens"] for name, figures in runs.items()}
    if len(set(prompts.values())) != 1:
        sys.exit(f"{model}: the engines see prompts of different lengths: {prompts}")
    path, data = golden.get(os.path.basename(model), (None, None))
    return {
        "model": os.path.basename(model),
        "promptTokens": next(iter(prompts.values())),
        "decodeBytes": Process([options.python, REFERENCE, "weights", model]).json()["decodeBytes"],
        "loadAverages": loads,
        "runs": runs,
        "fidelity": {side.name: fidelity(data, side.score(model, path)) for side in sides}
        if data else {},
    }


def spread(runs, figure):
    values = [run[figure] for run in runs]
    return statistics.median(values), min(values), max(values)


def table(result, options, limits):
    """The Markdown table of one model."""
    ours, theirs = result["runs"]["Maque"], result["runs"]["llama.cpp"]
    lines = [
        f"### {result['model']}",
        "",
        f"{result['promptTokens']} prompt tokens, {options.tokens} decoded, {options.threads} "
        f"threads, {options.runs} runs of each; load average {min(result['loadAverages']):.1f} to "
        f"{max(result['loadAverages']):.1f}.",
        "",
        "| figure | Maque (least to most) | llama.cpp (least to most) | ratio | goal |",
        "|---|--:|--:|--:|--:|",
    ]
    for figure, (name, goal, more) in GOALS.items():
        a, b = spread(ours, figure), spread(theirs, figure)
        sign = ("≥ " if more else "≤ ") + f"{goal:g}" if goal else ""
        lines.append(f"| {name} | {shown(a)} | {shown(b)} | {a[0] / b[0]:.2f} | {sign} |")
    read = max((limit["allThreads"] for limit in limits if limit["kind"] == "READ"), default=None)
    rates = [spread(runs, "decode")[0] * result["decodeBytes"] / 1e9 for runs in (ours, theirs)]
    share = ["", ""] if read is None else [f" ({100 * rate / read:.0f} %)" for rate in rates]
    lines.append(f"| weights read by decode, GB/s (of the read limit) | {rates[0]:.1f}{share[0]} "
                 f"| {rates[1]:.1f}{share[1]} | {rates[0] / rates[1]:.2f} | ≥ 80 % |")
    if result["fidelity"]:
        a, b = result["fidelity"]["Maque"], result["fidelity"]["llama.cpp"]
        lines.append(f"| same best token as f32 arithmetic | {a['top1']:.1f} % | {b['top1']:.1f} % "
                     "| | no worse |")
        lines.append(f"| mean difference of log-probabilities from it | {a['difference']:.4f} "
                     f"| {b['difference']:.4f} | {a['difference'] / b['difference']:.2f} | ≤ 1 |")
    return "\n".join(lines)


def shown(values):
    digits = 0 if values[0] >= 100 else 1
    return f"{values[0]:.{digits}f} ({values[1]:.{digits}f} to {values[2]:.{digits}f})"


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", nargs="+", metavar="MODEL.gguf")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--prompt-sentences", type=int, default=25, help="19 to 21 tokens each")
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--context", type=int, default=1024)
    parser.add_argument("--python", default=sys.executable,
                        help="Python that has llama-cpp-python and gguf")
    parser.add_argument("--limits", help="file with what 'bench limits --json' printed")
    parser.add_argument("--json", help="file that receives every single figure")
    return parser.parse_args(arguments)


def main(arguments=None):
    """Returns the Markdown, a table for each model."""
    options = parse(arguments)
    limits = json.loads(pathlib.Path(options.limits).read_text() if options.limits
                        else bench("limits", "--json"))["limits"]
    golden = goldens(options)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        prompt_file, start_file = pathlib.Path(folder, "prompt"), pathlib.Path(folder, "start")
        prompt_file.write_text((SENTENCE * options.prompt_sentences).strip())
        start_file.write_text(START_PROMPT)
        sides = [side(options, str(prompt_file), str(start_file)) for side in (Maque, Reference)]
        for model in options.models:
            results.append(compare(model, sides, options, golden))
    system = Process([options.python, REFERENCE, "system"]).json()
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({
            "machine": machine(), "limits": limits, "reference": system, "results": results,
        }, indent=1))
    about = f"Reference: llama-cpp-python {system['version']}, built with {system['features']}."
    return "\n\n".join([about, *(table(result, options, limits) for result in results)])


if __name__ == "__main__":
    print(main())
