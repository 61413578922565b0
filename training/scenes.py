"""The pictures of the recipe: one function per kind, which draws and knows what can be asked.

A scene is a Canvas and a list of turns. The first turn says all that the picture shows; it teaches
most and is always kept. All chance comes from the `rng` that is passed in.
"""

import math

import numpy as np
from PIL import Image, ImageFilter

import canvas as draw
from language import COLOURS, LANGUAGES, PLACES, SHAPES, SIGNS, SIZES, TEXTS, Turn
from language import ask, both, number, phrase, talk, word

BLACK = COLOURS[-1]
LARGE = 17.5  # size of the smallest letters that take two rows of patches


def background(rng, dark=0.1):
    """A light background, or a dark one by chance; whether it is dark."""
    if rng.random() < dark:
        return tuple(rng.randint(10, 60) for _ in range(3)), True
    if rng.random() < 0.5:
        return (255, 255, 255), False
    base = rng.randint(228, 255)
    return tuple(min(255, base + rng.randint(-8, 8)) for _ in range(3)), False


def shade(rng, colour, spread=18):
    return tuple(max(0, min(255, part + rng.randint(-spread, spread))) for part in colour["rgb"])


def ink(rng, dark):
    """An ink for plain text: nearly black, or nearly white on dark."""
    return tuple(rng.randint(215, 255) for _ in range(3)) if dark else tuple(rng.randint(0, 70) for _ in range(3))


def join(language, parts):
    return ("、" if language == "zh" else ", ").join(parts)


