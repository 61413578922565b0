#!/usr/bin/env python3
"""The reference engine, llama.cpp through llama-cpp-python, as programs that print JSON.

Only its C interface is used, so that no Python runs per token. Times are of the monotonic clock,
which all processes of a machine share: the caller can subtract when it started this process.

usage: reference.py run MODEL PROMPT_FILE TOKENS THREADS CONTEXT
       reference.py streams MODEL TEXT_FILE STREAMS PROMPT_TOKENS TOKENS THREADS
       reference.py score MODEL GOLDEN.gguf THREADS
       reference.py weights MODEL
       reference.py golden GOLDEN.gguf
       reference.py system
"""

import ctypes
import json
import resource
import sys
import time

started = time.monotonic()
import llama_cpp  # noqa: E402

BATCH = 512


@llama_cpp.llama_log_callback
def silent(level, text, user_data):
    """Receives the library's log."""


def load(model, threads, context, batch=BATCH, sequences=1):
    """The model, its vocabulary and a context on it."""
    llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    parameters = llama_cpp.llama_context_default_params()
    parameters.n_ctx = context
    parameters.n_batch = batch
    parameters.n_seq_max = sequences
    parameters.n_threads = parameters.n_threads_batch = threads
    loaded = llama_cpp.llama_model_load_from_file(
        model.encode(), llama_cpp.llama_model_default_params())
    if not loaded:
        sys.exit(f"{model}: the reference engine cannot load it")
    return loaded, llama_cpp.llama_model_get_vocab(loaded), \
        llama_cpp.llama_init_from_model(loaded, parameters)


def tokenize(vocab, text):
    """Token ids of a text, begin token included where the model wants one."""
    ids = (llama_cpp.llama_token * (len(text) + 8))()
    count = llama_cpp.llama_tokenize(vocab, text, len(text), ids, len(ids), True, False)
    return ids[:count]


def decode(context, ids):
    """Runs tokens in batches."""
    for begin in range(0, len(ids), BATCH):
        part = ids[begin:begin + BATCH]
        array = (llama_cpp.llama_token * len(part))(*part)
        if llama_cpp.llama_decode(context, llama_cpp.llama_batch_get_one(array, len(part))) != 0:
            sys.exit("llama_decode failed")


def run(model, prompt_file, tokens, threads, context):
    """Continues a prompt greedily, whatever tokens that gives."""
    imported = time.monotonic()
    imported_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _, vocab, engine = load(model, threads, context)
    loaded = time.monotonic()
    sampler = llama_cpp.llama_sampler_init_greedy()
    ids = tokenize(vocab, open(prompt_file, "rb").read())
    decode(engine, ids)
    token = llama_cpp.llama_sampler_sample(sampler, engine, -1)
    first = time.monotonic()
    generated = [token]
    for _ in range(tokens - 1):
        decode(engine, [token])
        token = llama_cpp.llama_sampler_sample(sampler, engine, -1)
        generated.append(token)
    done = time.monotonic()
    return {
        "started": started,
        "imported": imported,
        "importedKilobytes": imported_kilobytes,
        "firstToken": first,
        "promptTokens": len(ids),
        "completionTokens": tokens,
        "loadMillis": (loaded - imported) * 1e3,
        "promptTokensPerSecond": len(ids) / (first - loaded),
        "decodeTokensPerSecond": (tokens - 1) / (done - first) if tokens > 1 else 0,
        "ids": generated,
    }


def streams(model, text_file, count, prompt_tokens, tokens, threads):
    """Decodes several sequences at once, one token of each in a batch, after a prompt of each."""
    _, vocab, engine = load(model, threads, count * (prompt_tokens + tokens), sequences=count)
    sampler = llama_cpp.llama_sampler_init_greedy()
    ids = tokenize(vocab, open(text_file, "rb").read())
    batch = llama_cpp.llama_batch_init(max(prompt_tokens, count), 0, 1)

    def put(row, token, position, sequence, wanted):
        batch.token[row], batch.pos[row] = token, position
        batch.n_seq_id[row], batch.seq_id[row][0] = 1, sequence
        batch.logits[row] = wanted

    def run_batch(rows):
        batch.n_tokens = rows
        if llama_cpp.llama_decode(engine, batch) != 0:
            sys.exit("llama_decode failed")

    next_tokens = []
    for sequence in range(count):
        for i in range(prompt_tokens):
            put(i, ids[sequence + i], i, sequence, i == prompt_tokens - 1)
        run_batch(prompt_tokens)
        next_tokens.append(llama_cpp.llama_sampler_sample(sampler, engine, -1))
    begin = time.monotonic()
    for position in range(prompt_tokens, prompt_tokens + tokens):
        for sequence, token in enumerate(next_tokens):
            put(sequence, token, position, sequence, 1)
        run_batch(count)
        next_tokens = [llama_cpp.llama_sampler_sample(sampler, engine, row)
                       for row in range(count)]
    return {"tokensPerSecond": count * tokens / (time.monotonic() - begin)}


def golden(path):
    """What f32 arithmetic gives on the quantised weights of a model; see scripts/golden/fidelity.py."""
    import gguf

    fields = gguf.GGUFReader(path).fields
    return {
        "model": fields["golden.model"].contents(),
        "tokens": [int(token) for token in fields["golden.tokens"].contents()],
        "argmax": [int(token) for token in fields["golden.best"].contents()],
        "logprob": [float(value) for value in fields["golden.log_probs"].contents()],
    }


def score(model, golden_path, threads):
    """Log-probabilities of a text in the form that `maque perplexity --json` prints."""
    import numpy

    ids = golden(golden_path)["tokens"]
    _, vocab, engine = load(model, threads, len(ids), len(ids))
    batch = llama_cpp.llama_batch_init(len(ids), 0, 1)
    batch.n_tokens = len(ids)
    for i, token in enumerate(ids):
        batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.logits[i] = token, i, 1, 1
        batch.seq_id[i][0] = 0
    if llama_cpp.llama_decode(engine, batch) != 0:
        sys.exit("llama_decode failed")
    size = llama_cpp.llama_vocab_n_tokens(vocab)
    best, log_probs = [], []
    for i in range(len(ids) - 1):
        logits = numpy.ctypeslib.as_array(
            llama_cpp.llama_get_logits_ith(engine, i), (size,)).astype(numpy.float64)
        largest = logits.max()
        best.append(int(logits.argmax()))
        log_probs.append(float(
            logits[ids[i + 1]] - largest - numpy.log(numpy.exp(logits - largest).sum())))
    return {"tokens": ids, "argmax": best, "logprob": log_probs}


def weights(model):
    """Bytes of weights that a decode step reads: all but an embedding matrix that is only looked up."""
    import gguf

    reader = gguf.GGUFReader(model)
    sizes = {tensor.name: int(tensor.n_bytes) for tensor in reader.tensors}
    looked_up = sizes["token_embd.weight"] if "output.weight" in sizes else 0
    return {"decodeBytes": sum(sizes.values()) - looked_up}


def main():
    program, arguments = sys.argv[1], sys.argv[2:]
    match program:
        case "run":
            result = run(*arguments[:2], *map(int, arguments[2:]))
        case "streams":
            result = streams(*arguments[:2], *map(int, arguments[2:]))
        case "score":
            result = score(*arguments[:2], int(arguments[2]))
        case "weights":
            result = weights(arguments[0])
        case "golden":
            result = golden(arguments[0])
        case "system":
            result = {"version": llama_cpp.__version__,
                      "features": llama_cpp.llama_print_system_info().decode().strip(" |\n")}
        case _:
            sys.exit(__doc__)
    print(json.dumps(result))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
