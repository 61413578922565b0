/**
 * Pictures with questions whose answers are known, drawn fresh from a seed: shapes, printed text,
 * tables, invoices, charts, signs, and pictures that show nothing. Two languages. They are of the
 * kinds that Maque Nano is trained on, and good for any vision-language model.
 *
 * <p>Questions, names and the marks of signs are data ({@code language.json}, {@code signs.json})
 * that the recipe in {@code training/} reads too; the drawing is this package's own, with other
 * fonts, sizes and words. Must not know models or servers.
 *
 * <p>Start at {@link io.maque.lab.cases.Cases}.
 */
package io.maque.lab.cases;
