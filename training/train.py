"""Trains Maque Nano. `python train.py --out FOLDER` starts, or goes on where FOLDER's checkpoint stopped.

The learning rate is constant and falls to nothing over the last `--decay` of the steps. Where a run
goes on, the optimizers begin anew and the rate rises over 100 steps.
"""

import argparse
import collections
import csv
import os
import pathlib
import time

import torch
import torch.nn.functional as F

import batches
from canvas import CHARACTERS, COLOUR, KIND, SLOTS
from model import WIDTH, create
from muon import Muon
from tokenizer import USER

TRAINING, HELD_OUT = "maque-nano", "held-out"


class Student(torch.nn.Module):
    """The model, and beside it the head that is asked what each patch shows while training."""

    def __init__(self, tokenizer):
        super().__init__()
        self.model = create(tokenizer)
        self.model.set_attn_implementation("eager")  # the fused kernel is slow in training on a CPU
        self.sizes = [1 + len(CHARACTERS)] * SLOTS + [1 + len(KIND), 1 + len(COLOUR)]
        self.patches = torch.nn.Linear(WIDTH, sum(self.sizes))
        ends = tokenizer.convert_tokens_to_ids([USER]) + tokenizer.encode("\n")
        self.register_buffer("prefix", torch.tensor([ends]), persistent=False)
        grid = self.model.model.vision_tower.embeddings.position_embedding.weight
        with torch.no_grad():
            grid[1:].copy_(plane_waves(grid.size(1)) * 0.5)

    def see(self, pixels):
        return self.model.model.vision_tower(pixels).last_hidden_state[:, 1:]

    def tell(self, seen, ids, positions, mask):
        """Hidden states of the branches."""
        parts = self.model.model
        embed = parts.language_model.embed_tokens
        prefix = self.prefix.expand(len(ids), 2)
        edge = embed(prefix)
        rows = torch.cat([edge[:, :1], parts.multi_modal_projector(seen), edge[:, 1:], embed(ids)], 1)
        front = torch.arange(batches.PREFIX, device=ids.device).expand(len(ids), -1)
        states = parts.language_model(
            inputs_embeds=rows,
            position_ids=torch.cat([front, positions], 1),
            attention_mask={"full_attention": mask},
            use_cache=False,
        ).last_hidden_state
        return states[:, batches.PREFIX :]

    def logits(self, states):
        return self.model.lm_head(states)


def plane_waves(width):
    """Positions of the patches to begin with: sines and cosines of row and column."""
    half = width // 4
    rates = 1.0 / 30 ** (torch.arange(half) / half)
    row, column = torch.meshgrid(*[torch.arange(batches.GRID).float()] * 2, indexing="ij")
    angles = [place.reshape(-1, 1) * rates * 2 for place in (row, column)]
    return torch.cat([wave(angle) for angle in angles for wave in (torch.sin, torch.cos)], 1)


def patch_classes(student, seen, part):
    """What the patches are taken for, and what they show: characters, object, colour."""
    outputs = student.patches(seen).split(student.sizes, -1)
    for i in range(SLOTS):
        yield "patch.characters", outputs[i], part["slots"][..., i]
    yield "patch.objects", outputs[SLOTS], part["kinds"]
    yield "patch.colours", outputs[SLOTS + 1], part["colours"]


def patch_loss(student, seen, part):
    """Shown and empty patches count alike; colours are entered only where they are asked for."""
    total = 0
    for kind, output, target in patch_classes(student, seen, part):
        losses = F.cross_entropy(output.float().flatten(0, 1), target.flatten(), reduction="none").view_as(target)
        shown = target > 0
        total = total + (losses * shown).sum() / shown.sum().clamp(min=1)
        if kind != "patch.colours":
            total = total + (losses * ~shown).sum() / (~shown).sum()
    return total / len(student.sizes)


def answer_loss(student, states, targets):
    asked = targets != batches.IGNORED
    return F.cross_entropy(student.logits(states[asked]).float(), targets[asked])


