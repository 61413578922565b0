#!/usr/bin/env python3
"""Writes runtime/src/test/resources/golden/template with jinja2, set up by transformers for chat templates.

language.json    small templates of our own, and seeded random ones, with what they render to
real.json        contexts, and for each template of llama.cpp a hash of each rendering

  template.py [TEMPLATES]           writes both; TEMPLATES: the folder of .jinja files
  template.py --fuzz FROM TO FILE   writes cases of other seeds, for -Dmaque.template.cases=FILE
"""
import datetime
import hashlib
import json
import pathlib
import sys

import transformers.utils.chat_template_utils as reference
from template_contexts import contexts
from template_fuzz import CONTEXT, expression, template
from template_snippets import snippets

FOLDER = pathlib.Path(__file__).parents[2] / "runtime/src/test/resources/golden/template"
TEMPLATES = pathlib.Path.home() / ".cache/maque/llama.cpp-models/templates"
NOW = (2025, 3, 14, 9, 26, 53, 123456)
SEEDS = 150


class FixedTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(*NOW)


def render(source, context):
    """The text, or None for an error of any kind."""
    try:
        return reference._compile_jinja_template(source).render(**context)
    except Exception:
        return None


def cases(topic, sources):
    for source in sources:
        text = render(source, CONTEXT)
        if text is None or " at 0x" not in text:
            yield {"topic": topic, "template": source, **({"error": True} if text is None else {"text": text})}


def fuzz(start, end):
    yield from cases("random expression", map(expression, range(start, end)))
    yield from cases("random template", map(template, range(start, end)))


def language(rows):
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f'{{"context": {json.dumps(CONTEXT, ensure_ascii=False)},\n"cases": [\n{lines}\n]}}\n'


def short_hash(text):
    return "error" if text is None else hashlib.sha256(text.encode()).hexdigest()[:8]


def real(folder):
    named = list(contexts())
    rows = []
    for path in sorted(folder.glob("*.jinja")):
        source = path.read_bytes().decode()
        hashes = " ".join(short_hash(render(source, context)) for _, context in named)
        rows.append(f"{json.dumps(path.name)}: {json.dumps(hashes)}")
    lines = ",\n".join(json.dumps({"name": n, "context": c}, ensure_ascii=False) for n, c in named)
    return f'{{"contexts": [\n{lines}\n],\n"templates": {{\n' + ",\n".join(rows) + "\n}}\n"


def main(arguments):
    reference.datetime = FixedTime
    if arguments[:1] == ["--fuzz"]:
        pathlib.Path(arguments[3]).write_text(language(fuzz(int(arguments[1]), int(arguments[2]))))
        return
    own = [case for topic, source in snippets() for case in cases(topic, [source])]
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "language.json").write_text(language([*own, *fuzz(0, SEEDS)]))
    folder = pathlib.Path(arguments[0]) if arguments else TEMPLATES
    (FOLDER / "real.json").write_text(real(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
