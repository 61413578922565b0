#!/usr/bin/env python3
"""Runs a program of the bench module with the flags that Maque runs with.

usage: program.py limits|kernels|texts|profile|jmh ARGUMENT...
"""

import os
import sys

from measured import bench_command

command = bench_command()
if sys.argv[1:2] == ["profile"]:
    # As the launcher does; JMH's own processes take the JVM as it is.
    command.insert(1, "-XX:TieredStopAtLevel=1")
os.execv(command[0], [*command, *sys.argv[1:]])