def on(device, part):
    return {name: tensor.to(device, non_blocking=True) for name, tensor in part.items()}


@torch.no_grad()
def held_out(student, encoder, device, tells, size=32, count=512):
    """Shares of what is right in pictures of another stream, by kind.

    Of answers, those whose every token is the likeliest, which is what greedy decoding gives; of what
    patches show, those that are recognised.
    """
    student.eval()
    right, asked = collections.Counter(), collections.Counter()
    for number in range(count // size):
        part, turns = batches.batch(HELD_OUT, number, size, encoder)
        part = on(device, part)
        with torch.autocast(device.type, torch.bfloat16):
            seen = student.see(batches.normalized(part["pixels"]))
            for kind, output, target in patch_classes(student, seen, part):
                shown = target > 0
                asked[kind] += shown.sum().item()
                right[kind] += (output.argmax(-1) == target)[shown].sum().item()
            if not tells:
                continue
            states = student.tell(seen, part["ids"], part["positions"], batches.mask(part["branches"], part["sees"]))
            best = student.logits(states).argmax(-1)
        wrong = ((best != part["targets"]) & (part["targets"] != batches.IGNORED)).cpu()
        for row, kept in zip(wrong, turns):
            for turn, begin, end in kept:
                asked[turn.kind] += 1
                right[turn.kind] += not row[begin:end].any()
    student.train()
    return {kind: right[kind] / asked[kind] for kind in sorted(asked)}


class Team:
    """Processes that train one model: each computes the gradients of its pictures and updates its share of the weights.

    Weights and gradients lie in shared memory, so nothing is sent; processes wait for each other twice
    a step. Two processes with a thread each are much faster than one with two threads, which would wait
    after each operation.
    """

    def __init__(self, student, size):
        self.size, self.parameters = size, list(student.parameters())
        if size > 1:
            student.share_memory()
            self.barrier = torch.multiprocessing.get_context("spawn").Barrier(size)
            self.gradients = [[torch.zeros_like(p).share_memory_() for p in self.parameters] for _ in range(size)]

    def wait(self):
        if self.size > 1:
            self.barrier.wait()

    def share(self, rank):
        """Numbers of the parameters that a process updates: much work first, to who has least."""
        loads, shares = [0] * self.size, [[] for _ in range(self.size)]
        for i in sorted(range(len(self.parameters)), key=lambda i: -self.parameters[i].numel()):
            least = loads.index(min(loads))
            loads[least] += self.parameters[i].numel()
            shares[least].append(i)
        return set(shares[rank])

    def gather(self, rank, mine):
        """Gives the parameters of a share the mean gradient of all processes."""
        if self.size == 1:
            return
        for parameter, shared in zip(self.parameters, self.gradients[rank]):
            if parameter.grad is not None:
                shared.copy_(parameter.grad)
        self.wait()
        for i in mine:
            if self.parameters[i].grad is not None:
                self.parameters[i].grad.copy_(sum(gradients[i] for gradients in self.gradients) / self.size)


def optimizers(student, mine, matrix_rate, rate):
    """Muon for the matrices of the layers, Adam for all else; of the parameters whose numbers are `mine`."""
    matrices, others = [], []
    for i, (name, parameter) in enumerate(student.named_parameters()):
        hidden = ".layers." in name or "multi_modal_projector" in name
        if i in mine:
            (matrices if hidden and parameter.ndim == 2 else others).append(parameter)
    return [
        Muon(matrices, lr=matrix_rate),
        torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.95), weight_decay=0.0),
    ]


