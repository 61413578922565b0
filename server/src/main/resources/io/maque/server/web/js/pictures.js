// Files to pictures that a vision model can use: upright, of a type every server reads, and no
// larger than helps. What is sound already is sent byte for byte.
import { randomId } from "./conversation.js";
import { t } from "./i18n.js";

const MAX_FILE_MB = 40;
const MAX_EDGE = 2048;
const KEEP_BYTES = 1_400_000; // sixteen of them, in base64, fit the largest request
const KEEP_TYPES = new Set(["image/png", "image/jpeg", "image/webp"]);
const JPEG_QUALITY = 0.9;

/** A picture record {id, name, type, width, height, blob}; throws a sentence for the reader. */
export async function pictureOf(file, name = file.name) {
  if (file.size > MAX_FILE_MB << 20) throw new Error(t("imageTooLarge", { name, limit: MAX_FILE_MB }));
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
    throw new Error(t("imageUnreadable", { name }));
  });
  try {
    const { width, height } = bitmap;
    const sound = KEEP_TYPES.has(file.type) && file.size <= KEEP_BYTES && Math.max(width, height) <= MAX_EDGE;
    if (sound) return { id: randomId(), name, type: file.type, width, height, blob: file };
    return await redrawn(bitmap, name, file.type === "image/jpeg" ? "image/jpeg" : null);
  } finally {
    bitmap.close();
  }
}

/** The frame that a video shows now, as a picture. */
export function pictureOfFrame(canvas, name) {
  return redrawn(canvas, name, "image/jpeg");
}

async function redrawn(source, name, type) {
  const scale = Math.min(1, MAX_EDGE / Math.max(source.width, source.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(source.width * scale));
  canvas.height = Math.max(1, Math.round(source.height * scale));
  const context = canvas.getContext("2d");
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  // Drawings stay lossless as long as that is not large; photographs become JPEG on white.
  let blob = type === null ? await encoded(canvas, "image/png") : null;
  if (blob === null || blob.size > KEEP_BYTES) {
    context.globalCompositeOperation = "destination-over";
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    blob = await encoded(canvas, "image/jpeg");
  }
  return { id: randomId(), name, type: blob.type, width: canvas.width, height: canvas.height, blob };
}

const encoded = (canvas, type) => new Promise((resolve) => canvas.toBlob(resolve, type, JPEG_QUALITY));
