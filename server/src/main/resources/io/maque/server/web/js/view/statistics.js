import { el } from "../dom.js";
import { number, t } from "../i18n.js";

/** The line below an answer: how long it took, how fast it came, what was saved by the cache. */
export function statisticsLine(message) {
  const { imageMillis, ttftMillis, tokensPerSecond, completionTokens, promptTokens, cachedTokens } = message.stats ?? {};
  const parts = [];
  if (ttftMillis !== null && ttftMillis !== undefined) parts.push(t("ttft", { time: duration(ttftMillis) }));
  if (imageMillis) parts.push(t("picturesRead", { time: duration(Math.round(imageMillis)) }));
  if (tokensPerSecond) parts.push(t("speed", { speed: number(tokensPerSecond, tokensPerSecond < 100 ? 1 : 0) }));
  if (completionTokens) parts.push(t("tokens", { count: number(completionTokens) }));
  if (cachedTokens) parts.push(t("cached", { cached: number(cachedTokens), prompt: number(promptTokens) }));
  else if (promptTokens) parts.push(t("promptTokens", { count: number(promptTokens) }));
  return parts.length === 0 ? null : el("p", { class: "statistics" }, parts.map((part) => el("span", {}, part)));
}

const duration = (millis) => (millis < 1000 ? `${number(millis)} ms` : `${number(millis / 1000, 1)} s`);