def save(path, student, state):
    partial = path.with_suffix(".partial")
    torch.save({"student": student.state_dict(), **state}, partial)
    os.replace(partial, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=5100)
    parser.add_argument("--decay", type=float, default=0.4, help="last part of the steps, in which the rate falls")
    parser.add_argument("--seeing", type=int, default=1800, help="first steps, in which the tower learns alone")
    parser.add_argument("--batch", type=int, default=32, help="pictures of a process in a step")
    parser.add_argument("--matrix-rate", type=float, default=0.007)
    parser.add_argument("--rate", type=float, default=7e-4)
    parser.add_argument("--patches", type=float, default=0.5, help="weight of what the patches are asked")
    parser.add_argument("--every", type=float, default=300, help="seconds between checkpoints and held-out figures")
    parser.add_argument("--processes", type=int, default=2, help="processes that train, with a thread each")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw, for each that trains")
    parser.add_argument("--device", type=torch.device, default=torch.device("cpu"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    student = Student(batches.Encoder().tokenizer).to(options.device)
    state = {"step": 0, "seconds": 0.0}
    newest = options.out / "checkpoint.pt"
    if newest.exists():
        saved = torch.load(newest, map_location=options.device)
        student.load_state_dict(saved["student"])
        state = {name: saved[name] for name in state}
        print(f"goes on at step {state['step']}", flush=True)
    team = Team(student, options.processes)
    if team.size == 1:
        train(0, team, student, state, options)
    else:
        torch.multiprocessing.spawn(train, (team, student, state, options), team.size)


def train(rank, team, student, state, options):
    """What each process does until the last step."""
    torch.set_num_threads(1)
    encoder, mine = batches.Encoder(), team.share(rank)
    opts = optimizers(student, mine, options.matrix_rate, options.rate)
    rates = [group["lr"] for o in opts for group in o.param_groups]
    see, tell = torch.compile(student.see), torch.compile(student.tell)
    first, start = state["step"] * team.size + rank, state["step"]
    source = batches.Stream(TRAINING, first, team.size, options.batch, options.seeing * team.size)
    loader = iter(torch.utils.data.DataLoader(source, batch_size=None, num_workers=options.workers, prefetch_factor=4))
    falls = int(options.steps * (1 - options.decay))
    began, marked = time.monotonic() - state["seconds"], time.monotonic()
    losses = {}
    while state["step"] < options.steps:
        step = state["step"]
        scale = min(1, (step - start + 1) / 100, (options.steps - step) / max(1, options.steps - falls))
        for group, rate in zip((group for o in opts for group in o.param_groups), rates):
            group["lr"] = rate * scale
        part = on(options.device, next(loader))
        with torch.autocast(options.device.type, torch.bfloat16):
            seen = see(batches.normalized(part["pixels"]))
            patches = patch_loss(student, seen, part)
            loss = patches * options.patches
            if step >= options.seeing:
                mask = batches.mask(part["branches"], part["sees"])
                states = tell(seen, part["ids"], part["positions"], mask)
                loss = loss + answer_loss(student, states, part["targets"])
        loss.backward()
        team.gather(rank, mine)
        for o in opts:
            o.step()
        student.zero_grad(set_to_none=True)
        team.wait()
        state = {"step": step + 1, "seconds": time.monotonic() - began}
        if rank == 0 and (step + 1) % 25 == 0:
            answers = (loss - patches * options.patches).item()
            losses = {"patches": round(patches.item(), 4), "answers": round(answers, 4)}
            print(step + 1, f"{state['seconds']:.0f}s", losses, flush=True)
        if rank == 0 and (time.monotonic() - marked > options.every or step + 1 == options.steps):
            save(options.out / "checkpoint.pt", student, state)
            shares = held_out(student, encoder, options.device, step >= options.seeing)
            log(options.out / "curve.csv", state, losses, shares)
            marked = time.monotonic()


def log(path, state, losses, shares):
    kinds = ["patch.characters", "patch.objects", "patch.colours", *sorted(batches.KINDS_ASKED)]
    fresh = not path.exists()
    with open(path, "a", newline="") as file:
        writer = csv.writer(file)
        if fresh:
            writer.writerow(["step", "seconds", "patches", "answers", *kinds])
        row = [state["step"], round(state["seconds"]), losses.get("patches", ""), losses.get("answers", "")]
        writer.writerow(row + [round(shares[kind], 4) if kind in shares else "" for kind in kinds])
    print("held out", {kind: round(share, 2) for kind, share in shares.items()}, flush=True)


if __name__ == "__main__":
    main()
