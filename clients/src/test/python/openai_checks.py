"""The official OpenAI library for Python against a server: openai_checks.py URL URL_OF_ONE_THAT_SEES"""

import base64
import math
import sys

import openai

import checks

URL = sys.argv[1]
CLIENT = openai.OpenAI(base_url=f"{URL}/v1", api_key="none", timeout=60)
EYES = openai.OpenAI(base_url=f"{sys.argv[2]}/v1", api_key="none", timeout=60)
HELLO = [{"role": "user", "content": "Hello"}]
SHORT = {"model": "tiny", "messages": HELLO, "max_tokens": 8, "temperature": 0}


def chat(**changes):
    return CLIENT.chat.completions.create(**{**SHORT, **changes})


def check_models():
    assert "tiny" in [model.id for model in CLIENT.models.list()]
    assert CLIENT.models.retrieve("tiny").owned_by == "maque"


def check_chat():
    answer = chat()
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 8
    assert answer.usage.prompt_tokens > 0


def check_stream_with_usage():
    chunks = list(chat(stream=True, stream_options={"include_usage": True}))
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == chat().choices[0].message.content
    assert chunks[-1].usage.completion_tokens == 8
    assert all(chunk.usage is None for chunk in chunks[:-1])


def check_stream_helper():
    # The helper takes an answer that reached its limit for broken: let it end by itself.
    stop = chat().choices[0].message.content[2]
    with CLIENT.chat.completions.stream(**SHORT, stop=stop) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_completion()
    assert "content.delta" in kinds and "content.done" in kinds
    assert final.choices[0].message.content == chat(stop=stop).choices[0].message.content


def check_leaving_a_stream():
    stream = chat(model="endless", stream=True)
    assert next(iter(stream)).choices
    stream.close()


def check_seed_and_n():
    first, second = (chat(temperature=1, seed=7, n=3) for _ in range(2))
    texts = [choice.message.content for choice in first.choices]
    assert len(set(texts)) == 3
    assert texts == [choice.message.content for choice in second.choices]


def check_stop():
    whole = chat().choices[0].message.content
    cut = chat(stop=[whole[2]]).choices[0]
    assert cut.message.content == whole[: whole.index(whole[2])]
    assert cut.finish_reason == "stop"


def check_logprobs():
    tokens = chat(logprobs=True, top_logprobs=2).choices[0].logprobs.content
    assert len(tokens) == 8
    assert all(token.logprob <= 0 and len(token.top_logprobs) == 2 for token in tokens)


def check_completions():
    answer = CLIENT.completions.create(
        model="tiny", prompt="Hello", max_tokens=4, echo=True, logprobs=1)
    assert answer.choices[0].text.startswith("Hello")
    assert answer.choices[0].logprobs.token_logprobs[0] is None


def check_embeddings():
    # The library asks for base64 by itself and decodes it.
    vectors = CLIENT.embeddings.create(model="tiny", input=["one", "two"]).data
    assert len(vectors) == 2
    assert math.isclose(sum(x * x for x in vectors[0].embedding), 1, rel_tol=1e-4)
    floats = CLIENT.embeddings.create(model="tiny", input="one", encoding_format="float").data
    assert all(math.isclose(a, b, abs_tol=1e-6)
               for a, b in zip(floats[0].embedding, vectors[0].embedding, strict=True))


def check_errors():
    error = checks.raises(openai.BadRequestError, lambda: chat(temperature=9))
    assert error.param == "temperature" and error.type == "invalid_request_error"
    error = checks.raises(openai.NotFoundError, lambda: chat(model="none"))
    assert error.code == "model_not_found"
    error = checks.raises(openai.BadRequestError, lambda: chat(extra_body={"tmp": 1}))
    assert error.code == "unknown_parameter"


def check_images_are_refused():
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
    error = checks.raises(
        openai.BadRequestError, lambda: chat(messages=[{"role": "user", "content": [image]}]))
    assert "cannot read images" in str(error)


def check_images_are_read():
    url = "data:image/png;base64," + base64.b64encode(checks.PICTURE).decode()
    parts = [{"type": "image_url", "image_url": {"url": url, "detail": "low"}},
             {"type": "text", "text": "What is it?"},
             {"type": "image_url", "image_url": {"url": url}}]
    answer = EYES.chat.completions.create(
        model="tiny", messages=[{"role": "user", "content": parts}], max_tokens=4, temperature=0)
    assert answer.choices[0].message.content
    assert answer.usage.prompt_tokens_details.image_tokens == 8
    assert [image["original"] for image in answer.images] == [{"width": 3, "height": 2}] * 2
    assert "vision" in EYES.models.retrieve("tiny").capabilities


if __name__ == "__main__":
    checks.run(dict(globals()))
