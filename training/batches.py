"""Batches: pictures with all their questions side by side in one sequence.

A sequence is `<|user|>`, the picture's 64 rows, a line end, and then branches: one question with its
answer each (sometimes two in turn). A branch sees the picture and itself, never another branch, and
its positions go on where the picture ends, so each is to the model exactly what a conversation is at
run time, while the picture is computed once for all. A branch of small talk does not even see the
picture and begins right behind `<|user|>`.
"""

import random

import numpy as np
import torch

from canvas import GRID
from language import TEXTS
from scenes import page, scene
from tokenizer import ASSISTANT, END, USER, build

IMAGE_ROWS = GRID * GRID
PREFIX = IMAGE_ROWS + 2  # <|user|>, picture, line end
LENGTH = 96  # tokens of all branches
MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
IGNORED = -100
KINDS_ASKED = [*TEXTS["questions"], "absent", "unclear", "pictureless", "talk"]


class Encoder:
    """Turns to ids and answers, with the cache that so few texts allow."""

    def __init__(self):
        self.tokenizer = build()
        self.user, self.assistant, self.end = self.tokenizer.convert_tokens_to_ids([USER, ASSISTANT, END])
        self.line_end = self.ids("\n")[0]
        self.cache = {}

    def ids(self, text):
        return self.tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids

    def cached(self, text):
        found = self.cache.get(text)
        if found is None:
            found = self.ids(text)
            if len(self.cache) < 100_000:
                self.cache[text] = found
        return found

    def branch(self, turn, follows):
        """Ids of a turn, and for each whether it is part of the answer."""
        question, answer = self.cached(turn.question), self.cached(turn.answer)
        lead = [self.user] if follows else []
        ids = lead + question + [self.assistant] + answer + [self.end]
        return ids, [False] * (len(lead) + len(question) + 1) + [True] * (len(answer) + 1)


def pack(rng, encoder, turns):
    """Branches of one sequence: ids, targets, positions, branch numbers and what sees the picture."""
    ids = np.zeros(LENGTH, np.int64)
    targets = np.full(LENGTH, IGNORED, np.int64)
    positions = np.zeros(LENGTH, np.int64)
    branches = np.zeros(LENGTH, np.int64)
    sees = np.zeros(LENGTH, bool)
    kept, used, branch = [], 0, 0
    for turn in turns:
        follows = used > 0 and turn.sees == kept[-1][0].sees and rng.random() < 0.12
        tokens, answers = encoder.branch(turn, follows)
        if used + len(tokens) > LENGTH:
            continue
        branch += not follows
        start = positions[used - 1] + 1 if follows else PREFIX if turn.sees else 1
        here = slice(used, used + len(tokens))
        ids[here] = tokens
        positions[here] = np.arange(start, start + len(tokens))
        branches[here] = branch
        sees[here] = turn.sees
        for i in range(1, len(tokens)):
            if answers[i]:
                targets[used + i - 1] = tokens[i]
        kept.append((turn, used, used + len(tokens)))
        used += len(tokens)
    branches[used:] = branch + 1
    return (ids, targets, positions, branches, sees), kept


def batch(seed, number, size, encoder, pages=0.0):
    """Batch `number` of the stream `seed`; equal arguments, equal batch. With the turns that were kept.

    `pages` is the share of pictures that are full of characters, of which nothing is asked.
    """
    columns, turns = [], []
    for i in range(size):
        rng = random.Random(f"{seed}/{number}/{i}")
        canvas, asked = page(rng) if rng.random() < pages else scene(rng)[1:]
        packed, kept = pack(rng, encoder, asked)
        pixels = canvas.pixels()
        if rng.random() < 0.15:
            chance = np.random.default_rng(rng.randrange(2**32))
            noise = chance.normal(0, rng.uniform(2, 9), pixels.shape)
            pixels = np.clip(pixels + noise, 0, 255).astype(np.uint8)
        columns.append((pixels, *packed, canvas.slots(), canvas.kinds, canvas.colours))
        turns.append(kept)
    names = ("pixels", "ids", "targets", "positions", "branches", "sees", "slots", "kinds", "colours")
    return {name: torch.from_numpy(np.stack(column)) for name, column in zip(names, zip(*columns))}, turns


class Stream(torch.utils.data.IterableDataset):
    """Fresh batches without end: `first` and every `stride`-th after it; before `seeing` most pictures are pages."""

    def __init__(self, seed, first, stride, size, seeing):
        self.seed, self.first, self.stride, self.size, self.seeing = seed, first, stride, size, seeing

    def __iter__(self):
        torch.set_num_threads(1)
        encoder, worker = Encoder(), torch.utils.data.get_worker_info()
        number, step = self.first, self.stride
        if worker:
            number, step = number + worker.id * step, step * worker.num_workers
        while True:
            pages = 0.6 if number < self.seeing else 0.0
            yield batch(self.seed, number, self.size, encoder, pages)[0]
            number += step


def normalized(pixels):
    """[batch, 3, 128, 128] as the tower wants it."""
    mean, std = (torch.tensor(values, device=pixels.device).view(1, 3, 1, 1) for values in (MEAN, STD))
    return (pixels.permute(0, 3, 1, 2).float() / 255 - mean) / std


def mask(branches, sees):
    """[batch, 1, all, all] to add to scores: 0 where a token sees another, prefix included, -inf where not."""
    size, length = branches.shape
    seen = torch.zeros(size, PREFIX + length, PREFIX + length, dtype=torch.bool, device=branches.device)
    seen[:, :PREFIX, :PREFIX] = True
    seen[:, PREFIX:, 0] = True
    seen[:, PREFIX:, 1:PREFIX] = sees[:, :, None]
    seen[:, PREFIX:, PREFIX:] = branches[:, :, None] == branches[:, None, :]
    return torch.zeros(seen.shape, device=seen.device).masked_fill(~seen.tril(), -torch.inf).unsqueeze(1)
