/**
 * Vision-language models: one small class for each, which joins a text model and the image encoder
 * that was trained with it, and says how its prompts show a picture.
 *
 * <p>What all have in common is {@link io.maque.model.multimodal.VisionLanguageModel}. Must not
 * know the engine, nor run anything. The list is {@code boot.VisionLanguageModels}; start at {@link
 * io.maque.model.multimodal.LlavaPhi3}.
 */
package io.maque.model.multimodal;
