#!/usr/bin/env python3
"""Writes the golden bytes of the assembler's instructions with GNU as.

First the corpus:  mvn test -pl runtime -Dtest=AssemblerTest -Dmaque.golden=write
Then:              scripts/golden/asm.py
"""

import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "runtime/target/instructions.txt"
GOLDEN = ROOT / "runtime/src/test/resources/golden/asm/instructions.tsv"


def assemble(lines):
    """Assembles one instruction a line; returns (listing text, error text)."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "corpus.s"
        source.write_text(".intel_syntax noprefix\n" + "\n".join(lines) + "\n")
        done = subprocess.run(
            ["as", "-aln", "--listing-lhs-width=8", "-o", f"{folder}/corpus.o", str(source)],
            capture_output=True, text=True)
    return done.stdout, done.stderr


def main():
    lines = CORPUS.read_text().splitlines()
    _, errors = assemble(lines)
    refused = {int(number) - 2 for number in re.findall(r"corpus\.s:(\d+): Error", errors)}
    accepted = [line for i, line in enumerate(lines) if i not in refused]
    listing, errors = assemble(accepted)
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
    GOLDEN.write_text("".join(f"{row}\t{line}\n" for row, line in zip(rows, lines)))
    print(f"{len(accepted)} instructions, {len(refused)} refused by as")


if __name__ == "__main__":
    main()