def shapes(rng):
    paper, dark = background(rng)
    canvas = draw.Canvas(rng, paper)
    colours = COLOURS[:-1] if dark else COLOURS
    count = rng.choice((1, 2, 2, 3, 3, 4, 4, 5, 5, 6))
    cells = sorted(rng.sample(range(9), count))
    palette = rng.sample(colours, rng.randint(1, len(colours)))
    kinds = rng.sample(SHAPES, rng.randint(1, len(SHAPES)))
    found = []
    for cell in cells:
        colour, kind, size = rng.choice(palette), rng.choice(kinds), rng.randrange(2)
        radius, jitter = (rng.uniform(15.5, 19), 2.5) if size else (rng.uniform(7, 10.5), 8)
        x = (cell % 3 + 0.5) * draw.SIDE / 3 + rng.uniform(-jitter, jitter)
        y = (cell // 3 + 0.5) * draw.SIDE / 3 + rng.uniform(-jitter, jitter)
        canvas.shape(kind["en"], colour["en"], shade(rng, colour), x, y, radius)
        found.append((cell, colour, kind, SIZES[size]))
    return canvas, shape_turns(rng, found)


def ruled(rng, y, size):
    """The middle of a line of text that is to stand at about y.

    Text stands on the rows of patches, small letters in one row and large ones in two: a tower this
    small learns characters ten times as fast as when they may be cut at any height.
    """
    half = draw.PATCH / 2 if size < LARGE else 0
    row = round((y - half) / draw.PATCH)
    return min(max(row, half == 0), draw.GRID - 1) * draw.PATCH + half + rng.uniform(-1.5, 1.5)


def shape_turns(rng, found):
    def describe(language):
        if language == "zh":
            return "、".join(PLACES[p]["zh"] + s["zh"] + c["zh"] + k["zh"] for p, c, k, s in found)
        return ", ".join(f"{s['en']} {c['en']} {k['en']} {PLACES[p]['en']}" for p, c, k, s in found)

    turns = [ask(rng, "shapes.describe", both(describe)), ask(rng, "shapes.count", len(found))]
    colour = rng.choice(found)[1] if rng.random() < 0.8 else rng.choice(COLOURS)
    turns.append(ask(rng, "shapes.count_colour", sum(f[1] is colour for f in found), colour=colour))
    kind = rng.choice(found)[2] if rng.random() < 0.8 else rng.choice(SHAPES)
    many = {"en": kind["plural"], "zh": kind["zh"]}
    turns.append(ask(rng, "shapes.count_kind", sum(f[2] is kind for f in found), kinds=many, kind=kind))
    for place, colour, kind, size in rng.sample(found, min(2, len(found))):
        name = both(lambda language: colour[language] + (" " if language == "en" else "") + kind[language])
        turns.append(ask(rng, "shapes.at", name, place=PLACES[place]))
        if sum(f[2] is kind for f in found) == 1:
            turns.append(ask(rng, "shapes.colour", colour, kind=kind))
        if sum(f[1] is colour for f in found) == 1:
            turns.append(ask(rng, "shapes.kind", kind, colour=colour))
        if sum(f[1] is colour and f[2] is kind for f in found) == 1:
            turns.append(ask(rng, "shapes.place", PLACES[place], colour=colour, kind=kind))
            turns.append(ask(rng, "shapes.size", size, colour=colour, kind=kind))
    colour, kind = (rng.choice(found)[1:3]) if rng.random() < 0.4 else (rng.choice(COLOURS), rng.choice(SHAPES))
    there = any(f[1] is colour and f[2] is kind for f in found)
    turns.append(ask(rng, "shapes.exists", TEXTS["yes"] if there else TEXTS["no"], colour=colour, kind=kind))
    missing = [shape for shape in SHAPES if all(f[2] is not shape for f in found)]
    if missing and rng.random() < 0.3:
        turns.append(ask(rng, "shapes.colour", TEXTS["absent"], kind=rng.choice(missing)))
    return turns


def text(rng):
    paper, dark = background(rng)
    canvas = draw.Canvas(rng, paper)
    colour = rng.choice(COLOURS) if rng.random() < 0.5 else BLACK
    if dark and colour is BLACK:
        rgb, colour = ink(rng, dark), None
    else:
        rgb = shade(rng, colour) if colour is not BLACK else ink(rng, False)
        if colour["en"] in ("yellow", "pink", "orange"):
            rgb = tuple(max(0, part - 12) for part in colour["rgb"])
    lines, kinds = [], []
    for _ in range(rng.choice((1, 1, 2, 2, 3))):
        kind = rng.choice(("word", "word", "number", "phrase"))
        lines.append({"word": word, "number": number, "phrase": phrase}[kind](rng))
        kinds.append(kind)
    band = draw.SIDE / len(lines)
    for i, line in enumerate(lines):
        path = rng.choice(draw.CHINESE if kinds[i] == "phrase" else draw.LATIN + draw.CHINESE[:1])
        size = rng.uniform(13, 34)
        size = max(9, min(size, size * 120 / canvas.width(line, path, size)))
        width = canvas.width(line, path, size)
        x = rng.uniform(3, max(3, 125 - width))
        y = ruled(rng, band * (i + 0.5) + rng.uniform(-1, 1) * max(0, band / 2 - size * 0.7), size)
        canvas.text(x, y, line, path, size, rgb, colour and colour["en"])
    turns = [ask(rng, "text.read", " ".join(lines))]
    if len(lines) == 1 and kinds[0] != "phrase":
        turns.append(ask(rng, "text." + kinds[0], lines[0]))
    if len(lines) >= 2:
        turns += [ask(rng, "text.first", lines[0]), ask(rng, "text.second", lines[1])]
        if kinds.count("number") == 1:
            turns.append(ask(rng, "text.number", lines[kinds.index("number")]))
        if kinds.count("word") == 1:
            turns.append(ask(rng, "text.word", lines[kinds.index("word")]))
    if colour:
        turns.append(ask(rng, "text.colour", colour))
    return canvas, turns


def printed(rng, kind, language, answer, /, **values):
    """A turn in the language that is printed in the picture."""
    template = rng.choice(TEXTS["questions"][kind][language])
    return Turn(kind, language, template.format(**values), str(answer))


def table_style(rng, language):
    """Font and size, ink and paper of a table, and its canvas."""
    paper, dark = background(rng, dark=0.05)
    path = rng.choice(draw.CHINESE if language == "zh" else draw.LATIN)
    return draw.Canvas(rng, paper), path, rng.uniform(11.5, 14), ink(rng, dark)


def rows_of(rng, count):
    """Height of the rows of a table, and the middle of the first."""
    height = draw.PATCH * (2 if count <= 4 and rng.random() < 0.4 else 1)
    return height, ruled(rng, rng.uniform(0, draw.SIDE - height * (count - 1)), 0)


def table(rng):
    language = rng.choice(LANGUAGES)
    canvas, path, size, rgb = table_style(rng, language)
    items = rng.sample(TEXTS["items"][language], rng.randint(2, 4))
    columns = [column[language] for column in rng.sample(TEXTS["columns"], rng.randint(1, 2))]
    values = [rng.sample(range(1, rng.choice((10, 100, 100, 1000))), len(items)) for _ in columns]
    left = rng.uniform(4, 8)
    size = min(size, *(size * 35 / canvas.width(text, path, size) for text in columns + items))
    edges = [rng.uniform(48, 52) + 39 * i for i in range(len(columns))]
    height, top = rows_of(rng, len(items) + 1)
    for edge, column, entries in zip(edges, columns, values):
        canvas.text(edge, top, column, path, size, rgb)
        for i, entry in enumerate(entries):
            canvas.text(edge, top + height * (i + 1), str(entry), path, size, rgb)
    for i, item in enumerate(items):
        canvas.text(left, top + height * (i + 1), item, path, size, rgb)
    rules = rng.random()
    if rules < 0.7:
        for i in range(len(items) if rules < 0.4 else 1):
            canvas.line([(2, top + height * (i + 0.5)), (126, top + height * (i + 0.5))], (150, 150, 150), 0.6)
    if rules < 0.3:
        for edge in edges:
            canvas.line([(edge - 4, top - 8), (edge - 4, top + height * (len(items) + 0.4))], (150, 150, 150), 0.6)
    rows = [" ".join([item, *(str(entries[i]) for entries in values)]) for i, item in enumerate(items)]
    turns = [printed(rng, "table.read", language, join(language, rows))]
    for _ in range(3):
        row, column = rng.randrange(len(items)), rng.randrange(len(columns))
        turns.append(printed(rng, "table.cell", language, values[column][row], row=items[row], column=columns[column]))
    column = rng.randrange(len(columns))
    best = items[values[column].index(max(values[column]))]
    turns.append(printed(rng, "table.most", language, best, column=columns[column]))
    turns.append(printed(rng, "table.rows", language, len(items)))
    return canvas, turns


def invoice(rng):
    language = rng.choice(LANGUAGES)
    canvas, path, size, rgb = table_style(rng, language)
    items = rng.sample(TEXTS["items"][language], rng.randint(2, 4))
    prices = [rng.randint(1, rng.choice((9, 99, 300))) for _ in items]
    name, serial = TEXTS["invoice"]["title"][language], str(rng.randint(10, 9999))
    left, right = rng.uniform(4, 10), rng.uniform(76, 98)
    height, top = rows_of(rng, len(items) + 2)
    canvas.text(left, top, f"{name} {serial}", path, min(14, size * rng.uniform(1, 1.15)), rgb)
    lines = [*zip(items, map(str, prices)), (TEXTS["invoice"]["total"][language], str(sum(prices)))]
    for i, (label, amount) in enumerate(lines):
        y = top + height * (i + 1)
        canvas.text(left, y, label, path, size, rgb)
        canvas.text(right, y, amount, path, size, rgb)
    if rng.random() < 0.7:
        y = top + height * (len(items) + 0.5)
        canvas.line([(left, y), (124, y)], rgb, 0.7)
    rows = [" ".join(line) for line in [(name, serial), *lines]]
    turns = [printed(rng, "table.read", language, join(language, rows))]
    turns.append(printed(rng, "invoice.total", language, sum(prices)))
    turns.append(printed(rng, "invoice.number", language, serial))
    for row in rng.sample(range(len(items)), 2):
        turns.append(printed(rng, "invoice.price", language, prices[row], row=items[row]))
    return canvas, turns


def spread_values(rng, count):
    """Different values of 1 to 99 whose highest and lowest stand out."""
    while True:
        values = rng.sample(range(1, 100), count)
        ordered = sorted(values)
        if ordered[-1] - ordered[-2] >= 8 and ordered[1] - ordered[0] >= 8:
            return values


def chart_frame(rng):
    """Canvas, paper and ink, labels with their font, and whether values are printed."""
    paper, dark = background(rng)
    language = rng.choice(("en", "en", "zh"))
    labels = rng.choice(TEXTS["labels"][language])
    count = rng.randint(3, 5)
    labels = [labels[i] for i in sorted(rng.sample(range(5), count))]
    path = rng.choice(draw.CHINESE if language == "zh" else draw.LATIN)
    canvas, rgb = draw.Canvas(rng, paper), ink(rng, dark)
    canvas.line([(6, 110), (124, 110)], rgb, 0.8)
    if rng.random() < 0.6:
        canvas.line([(6, 8), (6, 110)], rgb, 0.8)
    return canvas, dark, rgb, labels, path, rng.random() < 0.6


def chart_turns(rng, labels, values, has_values):
    order = sorted(range(len(labels)), key=lambda i: -values[i])
    turns = []
    if has_values:
        rows = [f"{label} {value}" for label, value in zip(labels, values)]
        turns.append(ask(rng, "chart.read", both(lambda language: join(language, rows))))
        for i in rng.sample(range(len(labels)), 2):
            turns.append(ask(rng, "chart.value", values[i], label=labels[i]))
    gaps = [values[a] - values[b] for a, b in zip(order, order[1:])]
    if min(gaps) >= 5:
        sorted_labels = [labels[i] for i in order]
        turn = ask(rng, "chart.order", both(lambda language: join(language, sorted_labels)))
        turns.insert(rng.randrange(2) if turns else 0, turn)
    turns.append(ask(rng, "chart.highest", labels[order[0]]))
    turns.append(ask(rng, "chart.lowest", labels[order[-1]]))
    turns.append(ask(rng, "chart.number", len(labels)))
    return turns


def chart_marks(rng, canvas, rgb, labels, values, path, has_values, floor=109, valleys=False):
    """Labels under the axis and values over their marks, in valleys of a line below; the marks' places."""
    size, step, top = rng.uniform(10.5, 13), 116 / len(labels), rng.uniform(22, 34)
    size = min(size, *(size * (step - 2) / canvas.width(label, path, size) for label in labels))
    places = []
    for i, (label, value) in enumerate(zip(labels, values)):
        x, y = 8 + step * (i + 0.5), floor - (floor - top) * value / max(values)
        canvas.centred(x, ruled(rng, 120, 0), label, path, size, rgb)
        if has_values:
            below = valleys and all(values[j] > value for j in (i - 1, i + 1) if 0 <= j < len(values))
            beside = ruled(rng, y + 14 if below else y - 14, 0)
            canvas.centred(x, beside, str(value), path, min(size, 11.5), rgb)
        places.append((x, y))
    return places, step


def bars(rng):
    canvas, dark, rgb, labels, path, has_values = chart_frame(rng)
    values = spread_values(rng, len(labels))
    places, step = chart_marks(rng, canvas, rgb, labels, values, path, has_values)
    colours = COLOURS[:-1] if dark else COLOURS
    one, width = rng.choice(colours), step * rng.uniform(0.3, 0.42)
    several = rng.random() < 0.5
    for x, y in places:
        colour = rng.choice(colours) if several else one
        canvas.polygon([(x - width, y), (x + width, y), (x + width, 109), (x - width, 109)], shade(rng, colour))
        canvas.object("bar", x, y + 1)
    return canvas, chart_turns(rng, labels, values, has_values)


def line(rng):
    canvas, dark, rgb, labels, path, has_values = chart_frame(rng)
    values, trend = spread_values(rng, len(labels)), None
    ordered, turn = sorted(values), rng.randrange(1, len(values) - 1)
    shape = rng.randrange(6)
    if shape == 0:
        values, trend = ordered, 0
    elif shape == 1:
        values, trend = ordered[::-1], 1
    elif shape in (2, 3):
        rest = ordered[:-1]
        rng.shuffle(rest)
        values, trend = sorted(rest[:turn]) + [ordered[-1]] + sorted(rest[turn:], reverse=True), 2
        if shape == 3:
            values, trend = [100 - value for value in values], 3
    places, _ = chart_marks(rng, canvas, rgb, labels, values, path, has_values, floor=98, valleys=True)
    colour = rng.choice(COLOURS[:-1] if dark else COLOURS)
    tint = shade(rng, colour)
    canvas.line(places, tint, rng.uniform(1.2, 2.6))
    radius = rng.uniform(1.6, 3)
    for x, y in places:
        canvas.polygon([(x + px * radius, y + py * radius) for px, py in draw.OUTLINES["circle"][::4]], tint)
        canvas.object("point", x, y)
    turns = chart_turns(rng, labels, values, has_values)
    if trend is not None:
        turns.insert(1, ask(rng, "chart.trend", TEXTS["trends"][trend]))
    return canvas, turns


def sign(rng):
    paper, _ = background(rng)
    canvas, entry, side = draw.Canvas(rng, paper), rng.choice(SIGNS), rng.uniform(56, 120)
    x, y = (rng.uniform(side / 2 + 2, draw.SIDE - side / 2 - 2) for _ in range(2))
    canvas.sign(entry, x, y, side)
    return canvas, [ask(rng, "sign.meaning", entry), ask(rng, "sign.meaning", entry)]


def unclear(rng):
    """Noise, blobs, gradients and clutter, of which nothing can be said."""
    canvas = draw.Canvas(rng, background(rng, 0.3)[0])
    chance = np.random.default_rng(rng.randrange(2**32))
    way = rng.randrange(4)
    if way < 2:
        picture = np.zeros((draw.SIDE, draw.SIDE, 3))
        for octave in (2, 4, 8, 16, 32, 64):
            noise = chance.normal(size=(octave, octave, 3)) + chance.normal(size=(octave, octave, 1))
            spots = [Image.fromarray(noise[..., i].astype(np.float32)) for i in range(3)]
            spots = [spot.resize((draw.SIDE, draw.SIDE), Image.Resampling.BICUBIC) for spot in spots]
            picture += np.stack([np.asarray(spot) for spot in spots], -1) / octave ** rng.uniform(0.3, 1.2)
        picture = (picture - picture.mean()) / (picture.std() + 1e-6) * rng.uniform(25, 60) + rng.uniform(80, 170)
        canvas.image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
        canvas.scale = 1
    elif way == 2:
        pixels = chance.integers(0, 256, (draw.SIDE, draw.SIDE, 3), dtype=np.uint8)
        canvas.image, canvas.scale = Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(rng.uniform(0, 3))), 1
    else:
        for _ in range(rng.randint(20, 60)):
            points = [(rng.uniform(-20, 148), rng.uniform(-20, 148)) for _ in range(3)]
            canvas.polygon(points, tuple(rng.randrange(256) for _ in range(3)))
        blur = ImageFilter.GaussianBlur(rng.uniform(0.5, 4) * canvas.scale)
        canvas.image = canvas.image.filter(blur)
    turns = []
    for kind in ["picture"] + rng.sample(sorted(TEXTS["questions"]), 3):
        turns.append(wild(rng, kind, TEXTS["unclear"]))
    return canvas, turns


