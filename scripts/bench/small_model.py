#!/usr/bin/env python3
"""What the process around a small vision model costs: time to the first token, and memory.

A fresh `maque run` with and without a picture, several times; then one server that is asked about pictures
by many clients. Prints a Markdown table. The model's own answers do not matter here.

usage: small_model.py MODEL [--mmproj ENCODER.gguf] [--runs N] [--requests N]
"""

import argparse
import base64
import concurrent.futures
import json
import pathlib
import statistics
import time
import urllib.request

from load_beside_reference import Server, free_port
from measured import MAQUE, ROOT, Process, load_average

SAMPLES = sorted((ROOT / "server/src/main/resources/io/maque/server/web/samples").glob("*.png"))
NAME, CLIENTS = "measured", 8


def cold(options, *more):
    """Milliseconds to the first output and peak megabytes, medians over fresh processes."""
    command = [MAQUE, "run", options.model, "What is this?", "--temperature", "0", "--max-tokens", "16"]
    runs = [Process([*command, *options.encoder, *more]) for _ in range(options.runs)]
    return [statistics.median(getattr(run, name) for run in runs) for name in ("first_output_millis", "peak_megabytes")]


def ask(url, number):
    """Asks about a picture; the milliseconds until the whole answer is there."""
    picture = base64.b64encode(SAMPLES[number % len(SAMPLES)].read_bytes()).decode()
    content = [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{picture}"}},
        {"type": "text", "text": f"What is this, {number}?"},
    ]
    body = {"model": NAME, "messages": [{"role": "user", "content": content}], "max_tokens": 16, "temperature": 0}
    request = urllib.request.Request(
        f"{url}/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    started = time.monotonic()
    with urllib.request.urlopen(request, timeout=60) as response:
        response.read()
    return (time.monotonic() - started) * 1e3


def served(options):
    """Rows about one server."""
    port = free_port()
    named = [f"{NAME}={part}" for part in options.encoder[1:]]
    encoder = ["--mmproj", *named] if named else []
    command = [MAQUE, "serve", "--model", f"{NAME}={options.model}", *encoder, "--port", str(port)]
    with Server(command, port) as server:
        yield "serve: ready after", f"{server.start_millis:.0f} ms", f"{server.megabytes():.0f} MB"
        yield "serve: first answer about a picture", f"{ask(server.url, 0):.0f} ms", f"{server.megabytes():.0f} MB"
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as clients:
            times = list(clients.map(lambda number: ask(server.url, number), range(1, options.requests + 1)))
        title = f"serve: {options.requests} such answers, {CLIENTS} at a time, median"
        yield title, f"{statistics.median(times):.0f} ms", f"{server.megabytes():.0f} MB"
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        yield "serve: peak", "", f"{int(status.split('VmHWM:')[1].split()[0]) / 1024:.0f} MB"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="name or path")
    parser.add_argument("--mmproj", dest="encoder", type=lambda path: ["--mmproj", path], default=[])
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--requests", type=int, default=200)
    options = parser.parse_args()
    load = load_average()
    rows = [("run: process start to first token, with a picture", *cold(options, "--image", str(SAMPLES[0])))]
    rows.append(("run: the same without a picture", *cold(options)))
    rows = [(title, f"{millis:.0f} ms", f"{megabytes:.0f} MB peak") for title, millis, megabytes in rows]
    rows += served(options)
    print("| | time | resident memory |\n|---|--:|--:|")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print(f"\nMedians of {options.runs} fresh processes; load average before: {load:.1f}.")


if __name__ == "__main__":
    main()
