#!/usr/bin/env python3
"""Serves the same weights with Maque and with llama-server in turn, puts the same load on both.

Each session is a fresh server, warmed up, with as many threads and as many sequences at a time for
both; prompts are the same, and no two of them alike. Sessions alternate, figures are medians over
sessions, ratios are of medians. docs/benchmarks.md says what each figure means.

usage: load_beside_reference.py MODEL.gguf --reference LLAMA_SERVER [--clients 1,4,8] [--runs 3]
                                [--prompt-tokens 16] [--tokens 48] [--json FILE]
With --json every figure is kept, and sessions that the file has already count too: so a table can
be made over several calm moments of a machine that is seldom calm.
"""

import argparse
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

from measured import MAQUE, Process, load_average, machine

SLOTS = 8

# The client sends such a request once more; it costs a server less than a millisecond.
TOLERATED = {"a connection kept open was closed without Connection: close"}

# Figure, its name, and whether more is better.
FIGURES = {
    "tokensPerSecond": ("tokens/s in total", True),
    "ttftP50": ("TTFT p50, ms", False),
    "ttftP95": ("TTFT p95, ms", False),
    "itlP50": ("inter-token p50, ms", False),
    "itlP95": ("inter-token p95, ms", False),
    "fairness": ("worst client : best client", True),
}


class Server:
    """A server process from the moment it can answer."""

    def __init__(self, command, port):
        self.url = f"http://127.0.0.1:{port}"
        started = time.monotonic()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self.answers():
            if self.process.poll() is not None:
                sys.exit(f"{' '.join(command)}\nended with {self.process.returncode}")
            time.sleep(0.05)
        self.start_millis = (time.monotonic() - started) * 1e3

    def answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as response:
                return response.status == 200
        except OSError:  # refused, broken off, or too slow: not yet
            return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)

    def megabytes(self):
        """Resident memory now."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def maque(options, port):
    name = "measured"
    return [MAQUE, "serve", "--model", f"{name}={options.model}", "--pin", name, "--port", str(port),
            "--threads", str(options.threads), "--max-sequences", str(SLOTS),
            "--context", str(options.context)]


def reference(options, port):
    return [options.reference, "-m", options.model, "--host", "127.0.0.1", "--port", str(port),
            "-t", str(options.threads), "-tb", str(options.threads), "-np", str(SLOTS),
            "-c", str(SLOTS * options.context)]


def session(command, options):
    """The figures of one fresh server, by number of clients."""
    port = free_port()
    with Server(command(options, port), port) as server:
        report = Process([
            MAQUE, "load", server.url, "--model", "measured", "--concurrency", options.clients,
            "--requests", str(options.requests), "--warmup", str(SLOTS),
            "--prompt-tokens", str(options.prompt_tokens), "--max-tokens", str(options.tokens),
            "--json"]).json()
        memory = server.megabytes()
    runs = {}
    for run in report["runs"]:
        if run["failed"] or set(run["violations"]) - TOLERATED:
            sys.exit(f"{command.__name__}: errors under load: {json.dumps(run)}")
        runs[str(run["concurrency"])] = {
            "tokensPerSecond": run["tokensPerSecond"],
            "ttftP50": run["ttftMillis"]["p50"],
            "ttftP95": run["ttftMillis"]["p95"],
            "itlP50": run["itlMillis"]["p50"],
            "itlP95": run["itlMillis"]["p95"],
            "fairness": run["fairness"],
            "promptTokens": run["promptTokens"] / run["completed"],
            "completionTokens": run["completionTokens"] / run["completed"],
        }
    return {"runs": runs, "startMillis": server.start_millis, "megabytes": memory,
            "loadAverage": load_average()}


SIDES = {"Maque": maque, "llama-server": reference}


def table(sessions):
    """Markdown: a line for each number of clients and figure."""
    lines = ["| clients | | Maque | llama-server | ratio |", "|--:|---|--:|--:|--:|"]
    for clients in sessions["Maque"][0]["runs"]:
        for figure, (title, _) in FIGURES.items():
            values = {name: [one["runs"][clients][figure] for one in of]
                      for name, of in sessions.items()}
            ours, theirs = (statistics.median(values[name]) for name in SIDES)
            cells = [f"{statistics.median(values[name]):.3g} ({min(values[name]):.3g} to "
                     f"{max(values[name]):.3g})" for name in SIDES]
            ratio = f"{ours / theirs:.2f}" if theirs else "-"
            lines.append(f"| {clients} | {title} | {cells[0]} | {cells[1]} | {ratio} |")
    return "\n".join(lines)


def summary(options, sessions):
    first = {name: of[0]["runs"][next(iter(of[0]["runs"]))] for name, of in sessions.items()}
    tokens = ", ".join(f"{name} {run['promptTokens']:.0f} + {run['completionTokens']:.1f}"
                       for name, run in first.items())
    memory = ", ".join(f"{name} {statistics.median(one['megabytes'] for one in of):.0f} MB"
                       for name, of in sessions.items())
    loads = ", ".join(f"{one['loadAverage']:.1f}" for of in sessions.values() for one in of)
    return (f"{os.path.basename(options.model)}, prompt + answer in tokens: {tokens}; "
            f"{len(sessions['Maque'])} sessions each; resident after the load: {memory}; "
            f"load averages: {loads}\n\n{table(sessions)}")


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1])
    parser.add_argument("model")
    parser.add_argument("--reference", required=True)
    parser.add_argument("--clients", default="1,4,8")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--requests", type=int, default=16)
    parser.add_argument("--prompt-tokens", type=int, default=16)
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--context", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--side", choices=list(SIDES), action="append")
    parser.add_argument("--json", type=pathlib.Path)
    return parser.parse_args()


def main():
    options = arguments()
    kept = options.json and options.json.exists()
    sessions = json.loads(options.json.read_text())["sessions"] if kept else \
        {name: [] for name in SIDES}
    for _ in range(options.runs):
        for name in options.side or SIDES:
            sessions[name].append(session(SIDES[name], options))
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), "sessions": sessions}, indent=1))
    if all(sessions.values()):
        print(summary(options, sessions))


if __name__ == "__main__":
    main()
