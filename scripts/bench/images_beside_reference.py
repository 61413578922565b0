#!/usr/bin/env python3
"""One picture through an image encoder, Maque and llama.cpp in turn: the same file and threads.

usage: images_beside_reference.py TEXT.gguf MMPROJ... --python PYTHON [--size 640x480] [--runs 3]
                                  [--rounds 4] [--threads N]
TEXT.gguf lends its vocabulary to the reference, which opens no encoder without one.
"""

import argparse
import os
import pathlib
import re
import statistics
import sys

from measured import Process, bench_command, load_average

REFERENCE_IMAGES = str(pathlib.Path(__file__).resolve().parent / "reference_images.py")


def maque(mmproj, options):
    size = list(map(str, options.size)) if options.size else []
    run = Process([*bench_command(), "images", mmproj, str(options.threads), str(options.rounds),
                   *size])
    found = re.search(r"(\d+) image tokens.*best (\d+) ms, median (\d+) ms", run.output)
    return int(found[1]), float(found[2]), float(found[3]), run.peak_megabytes


def reference(mmproj, options):
    run = Process([options.python, REFERENCE_IMAGES, options.text, mmproj, str(options.threads),
                   str(options.rounds), *map(str, options.size or (336, 336))]).json()
    return (run["tokens"], min(run["millis"]), statistics.median(run["millis"]),
            run["peakMegabytes"])


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1])
    parser.add_argument("text")
    parser.add_argument("mmproj", nargs="+")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--size", type=lambda text: tuple(map(int, text.split("x"))))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    return parser.parse_args()


def main():
    options = arguments()
    print("| encoder | tokens | best, ms | median, ms | peak resident, MB |\n|---|--:|--:|--:|--:|")
    for mmproj in options.mmproj:
        runs = [(maque(mmproj, options), reference(mmproj, options)) for _ in range(options.runs)]
        cells = []
        for figure in range(4):
            ours, theirs = (statistics.median(run[side][figure] for run in runs) for side in (0, 1))
            cells.append(f"{ours:.0f} : {theirs:.0f} = {ours / theirs:.2f}")
        print(f"| {os.path.basename(mmproj)} | {' | '.join(cells)} |", flush=True)
    print(f"\nMaque : llama.cpp, medians of {options.runs} processes each, {options.threads} threads; "
          f"load average {load_average():.1f}")


if __name__ == "__main__":
    main()
