"""Runs the functions of a script whose names begin with check_; prints a JSON line for each."""

import json
import sys
import traceback


def raises(kind, call):
    """The error of this kind that a call ends with."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"expected {kind.__name__}, the call succeeded")


def run(functions):
    for name, function in functions.items():
        if not name.startswith("check_"):
            continue
        try:
            function()
            error = None
        except BaseException:  # A failed check is a result, whatever it raised.
            error = traceback.format_exc()
        print(json.dumps({"check": name.removeprefix("check_"), "error": error}))
    sys.stdout.flush()
