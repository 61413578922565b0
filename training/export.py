"""Writes a checkpoint of train.py as a model that transformers opens: `python export.py CHECKPOINT FOLDER`."""

import argparse
import pathlib

import torch
from transformers import CLIPImageProcessor, GenerationConfig, LlavaProcessor

from batches import MEAN, STD
from canvas import PATCH, SIDE
from model import create
from tokenizer import END, IMAGE, PAD, TEMPLATE, build


def processor(tokenizer):
    images = CLIPImageProcessor(
        size={"shortest_edge": SIDE},
        crop_size={"height": SIDE, "width": SIDE},
        image_mean=list(MEAN),
        image_std=list(STD),
    )
    return LlavaProcessor(
        images,
        tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        image_token=IMAGE,
        chat_template=TEMPLATE,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    tokenizer = build()
    model = create(tokenizer)
    weights = torch.load(options.checkpoint, map_location="cpu")["student"]
    # What patches show was asked of the tower while it learned; the model has no such head.
    model.load_state_dict({name.removeprefix("model."): w for name, w in weights.items() if name.startswith("model.")})
    end, pad = tokenizer.convert_tokens_to_ids([END, PAD])
    model.generation_config = GenerationConfig(eos_token_id=end, pad_token_id=pad, do_sample=False)
    model.save_pretrained(options.folder)
    processor(tokenizer).save_pretrained(options.folder)


if __name__ == "__main__":
    main()
