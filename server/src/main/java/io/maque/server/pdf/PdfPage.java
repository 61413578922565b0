package io.maque.server.pdf;

/**
 * A page as a picture.
 *
 * @param page its number, from 1
 * @param pages how many the document has
 * @param width pixels
 * @param height pixels
 * @param contentType {@code image/png} or {@code image/jpeg}
 * @param bytes the encoded picture
 */
public record PdfPage(
    int page, int pages, int width, int height, String contentType, byte[] bytes) {}
