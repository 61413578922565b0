package io.maque.hub.vocabulary;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of one protobuf message in their order: as much of the encoding as a
 * SentencePiece model needs. Lengths are checked against the message before anything is sliced.
 */
final class ProtobufReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;
  private static final int MAX_VARINT_BITS = 64;

  private final String where;
  private final ByteBuffer message;
  private int field;
  private int wireType;

  /**
   * @param where the document in words, for messages
   */
  ProtobufReader(String where, ByteBuffer message) {
    this.where = where;
    this.message = message.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Goes to the next field; false at the end of the message. */
  boolean next() {
    if (!message.hasRemaining()) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    if (tag >>> 3 == 0 || tag >>> 3 > Integer.MAX_VALUE) {
      throw damaged("a field number");
    }
    return true;
  }

  /** The number of the current field. */
  int field() {
    return field;
  }

  /** The current field, an integer or a truth value. */
  long integer() {
    require(VARINT, "an integer");
    return varint();
  }

  /** The current field, a float. */
  float number() {
    require(FIXED32, "a float");
    return fixed32();
  }

  /** The current field, a text. */
  String text() {
    return StandardCharsets.UTF_8.decode(bytes()).toString();
  }

  /** The current field, a message. */
  ProtobufReader message() {
    return new ProtobufReader(where, bytes());
  }

  /** The current field, bytes. */
  ByteBuffer bytes() {
    require(LENGTH_DELIMITED, "bytes");
    return delimited();
  }

  /** Passes over the current field. */
  void skip() {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> {
        fixed32();
        fixed32();
      }
      case LENGTH_DELIMITED -> delimited();
      case FIXED32 -> fixed32();
      default -> throw damaged("a field of a kind in use");
    }
  }

  private void require(int expected, String words) {
    if (wireType != expected) {
      throw damaged(words);
    }
  }

  private float fixed32() {
    try {
      return message.getFloat();
    } catch (BufferUnderflowException e) {
      throw cutOff(e);
    }
  }

  private ByteBuffer delimited() {
    long length = varint();
    if (length < 0 || length > message.remaining()) {
      throw damaged("a length of at most %d".formatted(message.remaining()));
    }
    ByteBuffer slice = message.slice(message.position(), (int) length);
    message.position(message.position() + (int) length);
    return slice;
  }

  private long varint() {
    long value = 0;
    try {
      for (int shift = 0; shift < MAX_VARINT_BITS; shift += 7) {
        byte bits = message.get();
        value |= (long) (bits & 0x7F) << shift;
        if (bits >= 0) {
          return value;
        }
      }
    } catch (BufferUnderflowException e) {
      throw cutOff(e);
    }
    throw damaged("an integer of at most 64 bits");
  }

  private UnsupportedVocabularyException cutOff(BufferUnderflowException cause) {
    return new UnsupportedVocabularyException(
        "%s: ends within field %d; fetch it again".formatted(where, field), cause);
  }

  private UnsupportedVocabularyException damaged(String expected) {
    return new UnsupportedVocabularyException(
        "%s: expected %s at field %d, byte %d of its message; the file is damaged or no SentencePiece model"
            .formatted(where, expected, field, message.position()));
  }
}
