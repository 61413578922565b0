#!/usr/bin/env python3
"""Processor time per token of Maque and llama.cpp on one thread: for machines that are never calm.

On one thread nobody waits for another, so what a process is charged for hardly depends on what else
runs (shared caches and memory aside). What the JIT compiler takes in the background and what Python
takes to start is charged too. Prefill and decode are differences of whole processes: with a
long and a short prompt, with many tokens and with one. The least of several runs counts.

usage: processor_time.py MODEL.gguf... [--python PYTHON] [--runs 3]
"""

import argparse
import os
import pathlib
import sys
import tempfile

from beside_reference import SENTENCE, START_PROMPT, Maque, Reference
from measured import Process, load_average

SENTENCES, TOKENS, CONTEXT = 25, 64, 1024


def maque_command(options, prompt, model, tokens):
    return Maque(options, prompt, None).command(model, tokens)


def reference_command(options, prompt, model, tokens):
    return Reference(options, prompt, None).command(model, prompt, tokens)


def least(commands, runs, prompts):
    """The least processor time in milliseconds of each command, taken in turn."""
    times = [[Process(command, prompt).cpu_millis for command, prompt in zip(commands, prompts)]
             for _ in range(runs)]
    return [min(column) for column in zip(*times)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", nargs="+", metavar="MODEL.gguf")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    options.threads, options.context = 1, CONTEXT
    print("| model | figure, ms of processor time | Maque | llama.cpp | Maque is faster by |\n"
          "|---|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        long, short = str(pathlib.Path(folder, "long")), str(pathlib.Path(folder, "short"))
        pathlib.Path(long).write_text((SENTENCE * SENTENCES).strip())
        pathlib.Path(short).write_text(START_PROMPT)
        cases = [(short, 1), (long, 1), (long, 1 + TOKENS)]
        for model in options.models:
            commands = [side(options, prompt, model, tokens)
                        for prompt, tokens in cases for side in (maque_command, reference_command)]
            prompts = [prompt for prompt, _ in cases for _ in range(2)]
            s, rs, p, rp, d, rd = least(commands, options.runs, prompts)
            for name, ours, theirs in (
                    ("start and 5 tokens, whole process", s, rs),
                    ("prefill of some 520 tokens more", p - s, rp - rs),
                    ("decode of a token", (d - p) / TOKENS, (rd - rp) / TOKENS)):
                print(f"| {os.path.basename(model)} | {name} | {ours:.1f} | {theirs:.1f} "
                      f"| {theirs / ours:.2f} |", flush=True)
    print(f"\nLoad average {load_average():.1f}; least of {options.runs} runs.")


if __name__ == "__main__":
    main()