def wild(rng, kind, answer):
    """A question of `kind` with names by chance."""
    shape, items = rng.choice(SHAPES), TEXTS["items"]
    turn = ask(
        rng,
        kind,
        answer,
        colour=rng.choice(COLOURS),
        kind=shape,
        kinds={"en": shape["plural"], "zh": shape["zh"]},
        place=rng.choice(PLACES),
        row=both(lambda language: rng.choice(items[language])),
        column=rng.choice(TEXTS["columns"]),
        label=both(lambda language: rng.choice(rng.choice(TEXTS["labels"][language]))),
    )
    turn.kind = "unclear" if answer is TEXTS["unclear"] else "absent" if answer is TEXTS["absent"] else "pictureless"
    return turn


def page(rng):
    """A picture full of characters, for a tower that learns to see: some hundred labels instead of ten."""
    paper, dark = background(rng)
    canvas = draw.Canvas(rng, paper)
    large = rng.random() < 0.25
    size = rng.uniform(LARGE, 32) if large else rng.uniform(9.5, 15.5)
    for row in range(large, draw.GRID, 1 + large):
        y = ruled(rng, row * draw.PATCH + (0 if large else draw.PATCH / 2), size)
        path, rgb, x = rng.choice(draw.LATIN), ink(rng, dark), rng.uniform(-6, 12)
        while x < draw.SIDE:
            chance = rng.random()
            if chance < 0.25:
                part, face = phrase(rng), rng.choice(draw.CHINESE)
            else:
                part, face = number(rng) if chance < 0.6 else word(rng), path
            canvas.text(x, y, part, face, size, rgb)
            x += canvas.width(part, face, size) + size * rng.uniform(0.3, 1)
    return canvas, []


