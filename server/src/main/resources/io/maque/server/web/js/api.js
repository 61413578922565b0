import { ChatError, errorInStream, errorOf } from "./errors.js";
import { preference, setPreference } from "./preferences.js";
import { eventData, jsonLines } from "./sse.js";

let askForKey = async () => null;

/** Who is asked for an API key when the server demands one: (refused) → key, or null. */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

/** Whether a key is kept in this browser. */
export const hasKey = () => preference("key") !== null;

/** Forgets the key. */
export const forgetKey = () => setPreference("key", null);

/** The models that the server offers, as it describes them. */
export async function models() {
  const response = await request("v1/models");
  return (await response.json()).data;
}

let suggested = null;

/** What to fetch on a machine without models, by language: {name, kind, bytes}. */
export async function suggestions() {
  suggested ??= await (await request("page/suggestions")).json();
  return suggested;
}

/** The chunks of a streamed chat completion. Ends with an error when the stream ends early. */
export async function* chatChunks(body, signal) {
  const response = await request("v1/chat/completions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...body, stream: true, stream_options: { include_usage: true } }),
    signal,
  });
  try {
    for await (const data of eventData(response.body)) {
      if (data === "[DONE]") return;
      const chunk = JSON.parse(data);
      if (chunk.error) throw errorInStream(chunk.error);
      yield chunk;
    }
  } catch (error) {
    throw ofStream(error);
  }
  throw new ChatError("broken");
}

/** Pages of a PDF as pictures: {page, pages, width, height, image}, in order. */
export async function* pdfPages(file, { edge, pages }, signal) {
  const query = new URLSearchParams({ edge, ...(pages ? { pages: pages.join(",") } : {}) });
  const response = await request(`page/pdf?${query}`, {
    method: "POST",
    headers: { "Content-Type": "application/pdf" },
    body: file,
    signal,
  });
  try {
    for await (const line of jsonLines(response.body)) {
      if (line.error) throw errorInStream(line.error);
      yield line;
    }
  } catch (error) {
    throw ofStream(error);
  }
}

async function request(path, options = {}) {
  for (let refused = false; ; refused = true) {
    const key = preference("key");
    const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
    const response = await fetch(new URL(path, document.baseURI), { ...options, headers }).catch((error) => {
      throw ofStream(error, "network");
    });
    if (response.ok) return response;
    const error = await errorOf(response);
    if (response.status !== 401) throw error;
    const given = await askForKey(refused || key !== null);
    if (given === null) throw error;
    setPreference("key", given);
  }
}

function ofStream(error, otherwise = "broken") {
  if (error instanceof ChatError || error.name === "AbortError") return error;
  return new ChatError(error instanceof SyntaxError ? "stalled" : otherwise);
}
