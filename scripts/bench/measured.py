"""Processes with their time and memory, and the machine they run on."""

import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAQUE = str(ROOT / "maque")
REFERENCE = str(pathlib.Path(__file__).resolve().parent / "reference.py")
FIXTURES = pathlib.Path(os.environ.get("MAQUE_FIXTURES", "~/.cache/maque")).expanduser()

# What decides which kernels run, as /proc/cpuinfo calls it.
FEATURES = ("avx2", "fma", "f16c", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16",
            "amx_int8", "amx_bf16")


class Process:
    """One process, run to its end: output, wall and processor time, time to first output, memory."""

    def __init__(self, command, stdin=None):
        with open(stdin or os.devnull, "rb") as source:
            self.started = time.monotonic()
            child = subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE)
        first = child.stdout.read(1)
        self.first_output_millis = (time.monotonic() - self.started) * 1e3
        self.output = (first + child.stdout.read()).decode()
        errors = child.stderr.read().decode()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.wall_millis = (time.monotonic() - self.started) * 1e3
        self.cpu_millis = (usage.ru_utime + usage.ru_stime) * 1e3
        self.peak_megabytes = usage.ru_maxrss / 1024
        if child.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))}\nended with {child.returncode}: {errors}")

    def json(self):
        return json.loads(self.output)


def java():
    """The newest suitable JDK's java, found as the launcher finds it."""
    homes = [os.environ.get("MAQUE_JAVA_HOME"), os.environ.get("JAVA_HOME")]
    homes += sorted(pathlib.Path("/usr/lib/jvm").glob("*"), reverse=True)
    for home in filter(None, homes):
        release = pathlib.Path(home, "release")
        found = release.is_file() and re.search(r'JAVA_VERSION="(\d+)', release.read_text())
        if found and int(found[1]) >= 25:
            return str(pathlib.Path(home, "bin", "java"))
    sys.exit("found no JDK 25 or newer: set MAQUE_JAVA_HOME to the folder of one")


def bench_command():
    """What starts the programs of the bench module."""
    jar = ROOT / "bench" / "target" / "bench" / "bench.jar"
    if not jar.exists():
        sys.exit(f"{jar} is missing: run 'make build' first")
    return [java(), "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
            "--add-modules=jdk.incubator.vector", "-jar", str(jar)]


def bench(*arguments):
    """Runs a program of the bench module; returns what it printed."""
    return Process([*bench_command(), *arguments]).output


def load_average():
    return os.getloadavg()[0]


def machine():
    """CPU, memory and operating system in a few words each."""
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    text = cpuinfo.read_text() if cpuinfo.exists() else ""
    name = re.search(r"model name\s*: (.*)", text)
    flags = re.search(r"flags\s*: (.*)", text)
    return {
        "cpu": name[1] if name else platform.processor(),
        "processors": len(os.sched_getaffinity(0)),
        "features": [flag for flag in FEATURES if flags and flag in flags[1].split()],
        "memoryGigabytes": round(
            os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
    }
