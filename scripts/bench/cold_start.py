#!/usr/bin/env python3
"""Where the time from process start to the first token goes, told by the classes that are used.

The JVM logs when it initialises each class, on the clock that this script reads too; the first class
of each stage marks its begin. Logging itself costs some per cent. Of several runs the fastest is shown.

usage: cold_start.py MODEL.gguf [RUNS]
"""

import collections
import os
import re
import sys
import tempfile

from measured import MAQUE, Process, load_average

# Stages by the class whose initialisation begins them, in the order in which they come.
STAGES = [
    ("launcher script", None),
    ("JVM", "java/lang/System"),
    ("command line", "io/maque/cli/Main"),
    ("model: open the file", "io/maque/boot/LanguageModels"),
    ("model: kernels, weights, vocabulary", "io/maque/boot/Architectures"),
    ("engine and first pass", "io/maque/engine/Engine"),
]
SOURCES = [
    ("the cache", r"shared objects file"),
    ("JDK modules", r"jrt:"),
    ("jar files", r"file:"),
    ("made at run time", r""),
]


def run(model):
    """One start: (stage, milliseconds) in order, and the number of classes by source."""
    with tempfile.NamedTemporaryFile(mode="r", suffix=".log") as log:
        os.environ["MAQUE_OPTS"] = (f"-Xlog:class+load=info,class+init=info:file={log.name}"
                                    ":timenanos:filecount=0")
        process = Process([MAQUE, "run", model, "The capital of France is", "--raw",
                           "--temperature", "0", "--max-tokens", "4"])
        begins, sources = {}, collections.Counter()
        for line in log:
            loaded = re.match(r"\[\d+ns\] \S+ source: (.*)", line)
            if loaded:
                sources[next(name for name, shape in SOURCES if re.search(shape, loaded[1]))] += 1
            used = re.match(r"\[(\d+)ns\] \d+ Initializing '([^']+)'", line)
            if used:
                begins.setdefault(used[2], int(used[1]) / 1e9 - process.started)
    marks = [(name, begins[first] * 1e3 if first else 0) for name, first in STAGES
             if first is None or first in begins]
    marks.append(("rest of the answer and end", process.first_output_millis))
    marks.append(("", process.wall_millis))
    stages = [(name, end - begin) for (name, begin), (_, end) in zip(marks, marks[1:])]
    return process.first_output_millis, stages, sources


def main():
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    first, stages, sources = min((run(sys.argv[1]) for _ in range(runs)), key=lambda r: r[0])
    print(f"Process start to first token: {first:.0f} ms, fastest of {runs}; "
          f"load average {load_average():.1f}\n\n| stage | ms |\n|---|--:|")
    for name, millis in stages:
        print(f"| {name} | {millis:.0f} |")
    classes = ", ".join(f"{sources[name]} from {name}" if name != "made at run time"
                        else f"{sources[name]} {name}" for name, _ in SOURCES)
    print(f"\n{sum(sources.values())} classes: {classes}.")


if __name__ == "__main__":
    main()
