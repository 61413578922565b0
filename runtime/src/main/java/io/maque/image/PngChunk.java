package io.maque.image;

import java.util.zip.CRC32;

/** One chunk of a PNG file: length, type, content, checksum. */
final class PngChunk {
  private static final int TYPE_BYTES = 4;
  private static final int HEAD_BYTES = 4 + TYPE_BYTES;
  private static final int CHECKSUM_BYTES = 4;

  private final Bytes file;
  private final long offset;
  private final Bytes content;

  PngChunk(Bytes file, long offset) {
    this.file = file;
    this.offset = offset;
    this.content = file.slice(offset + HEAD_BYTES, file.u32(offset));
    file.slice(end() - CHECKSUM_BYTES, CHECKSUM_BYTES);
  }

  boolean is(String type) {
    return file.says(offset + 4, type);
  }

  Bytes content() {
    return content;
  }

  /** The content, after its checksum was compared. */
  Bytes verified() {
    CRC32 checksum = new CRC32();
    Bytes covered = file.slice(offset + 4, TYPE_BYTES + content.length());
    checksum.update(covered.array(), covered.offset(), covered.length());
    if (checksum.getValue() != file.u32(end() - CHECKSUM_BYTES)) {
      throw new ImageFormatException(
          "the PNG picture is damaged: the checksum of the chunk at offset %d is wrong; send it again"
              .formatted(offset));
    }
    return content;
  }

  private long end() {
    return offset + HEAD_BYTES + content.length() + CHECKSUM_BYTES;
  }

  /** Whether anything follows; a file may end after its pixels without an end chunk. */
  boolean hasNext() {
    return end() < file.length();
  }

  PngChunk next() {
    return new PngChunk(file, end());
  }
}
