// Pictures of the kinds that the demonstration model reads, each with a question, made by its recipe.
import { pictureOf } from "./pictures.js";

const FOLDER = new URL("../samples/", import.meta.url);
let known = null;

/** The samples of a language: {kind, name, url, question}. */
export async function samplesIn(language) {
  known ??= (await fetch(new URL("samples.json", FOLDER))).json();
  return (await known)
    .filter((sample) => sample.language === language)
    .map(({ file, question }) => ({ kind: file.split("-")[0], name: file, url: new URL(file, FOLDER).href, question }));
}

/** The picture of a sample, as if it had been attached. */
export async function pictureOfSample({ url, name }) {
  return pictureOf(await (await fetch(url)).blob(), name);
}