# Which families of questions have no answer in which picture.
FOREIGN = {
    "shapes": ("chart.", "table.", "invoice.", "sign.", "text."),
    "text": ("shapes.c", "shapes.p", "shapes.s", "chart.", "table.", "invoice.", "sign."),
    "table": ("shapes.c", "shapes.p", "shapes.s", "chart.", "sign."),
    "invoice": ("shapes.c", "shapes.p", "shapes.s", "chart.", "sign."),
    "bars": ("shapes.p", "shapes.s", "table.c", "invoice.", "sign."),
    "line": ("shapes.p", "shapes.s", "table.c", "invoice.", "sign."),
    "sign": ("chart.", "table.", "invoice.", "shapes.p", "shapes.s"),
}
KINDS = {
    "shapes": (shapes, 0.24),
    "text": (text, 0.28),
    "table": (table, 0.13),
    "invoice": (invoice, 0.07),
    "bars": (bars, 0.11),
    "line": (line, 0.08),
    "sign": (sign, 0.05),
    "unclear": (unclear, 0.04),
}


def scene(rng, name=None):
    """A picture of a kind, by chance if no name is given, and its turns: first what shows all."""
    if name is None:
        (name,) = rng.choices(list(KINDS), [weight for _, weight in KINDS.values()])
    canvas, turns = KINDS[name][0](rng)
    first, rest = turns[:1], turns[1:]
    if name != "unclear":
        if rng.random() < 0.35:
            rest.append(ask(rng, "picture", TEXTS["pictures"][name]))
        if rng.random() < 0.3:
            foreign = [kind for kind in TEXTS["questions"] if kind.startswith(FOREIGN[name])]
            rest.append(wild(rng, rng.choice(foreign), TEXTS["absent"]))
    if rng.random() < 0.25:
        rest.append(talk(rng))
    if rng.random() < 0.06:
        turn = wild(rng, rng.choice(sorted(TEXTS["questions"])), TEXTS["pictureless"])
        turn.sees = False
        rest.append(turn)
    rng.shuffle(rest)
    return name, canvas, list({turn.question: turn for turn in first + rest}.values())
