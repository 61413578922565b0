package io.maque.quant;

import io.maque.tensor.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the files under {@code golden/quant}; see the README there. */
final class GoldenBlocks {

  private GoldenBlocks() {}

  static byte[] blocks(TensorType type) {
    return bytes(type + ".blocks");
  }

  static float[] values(TensorType type) {
    return floats(type + ".values");
  }

  static float[] valuesToEncode(TensorType type) {
    return floats(type.blockSize() == 256 ? "encode256.values" : "encode.values");
  }

  static byte[] encoded(TensorType type) {
    return bytes(type + ".encoded");
  }

  private static float[] floats(String name) {
    byte[] bytes = bytes(name);
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private static byte[] bytes(String name) {
    try (InputStream stream = GoldenBlocks.class.getResourceAsStream("/golden/quant/" + name)) {
      if (stream == null) {
        throw new IllegalStateException("no file golden/quant/" + name);
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
