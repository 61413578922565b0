#!/usr/bin/env python3
"""Runs a program of the bench module with the flags that Maque runs with.

usage: program.py limits|kernels|texts|profile|jmh ARGUMENT...
"""

import os
import sys

from measured import bench_command

os.execv(bench_command()[0], [*bench_command(), *sys.argv[1:]])
