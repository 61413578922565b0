#!/usr/bin/env python3
"""Keeps a server under many streaming clients for minutes, some of which leave, and watches it.

Prints what the clients saw, and for each third of the time the least resident memory and the least
heap (after a collection, that is) of the server. When the load has ended, all sequences and KV
blocks must be free within a second.

usage: soak.py MODEL.gguf [--clients 64] [--seconds 180] [--abort-rate 0.3] [--sequences 64]
Exit code 1 when an answer failed or something was not freed.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request

from load_beside_reference import Server, free_port
from measured import MAQUE, load_average

EVERY_SECONDS = 2


def metric(url, name, labels=""):
    """The sum of a metric over its series, of those with these labels."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=30) as response:
        text = response.read().decode()
    series = re.findall(rf"^{name}(\{{[^}}]*\}})? ([0-9.eE+-]+)$", text, re.MULTILINE)
    if not series:
        sys.exit(f"{url}/metrics has no {name}")
    return sum(float(value) for found, value in series if labels in found)


class Watch(threading.Thread):
    """Samples the server's memory until it is told to stop."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.samples, self.ended = server, [], threading.Event()

    def run(self):
        while not self.ended.wait(EVERY_SECONDS):
            self.samples.append({
                "resident": self.server.megabytes(),
                "heap": metric(self.server.url, "jvm_memory_used_bytes", 'area="heap"') / 1e6,
                "running": metric(self.server.url, "maque_sequences_running"),
                "blocks": metric(self.server.url, "maque_kv_blocks_used"),
            })

    def stop(self):
        self.ended.set()
        self.join()

    def thirds(self, figure):
        size = max(1, len(self.samples) // 3)
        parts = [self.samples[i:i + size] for i in range(0, 3 * size, size)]
        return [min(one[figure] for one in part) for part in parts if part]


def seconds_until_free(url):
    started = time.monotonic()
    while time.monotonic() - started < 10:
        if metric(url, "maque_sequences_running") == 0 and metric(url, "maque_kv_blocks_used") == 0:
            return time.monotonic() - started
        time.sleep(0.05)
    return None


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1])
    parser.add_argument("model")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--abort-rate", type=float, default=0.3)
    parser.add_argument("--sequences", type=int, default=64)
    parser.add_argument("--tokens", type=int, default=64)
    return parser.parse_args()


def main():
    options = arguments()
    port = free_port()
    command = [MAQUE, "serve", "--model", f"soaked={options.model}", "--pin", "soaked", "--port",
               str(port), "--max-sequences", str(options.sequences), "--context", "1024"]
    with Server(command, port) as server:
        watch = Watch(server)
        watch.start()
        load = subprocess.run(
            [MAQUE, "load", server.url, "--model", "soaked", "--concurrency", str(options.clients),
             "--duration", str(options.seconds), "--abort-rate", str(options.abort_rate),
             "--max-tokens", str(options.tokens), "--timeout", "300", "--json"],
            stdout=subprocess.PIPE, check=True)
        freed = seconds_until_free(server.url)
        watch.stop()
    run = json.loads(load.stdout)["runs"][0]
    result = {
        "model": os.path.basename(options.model),
        "clients": options.clients,
        "sequences": options.sequences,
        "seconds": round(run["seconds"], 1),
        "answers": run["completed"],
        "left": run["aborted"],
        "errors": run["errors"],
        "violations": run["violations"],
        "tokensPerSecond": round(run["tokensPerSecond"], 1),
        "fairness": round(run["fairness"], 3),
        "ttftMillis": run["ttftMillis"],
        "itlMillis": run["itlMillis"],
        "residentMegabytes": watch.thirds("resident"),
        "heapMegabytes": watch.thirds("heap"),
        "mostRunning": max(one["running"] for one in watch.samples),
        "mostBlocks": max(one["blocks"] for one in watch.samples),
        "secondsUntilFree": freed,
        "loadAverage": load_average(),
    }
    print(json.dumps(result, indent=1))
    return 1 if run["failed"] or run["violations"] or freed is None or freed > 1 else 0


if __name__ == "__main__":
    sys.exit(main())
