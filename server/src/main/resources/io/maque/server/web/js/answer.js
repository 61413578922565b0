import { chatChunks } from "./api.js";
import { dataUrl } from "./transfer.js";
import { partReasoning } from "./reasoning.js";

/**
 * Asks for an answer and gathers it: calls `onGrow` with {text, reasoning, thinking} whenever it has
 * grown, and returns {finish, stats, model, seen}; `seen` is what became of each picture that was sent. The time to the first token is the reader's, from sending to what arrived.
 */
export async function gatherAnswer(body, signal, onGrow) {
  let content = "";
  let given = "";
  let finish = null;
  let usage = null;
  let timings = null;
  let seen = [];
  let model = body.model;
  let first = null;
  let last = null;
  const sent = performance.now();
  for await (const chunk of chatChunks(body, signal)) {
    const choice = chunk.choices?.[0];
    usage = chunk.usage ?? usage;
    timings = chunk.timings ?? timings;
    seen = chunk.images ?? seen;
    model = chunk.model ?? model;
    finish = choice?.finish_reason ?? finish;
    const text = choice?.delta?.content ?? "";
    const reasoning = choice?.delta?.reasoning_content ?? "";
    if (text === "" && reasoning === "") continue;
    last = performance.now();
    first ??= last;
    content += text;
    given += reasoning;
    const parted = given === "" ? partReasoning(content) : { reasoning: given, answer: content, thinking: content === "" };
    onGrow({ text: parted.answer, reasoning: parted.reasoning, thinking: parted.thinking });
  }
  return { finish: finish ?? "stop", model, stats: statistics({ sent, first, last, usage, timings }), seen };
}

function statistics({ sent, first, last, usage, timings }) {
  const tokens = usage?.completion_tokens ?? null;
  const seconds = first === null ? 0 : (last - first) / 1000;
  return {
    ttftMillis: first === null ? null : Math.round(first - sent),
    tokensPerSecond: tokens > 1 ? speed(tokens, seconds, timings) : null,
    completionTokens: tokens,
    promptTokens: usage?.prompt_tokens ?? null,
    imageMillis: timings?.image_encode_ms === undefined ? null : timings.image_decode_ms + timings.preprocess_ms + timings.image_encode_ms,
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? null,
  };
}

/** As the server clocked it: pieces of a fast answer arrive many at a time. */
function speed(tokens, seconds, timings) {
  return timings?.decode_tokens_per_second ?? (seconds > 0 ? (tokens - 1) / seconds : null);
}

/** The request that asks for the message after `messages`: what is shown is what is sent. */
export async function requestBody(library, conversation, messages) {
  const system = conversation.system.trim() === "" ? [] : [{ role: "system", content: conversation.system }];
  const said = await Promise.all(messages.filter((message) => message.text || message.images?.length).map((message) => wireMessage(library, message)));
  return { model: conversation.model, messages: [...system, ...said], ...conversation.sampling };
}

async function wireMessage(library, { role, text, images }) {
  if (!images?.length) return { role, content: text };
  const pictures = await Promise.all(images.map((image) => library.image(image.id)));
  const parts = await Promise.all(pictures.map(async (picture) => ({ type: "image_url", image_url: { url: await dataUrl(picture.blob) } })));
  return { role, content: text ? [...parts, { type: "text", text }] : parts };
}
