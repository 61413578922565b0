/**
 * Pages of PDF documents as pictures. PDFBox draws them in a process of its own, with little memory
 * and little time: a document made to exhaust either takes nothing but that process with it.
 *
 * <p>Must not know HTTP, models or the page. Start at {@link io.maque.server.pdf.PdfPages}; what
 * runs on the other side is {@link io.maque.server.pdf.PdfWorker}, the wire between them {@link
 * io.maque.server.pdf.PdfFrames}.
 */
package io.maque.server.pdf;
