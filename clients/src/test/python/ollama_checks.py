"""Ollama's official library for Python against a server: ollama_checks.py URL URL_OF_ONE_THAT_SEES"""

import math
import sys

import ollama

import checks

CLIENT = ollama.Client(host=sys.argv[1], timeout=60)
EYES = ollama.Client(host=sys.argv[2], timeout=60)
HELLO = [{"role": "user", "content": "Hello"}]
GREEDY = {"temperature": 0, "num_predict": 8}


def chat(**changes):
    return CLIENT.chat(**{"model": "tiny", "messages": HELLO, "options": GREEDY, **changes})


def check_list_and_show():
    listed = CLIENT.list().models
    assert "tiny" in [model.model for model in listed]
    assert listed[0].details.format == "gguf" and listed[0].modified_at and listed[0].size > 0
    shown = CLIENT.show("tiny")
    assert shown.template and "completion" in shown.capabilities
    assert shown.modelinfo["general.architecture"] == shown.details.family
    assert CLIENT.ps().models[0].context_length > 0


def check_chat():
    answer = chat()
    assert answer.message.role == "assistant" and answer.message.content
    assert answer.done and answer.done_reason == "length"
    assert answer.eval_count == 8 and answer.prompt_eval_count > 0
    assert answer.total_duration >= answer.eval_duration > 0


def check_chat_stream():
    parts = list(chat(stream=True))
    assert len(parts) > 2
    assert "".join(part.message.content for part in parts) == chat().message.content
    assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True]


def check_leaving_a_stream():
    stream = chat(model="endless", stream=True)
    assert next(stream).message.content
    stream.close()


def check_generate():
    answer = CLIENT.generate("tiny", "Hello", system="Be brief.", options=GREEDY)
    assert answer.response and answer.context and answer.done_reason == "length"
    more = CLIENT.generate("tiny", "More", context=answer.context, options=GREEDY)
    assert len(more.context) > len(answer.context)
    raw = CLIENT.generate("tiny", "Hello", raw=True, options=GREEDY)
    assert raw.response != answer.response
    parts = list(CLIENT.generate("tiny", "Hello", raw=True, options=GREEDY, stream=True))
    assert "".join(part.response for part in parts) == raw.response


def check_loading():
    assert CLIENT.generate("tiny").done_reason == "load"


def check_seed():
    options = {"seed": 7, "temperature": 1, "num_predict": 8}
    assert chat(options=options).message.content == chat(options=options).message.content


def check_options_of_the_library():
    options = ollama.Options(num_ctx=64, num_thread=2, repeat_penalty=1.1, top_k=3, num_predict=2)
    assert chat(options=options).eval_count == 2


def check_embed():
    answer = CLIENT.embed("tiny", ["one", "two"])
    assert len(answer.embeddings) == 2
    assert math.isclose(sum(x * x for x in answer.embeddings[0]), 1, rel_tol=1e-4)
    assert CLIENT.embeddings("tiny", "one").embedding == answer.embeddings[0]


def check_errors():
    error = checks.raises(ollama.ResponseError, lambda: chat(model="none"))
    assert error.status_code == 404 and "none" in error.error
    error = checks.raises(ollama.ResponseError, lambda: chat(options={"warmth": 1}))
    assert error.status_code == 400 and "warmth" in error.error
    error = checks.raises(ollama.ResponseError, lambda: list(chat(model="none", stream=True)))
    assert error.status_code == 404
    error = checks.raises(ollama.ResponseError, lambda: CLIENT.pull("tiny"))
    assert "maque pull" in error.error


def check_images_are_refused():
    messages = [{"role": "user", "content": "what?", "images": [b"\x89PNG"]}]
    error = checks.raises(ollama.ResponseError, lambda: chat(messages=messages))
    assert "cannot read images" in error.error


def check_images_are_read():
    messages = [{"role": "user", "content": "What is it?", "images": [checks.PICTURE]}]
    answer = EYES.chat("tiny", messages, options=GREEDY)
    assert answer.message.content and answer.prompt_eval_count > 4
    answer = EYES.generate("tiny", "What is it?", images=[checks.PICTURE], options=GREEDY)
    assert answer.response and answer.context is None
    assert "vision" in EYES.show("tiny").capabilities


def check_keep_alive():
    assert chat(keep_alive="10m").done
    assert CLIENT.ps().models[0].expires_at


if __name__ == "__main__":
    checks.run(dict(globals()))
