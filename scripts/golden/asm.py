#!/usr/bin/env python3
"""Writes the golden bytes of the assemblers' instructions with GNU as, for x86-64 and 64-bit ARM.

First the corpus:  mvn test -pl runtime -Dtest=AssemblerTest,NeonAssemblerTest -Dmaque.golden=write
Then:              scripts/golden/asm.py

Needs the Debian packages binutils and binutils-aarch64-linux-gnu on x86-64.
"""

import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "runtime/src/test/resources/golden/asm"

# Corpus and golden file: the assembler, and what its source begins with.
TARGETS = {
    ("instructions.txt", "instructions.tsv"): ("as", ".intel_syntax noprefix"),
    ("arm64.txt", "arm64.tsv"): ("aarch64-linux-gnu-as", ".arch armv8.2-a+dotprod+i8mm+fp16"),
}


def assemble(program, prologue, lines):
    """Assembles one instruction a line; returns (listing text, error text)."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "corpus.s"
        source.write_text(prologue + "\n" + "\n".join(lines) + "\n")
        done = subprocess.run(
            [program, "-aln", "--listing-lhs-width=8", "-o", f"{folder}/corpus.o", str(source)],
            capture_output=True, text=True)
    return done.stdout, done.stderr


def write(corpus, golden, program, prologue):
    lines = (ROOT / "runtime/target" / corpus).read_text().splitlines()
    _, errors = assemble(program, prologue, lines)
    refused = {int(number) - 2 for number in re.findall(r"corpus\.s:(\d+): Error", errors)}
    accepted = [line for i, line in enumerate(lines) if i not in refused]
    listing, errors = assemble(program, prologue, accepted)
    if errors:
        raise SystemExit(errors)
    code = {}
    for row in listing.splitlines():
        found = re.match(r"\s*(\d+) [0-9a-f]{4,} ((?:[0-9A-F]{2,} ?)+)\s", row)
        if found:
            code[int(found[1]) - 2] = found[2].replace(" ", "").lower()
    if len(code) != len(accepted):
        raise SystemExit(f"{len(accepted)} instructions, but {len(code)} rows of code in the listing")
    hexes = iter(code[i] for i in range(len(accepted)))
    rows = ["-" if i in refused else next(hexes) for i in range(len(lines))]
    (GOLDEN / golden).write_text("".join(f"{row}\t{line}\n" for row, line in zip(rows, lines)))
    print(f"{golden}: {len(accepted)} instructions, {len(refused)} refused by {program}")


def main():
    for (corpus, golden), (program, prologue) in TARGETS.items():
        write(corpus, golden, program, prologue)


if __name__ == "__main__":
    main()
