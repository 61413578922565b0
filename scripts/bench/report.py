#!/usr/bin/env python3
"""Writes target/bench/report.md: the machine, its limits, whole models beside the reference, kernels.

usage: report.py [--python PYTHON] [--runs 5]
"""

import argparse
import json
import pathlib
import sys

import beside_reference
from measured import FIXTURES, ROOT, bench, load_average, machine

# Above this, something else takes so much of the machine that figures mean little.
CALM_LOAD = 0.5


def describe(facts):
    return (f"{facts['cpu']}, {facts['processors']} processors ({', '.join(facts['features'])}), "
            f"{facts['memoryGigabytes']} GB, {facts['system']}.")


def limits_table(measured):
    lines = [f"| limit | 1 thread | {measured['threads']} threads |", "|---|--:|--:|"]
    for limit in measured["limits"]:
        lines.append(f"| {limit['name']}, {limit['unit']} | {limit['oneThread']:.1f} "
                     f"| {limit['allThreads']:.1f} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--runs", default="5")
    options = parser.parse_args()
    models = sorted(map(str, (FIXTURES / "models").glob("*.gguf")))
    if not models:
        sys.exit(f"found no models in {FIXTURES / 'models'}: run scripts/fetch-fixtures first")
    folder = ROOT / "target" / "bench"
    folder.mkdir(parents=True, exist_ok=True)

    load, facts = load_average(), machine()
    busy = load > CALM_LOAD * facts["processors"]
    limits = folder / "limits.json"
    limits.write_text(bench("limits", "--json"))
    models_text = beside_reference.main([
        *models, "--python", options.python, "--runs", options.runs,
        "--limits", str(limits), "--json", str(folder / "figures.json")])
    report = [
        "# Benchmarks", describe(facts),
        f"Load average at the begin: {load:.1f}"
        + (": **busy, so judge nothing by these figures**." if busy else "."),
        "## Limits of the machine", limits_table(json.loads(limits.read_text())),
        "## Whole models", models_text,
        "## Kernels", bench("kernels", "--quick").strip(),
    ]
    (folder / "report.md").write_text("\n\n".join(report) + "\n")
    print(folder / "report.md")


if __name__ == "__main__":
    main()
