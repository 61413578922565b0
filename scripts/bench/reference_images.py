#!/usr/bin/env python3
"""The reference engine's image encoder, through the C interface of llama-cpp-python; prints JSON.

What is timed is the way from fitted pixels to rows, weights in memory. The text model only lends
its vocabulary, without which the encoder does not open.

usage: reference_images.py TEXT.gguf MMPROJ THREADS ROUNDS WIDTH HEIGHT
"""

import ctypes
import json
import os
import resource
import sys
import time

import llama_cpp
from llama_cpp import mtmd_cpp

from reference import silent


def image_chunk(context, width, height):
    """The part of a prompt that stands for a picture of noise."""
    pixels = os.urandom(3 * width * height)
    bitmap = mtmd_cpp.mtmd_bitmap_init(
        width, height, (ctypes.c_uint8 * len(pixels)).from_buffer_copy(pixels))
    marker = mtmd_cpp.mtmd_get_marker(context)
    text = mtmd_cpp.mtmd_input_text(marker, len(marker), False, True)
    chunks = mtmd_cpp.mtmd_input_chunks_init()
    bitmaps = (mtmd_cpp.mtmd_bitmap_p_ctypes * 1)(bitmap)
    if mtmd_cpp.mtmd_tokenize(context, chunks, ctypes.byref(text), bitmaps, 1) != 0:
        sys.exit("mtmd_tokenize failed")
    for index in range(mtmd_cpp.mtmd_input_chunks_size(chunks)):
        chunk = mtmd_cpp.mtmd_input_chunks_get(chunks, index)
        if mtmd_cpp.mtmd_input_chunk_get_type(chunk) == mtmd_cpp.MTMD_INPUT_CHUNK_TYPE_IMAGE:
            return chunk
    sys.exit("the prompt has no picture")


def main(text_model, mmproj, threads, rounds, width, height):
    llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
    mtmd_cpp.mtmd_log_set(silent, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    parameters = llama_cpp.llama_model_default_params()
    parameters.vocab_only = True
    model = llama_cpp.llama_model_load_from_file(text_model.encode(), parameters)
    options = mtmd_cpp.mtmd_context_params_default()
    options.use_gpu = False
    options.n_threads = threads
    options.warmup = False
    context = mtmd_cpp.mtmd_init_from_file(mmproj.encode(), model, options)
    if not context:
        sys.exit(f"{mmproj}: the reference engine cannot open it")
    chunk = image_chunk(context, width, height)
    millis = []
    for _ in range(rounds + 1):
        begin = time.monotonic()
        if mtmd_cpp.mtmd_encode_chunk(context, chunk) != 0:
            sys.exit("mtmd_encode_chunk failed")
        millis.append((time.monotonic() - begin) * 1e3)
    print(json.dumps({
        "tokens": mtmd_cpp.mtmd_input_chunk_get_n_tokens(chunk),
        "firstMillis": millis[0],
        "millis": millis[1:],
        "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))
