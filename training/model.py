"""The shape of Maque Nano: LLaVA with a small CLIP tower and a small Qwen2."""

from transformers import CLIPVisionConfig, LlavaConfig, LlavaForConditionalGeneration, Qwen2Config

from canvas import GRID, PATCH, SIDE
from tokenizer import ASSISTANT, END, IMAGE, PAD, USER

WIDTH = 256  # rows of 256 weights are what K-quants take


def config(tokenizer):
    vision = CLIPVisionConfig(
        hidden_size=WIDTH,
        intermediate_size=1024,
        num_hidden_layers=6,
        num_attention_heads=4,
        image_size=SIDE,
        patch_size=PATCH,
        projection_dim=WIDTH,
        hidden_act="quick_gelu",
    )
    text = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=768,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        rope_theta=10_000.0,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.convert_tokens_to_ids(END),
        pad_token_id=tokenizer.convert_tokens_to_ids(PAD),
    )
    return LlavaConfig(
        vision_config=vision,
        text_config=text,
        image_token_index=tokenizer.convert_tokens_to_ids(IMAGE),
        image_seq_length=GRID * GRID,
        vision_feature_layer=-1,
        vision_feature_select_strategy="default",
        projector_hidden_act="gelu",
        tie_word_embeddings=True,
    )


def create(tokenizer):
    return LlavaForConditionalGeneration(config(tokenizer))
