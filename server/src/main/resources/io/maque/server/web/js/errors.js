import { t } from "./i18n.js";

/**
 * What went wrong, in a form that can be kept with a message and told in any language: a kind (a key
 * under "error" in the catalogue), the server's own sentence, and when to try again.
 */
export class ChatError extends Error {
  constructor(kind, { detail = "", retryAfter = null, status = 0 } = {}) {
    super(detail || kind);
    Object.assign(this, { kind, detail, retryAfter, status });
  }

  /** A plain object for the store. */
  record() {
    return { kind: this.kind, detail: this.detail, retryAfter: this.retryAfter };
  }
}

const KIND_OF_STATUS = { 401: "key", 403: "forbidden", 404: "missing", 413: "large", 429: "rate", 503: "busy" };

/** The error in a response that is not a success. */
export async function errorOf(response) {
  const error = (await response.json().catch(() => null))?.error;
  const detail = typeof error === "string" ? error : (error?.message ?? "");
  const seconds = Number(response.headers.get("Retry-After"));
  return new ChatError(kindOf(response.status, error), {
    detail,
    status: response.status,
    retryAfter: seconds > 0 ? seconds : null,
  });
}

/** The error in an event of a stream that began as a success. */
export const errorInStream = (error) => new ChatError(kindOf(error.status ?? 500, error), { detail: error.message ?? "" });

function kindOf(status, error) {
  if (error?.code === "context_length_exceeded") return "context";
  if (error?.code === "images_not_supported") return "images";
  return KIND_OF_STATUS[status] ?? (status >= 500 ? "server" : "request");
}

/** An error record as sentences for the reader. */
export function sentences({ kind, detail, retryAfter }) {
  const hint = retryAfter ? t("error.again", { seconds: retryAfter }) : "";
  return { summary: [t(`error.${kind}`), hint].filter(Boolean).join(" "), detail };
}
