/**
 * The public API: messages or text in, pieces of text out.
 *
 * <pre>{@code
 * try (LanguageModel model = LanguageModels.open(Path.of("qwen.gguf"), OpenOptions.DEFAULT)) {
 *   GenerationRequest request =
 *       GenerationRequest.chat("Why is the sky blue?").withMaxTokens(200);
 *   Generation answer = model.generate(request, piece -> System.out.print(piece.text()));
 *   System.out.println(answer.finishReason() + " " + answer.usage());
 * }
 * }</pre>
 *
 * <p>{@link io.maque.generate.LanguageModel} is the place to start; {@code
 * io.maque.boot.LanguageModels} opens one. Must not know HTTP, JSON or the console.
 */
package io.maque.generate;
