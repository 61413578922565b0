#!/usr/bin/env python3
"""Runs Maque and the C++ reference in turn on the same weights, prompt and threads.

Each run is a fresh process; the two alternate, so that a machine whose speed drifts slows both.
Prints medians and the ratio Maque / reference. Needs the Python package llama-cpp-python.

usage: beside_reference.py MODEL.gguf [--runs 3] [--prompt-words 400] [--tokens 64] [--threads 2]
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

SENTENCE = "The sparrow is small, yet it has every organ that a bird needs, and it lives near people. "

REFERENCE = """
import json, sys, time
start = time.perf_counter()
import llama_cpp
model, prompt_file, tokens, threads, context = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
llm = llama_cpp.Llama(model, n_ctx=context, n_threads=threads, n_threads_batch=threads, n_batch=512, verbose=False)
loaded = time.perf_counter()
ids = llm.tokenize(open(prompt_file, "rb").read(), add_bos=True, special=False)
llm.eval(ids)
prefilled = time.perf_counter()
token = llm.sample(temp=0.0, repeat_penalty=1.0)
first = time.perf_counter()
for _ in range(tokens - 1):
    llm.eval([token])
    token = llm.sample(temp=0.0, repeat_penalty=1.0)
done = time.perf_counter()
print(json.dumps({
    "promptTokens": len(ids),
    "loadMillis": (loaded - start) * 1e3,
    "promptTokensPerSecond": len(ids) / (prefilled - loaded),
    "decodeTokensPerSecond": (tokens - 1) / (done - first),
}))
"""


def run(command):
    """Runs one process; returns its JSON output with wall time and peak resident memory added."""
    read, write = os.pipe()
    start = time.perf_counter()
    pid = os.posix_spawnp(
        command[0],
        command,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_CLOSE, read)],
    )
    os.close(write)
    with os.fdopen(read) as output:
        text = output.read()
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} ended with status {status}")
    figures = json.loads(text)
    figures["wallMillis"] = (time.perf_counter() - start) * 1e3
    figures["peakResidentMegabytes"] = usage.ru_maxrss / 1024
    return figures


def maque(model, prompt_file, options):
    command = [
        str(ROOT / "maque"), "run", model, "-", "--raw", "--json", "--temperature", "0",
        "--max-tokens", str(options.tokens), "--threads", str(options.threads),
        "--context", str(options.context), "--ignore-end",
    ]
    with open(prompt_file) as prompt:
        os.dup2(prompt.fileno(), 0)
    figures = run(command)
    figures["promptTokens"] = figures["usage"]["promptTokens"]
    figures["loadMillis"] = figures["timings"]["loadMillis"]
    return figures


def reference(model, prompt_file, options):
    command = [
        options.python, "-c", REFERENCE, model, prompt_file,
        str(options.tokens), str(options.threads), str(options.context),
    ]
    return run(command)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--prompt-words", type=int, default=400)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--context", type=int, default=2048)
    parser.add_argument("--python", default=sys.executable, help="Python that has llama-cpp-python")
    options = parser.parse_args()

    words = (SENTENCE * (options.prompt_words // 17 + 1)).split()[: options.prompt_words]
    prompt_file = f"/tmp/maque-prompt-{os.getpid()}.txt"
    pathlib.Path(prompt_file).write_text(" ".join(words))
    ours, theirs = [], []
    try:
        for _ in range(options.runs):
            ours.append(maque(options.model, prompt_file, options))
            theirs.append(reference(options.model, prompt_file, options))
    finally:
        os.unlink(prompt_file)

    print(f"{options.model}: {ours[0]['promptTokens']} and {theirs[0]['promptTokens']} prompt tokens, "
          f"{options.tokens} decoded, {options.threads} threads, {options.runs} runs")
    print(f"{'figure':<24}{'maque':>10}{'reference':>12}{'ratio':>8}")
    for figure in ("promptTokensPerSecond", "decodeTokensPerSecond", "loadMillis",
                   "wallMillis", "peakResidentMegabytes"):
        a = statistics.median(run[figure] for run in ours)
        b = statistics.median(run[figure] for run in theirs)
        print(f"{figure:<24}{a:>10.1f}{b:>12.1f}{a / b:>8.2f}")


if __name__ == "__main__":
    main()
