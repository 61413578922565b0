"""Runs the functions of a script whose names begin with check_; prints a JSON line for each."""

import json
import struct
import sys
import traceback
import zlib


def png(width, height):
    """A grey picture."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PICTURE = png(3, 2)


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
