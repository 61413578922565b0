#!/usr/bin/env python3
"""Writes runtime/src/test/resources/golden/sampling with Hugging Face transformers as reference.

Each case runs the processors in the order of GenerationMixin._get_logits_processor; the README
beside the golden file says its format.
"""
from pathlib import Path

import torch
from transformers.generation import logits_process as hf

FOLDER = Path(__file__).parents[2] / "runtime/src/test/resources/golden/sampling"
VOCABULARY = 24
CASES = [
    dict(),
    dict(temperature=0.7),
    dict(temperature=1.9),
    dict(topK=5),
    dict(topP=0.8),
    dict(topP=0.3, temperature=2.0),
    dict(minP=0.2),
    dict(minP=0.05, temperature=1.5),
    dict(topK=8, topP=0.7),
    dict(topK=8, topP=0.95, minP=0.15, temperature=1.3),
    dict(repetitionPenalty=1.5),
    dict(repetitionPenalty=0.6, temperature=0.8, topK=10),
    dict(repetitionPenalty=1.3, temperature=1.7, topK=12, topP=0.9, minP=0.1),
]


def processors(case):
    chain = hf.LogitsProcessorList()
    if "repetitionPenalty" in case:
        chain.append(hf.RepetitionPenaltyLogitsProcessor(penalty=case["repetitionPenalty"]))
    if "temperature" in case:
        chain.append(hf.TemperatureLogitsWarper(case["temperature"]))
    if "topK" in case:
        chain.append(hf.TopKLogitsWarper(top_k=case["topK"]))
    if "topP" in case:
        chain.append(hf.TopPLogitsWarper(top_p=case["topP"]))
    if "minP" in case:
        chain.append(hf.MinPLogitsWarper(min_p=case["minP"]))
    return chain


def main():
    torch.manual_seed(20260101)
    lines = []
    for case in CASES:
        logits = (torch.randn(1, VOCABULARY) * 2).to(torch.float32)
        prompt = torch.randint(0, VOCABULARY, (1, 9))
        probabilities = torch.softmax(processors(case)(prompt, logits.clone()), dim=-1)
        lines.append("case " + " ".join(f"{name}={value}" for name, value in case.items()))
        lines.append("prompt " + " ".join(str(id) for id in prompt[0].tolist()))
        lines.append("logits " + " ".join(f"{value:.9g}" for value in logits[0].tolist()))
        lines.append("probabilities " + " ".join(f"{p:.9g}" for p in probabilities[0].tolist()))
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "distributions.txt").write_text("\n".join(lines) + "\n")


main()
