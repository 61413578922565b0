"""A picture in units of the model's 128 pixels, and where on it things are.

Whatever is drawn is also entered in the map of patches: which characters, which object and which
colour each 16x16 patch shows. The map teaches the image tower directly (see train.py); the model
that is exported never sees it.
"""

import functools
import math
import os

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from language import CHARACTERS, COLOURS, SHAPES, SIGNS

SIDE, PATCH = 128, 16
GRID = SIDE // PATCH
SLOTS = 3  # thirds of a patch, from the left, each asked for its character

# Classes of the map; 0 is "nothing".
CHARACTER = {character: 1 + i for i, character in enumerate(CHARACTERS)}
KIND = {name: 1 + i for i, name in enumerate([s["en"] for s in SHAPES] + [s["en"] for s in SIGNS] + ["bar", "point"])}
COLOUR = {colour["en"]: 1 + i for i, colour in enumerate(COLOURS)}
RGB = {colour["en"]: tuple(colour["rgb"]) for colour in COLOURS} | {"white": (250, 250, 250)}

FONTS = os.environ.get("FONTS", "/usr/share/fonts")  # laid out as Debian's packages do
LATIN = [
    f"{FONTS}/truetype/{name}"
    for name in (
        "dejavu/DejaVuSans.ttf",
        "dejavu/DejaVuSans-Bold.ttf",
        "dejavu/DejaVuSerif.ttf",
        "dejavu/DejaVuSansMono.ttf",
        "liberation/LiberationSans-Regular.ttf",
        "liberation/LiberationSans-Bold.ttf",
        "liberation/LiberationSerif-Regular.ttf",
        "liberation/LiberationMono-Regular.ttf",
    )
]
CHINESE = [
    f"{FONTS}/opentype/noto/{name}"
    for name in ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "NotoSerifCJK-Regular.ttc")
]
CHINESE_FACE = 2  # "SC" in the collections


@functools.lru_cache(maxsize=2000)
def font(path, pixels):
    face = CHINESE_FACE if path.endswith(".ttc") else 0
    return ImageFont.truetype(path, pixels, index=face, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=200_000)
def advance(path, pixels, character):
    return font(path, pixels).getlength(character)


def regular(corners, radius=1.0, turn=-90.0):
    angles = [math.radians(turn + 360 * i / corners) for i in range(corners)]
    return [(radius * math.cos(a), radius * math.sin(a)) for a in angles]


def outline(kind):
    """The polygon of a shape in a circle of radius 1; of a circle, 40 corners."""
    if kind == "circle":
        return regular(40, 0.95)
    if kind == "square":
        return [(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)]
    if kind == "triangle":
        return [(0, -0.95), (0.95, 0.75), (-0.95, 0.75)]
    if kind == "diamond":
        return [(0, -1.1), (0.75, 0), (0, 1.1), (-0.75, 0)]
    if kind == "star":
        outer, inner = regular(5, 1.1), regular(5, 0.45, -54)
        return [point for pair in zip(outer, inner) for point in pair]
    a, b = 0.33, 1.0
    return [(-a, -b), (a, -b), (a, -a), (b, -a), (b, a), (a, a), (a, b), (-a, b), (-a, a), (-b, a), (-b, -a), (-a, -a)]


OUTLINES = {shape["en"]: outline(shape["en"]) for shape in SHAPES}


class Canvas:
    def __init__(self, rng, background=(255, 255, 255)):
        self.scale = rng.choice((1, 1, 2))
        side = SIDE * self.scale
        self.image = Image.new("RGB", (side, side), background)
        self.pen = ImageDraw.Draw(self.image)
        self.characters = []
        self.kinds = np.zeros(GRID * GRID, np.int64)
        self.colours = np.zeros(GRID * GRID, np.int64)

    def patch(self, x, y):
        column, row = int(x // PATCH), int(y // PATCH)
        return row * GRID + column if 0 <= column < GRID and 0 <= row < GRID else None

    def polygon(self, points, rgb):
        s = self.scale
        self.pen.polygon([(x * s, y * s) for x, y in points], fill=rgb)

    def line(self, points, rgb, width=1.0):
        s = self.scale
        self.pen.line([(x * s, y * s) for x, y in points], fill=rgb, width=max(1, round(width * s)))

    def object(self, kind, x, y, colour=None, covers=0.0):
        """Enters an object with its centre, and the patches that it covers with its colour."""
        patch = self.patch(x, y)
        if patch is None:
            return
        self.kinds[patch] = KIND[kind]
        if colour is not None:
            for row in range(GRID):
                for column in range(GRID):
                    if math.hypot(column * PATCH + 8 - x, row * PATCH + 8 - y) < covers:
                        self.colours[row * GRID + column] = COLOUR[colour]
            self.colours[patch] = COLOUR[colour]

    def shape(self, kind, colour, rgb, x, y, radius):
        self.polygon([(x + px * radius, y + py * radius) for px, py in OUTLINES[kind]], rgb)
        self.object(kind, x, y, colour, radius * 0.7)

    def sign(self, sign, x, y, side):
        """The marks of a sign, centre (x, y). They are written in thousandths of its side."""
        unit = side / 1000
        for mark in sign["marks"]:
            rgb = RGB[mark["ink"]]
            if "circle" in mark:
                cx, cy, r = (value * unit for value in mark["circle"])
                cx, cy = x - side / 2 + cx, y - side / 2 + cy
                s = self.scale
                self.pen.ellipse([(cx - r) * s, (cy - r) * s, (cx + r) * s, (cy + r) * s], fill=rgb)
            else:
                self.polygon([(x - side / 2 + px * unit, y - side / 2 + py * unit) for px, py in mark["polygon"]], rgb)
        self.object(sign["en"], x, y)

    def width(self, text, path, size):
        pixels = int(size * self.scale)
        return sum(advance(path, pixels, c) for c in text) / self.scale

    def text(self, x, y, text, path, size, rgb, colour=None):
        """A line of text from its left edge and its middle height."""
        pixels, s = int(size * self.scale), self.scale
        self.pen.text((x * s, y * s), text, font=font(path, pixels), fill=rgb, anchor="lm")
        for character in text:
            step = advance(path, pixels, character) / s
            if character in CHARACTER:
                patch = self.patch(x + step / 2, y)
                if patch is not None:
                    self.characters.append((patch, y, x + step / 2, CHARACTER[character]))
                    if colour is not None:
                        self.colours[patch] = COLOUR[colour]
            x += step

    def centred(self, x, y, text, path, size, rgb):
        self.text(x - self.width(text, path, size) / 2, y, text, path, size, rgb)

    def pixels(self):
        """[128, 128, 3] bytes, made smaller as a runtime would."""
        image = self.image if self.scale == 1 else self.image.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        return np.asarray(image)

    def slots(self):
        """[64, 3]: the character whose centre lies in each third of each patch; the upper, then left one of several."""
        slots = np.zeros((GRID * GRID, SLOTS), np.int64)
        for patch, _, x, character in sorted(self.characters):
            third = int(x % PATCH * SLOTS / PATCH)
            if slots[patch, third] == 0:
                slots[patch, third] = character
        return slots
