package io.maque.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.tensor.Shape;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GgufWriterTest {
  @TempDir Path folder;

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of(GgufValueType.UINT8, 255L),
        Arguments.of(GgufValueType.UINT8, new int[] {0, 127, 128, 255}),
        Arguments.of(GgufValueType.INT8, -128L),
        Arguments.of(GgufValueType.INT8, new int[] {-128, -1, 127}),
        Arguments.of(GgufValueType.UINT16, 65535L),
        Arguments.of(GgufValueType.UINT16, new int[] {0, 32768, 65535}),
        Arguments.of(GgufValueType.INT16, -32768L),
        Arguments.of(GgufValueType.INT16, new int[] {-32768, 32767}),
        Arguments.of(GgufValueType.UINT32, 4294967295L),
        Arguments.of(GgufValueType.UINT32, new long[] {0, 4294967295L}),
        Arguments.of(GgufValueType.INT32, -2147483648L),
        Arguments.of(GgufValueType.INT32, new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE}),
        Arguments.of(GgufValueType.UINT64, Long.MAX_VALUE),
        Arguments.of(GgufValueType.UINT64, new long[] {0, Long.MAX_VALUE}),
        Arguments.of(GgufValueType.INT64, Long.MIN_VALUE),
        Arguments.of(GgufValueType.INT64, new long[] {Long.MIN_VALUE, -1}),
        Arguments.of(GgufValueType.FLOAT32, (double) 0.1f),
        Arguments.of(GgufValueType.FLOAT32, new float[] {0.1f, Float.NaN, Float.MIN_VALUE}),
        Arguments.of(GgufValueType.FLOAT64, Math.PI),
        Arguments.of(GgufValueType.FLOAT64, new double[] {Math.E, Double.MIN_VALUE}),
        Arguments.of(GgufValueType.BOOL, true),
        Arguments.of(GgufValueType.BOOL, new boolean[] {true, false}),
        Arguments.of(GgufValueType.STRING, "麻雀 \0 🐦"),
        Arguments.of(GgufValueType.STRING, ""),
        Arguments.of(GgufValueType.STRING, List.of("", "好", "x".repeat(100_000))),
        Arguments.of(GgufValueType.STRING, List.of()),
        Arguments.of(GgufValueType.INT32, new int[0]));
  }

  @ParameterizedTest
  @MethodSource("values")
  void roundTripsEveryKind(GgufValueType type, Object value) throws IOException {
    byte[] bytes = bytes(new GgufWriter().put("k", type, value).put("after", "end"));
    GgufMetadata metadata = read(bytes);
    assertThat(metadata.values().get("k"))
        .matches(read -> Objects.deepEquals(read, value), "equals " + value);
    assertThat(metadata.type("k")).isEqualTo(type);
    assertThat(metadata.string("after")).isEqualTo("end");
    assertThat(bytes(new GgufWriter().putAll(metadata)))
        .as("rewritten with the kinds that were read")
        .isEqualTo(bytes);
  }

  @Test
  void choosesCustomaryKinds() throws IOException {
    GgufMetadata metadata =
        read(
            bytes(
                new GgufWriter()
                    .put("count", 2)
                    .put("negative", -1)
                    .put("large", 1L << 32)
                    .put("eps", 1e-5f)
                    .put("on", true)));
    assertThat(metadata.type("count")).isEqualTo(GgufValueType.UINT32);
    assertThat(metadata.type("negative")).isEqualTo(GgufValueType.INT32);
    assertThat(metadata.type("large")).isEqualTo(GgufValueType.INT64);
    assertThat(metadata.type("eps")).isEqualTo(GgufValueType.FLOAT32);
    assertThat(metadata.number("eps")).isEqualTo(1e-5f);
    assertThat(metadata.findBoolean("on")).contains(true);
  }

  @Test
  void keepsBytesThatAreNotUtf8WhenRewriting() throws IOException {
    byte[] file =
        GgufBytes.header(0, 1)
            .key("k", GgufValueType.ARRAY)
            .u32(GgufValueType.STRING.ordinal())
            .u64(1)
            .u64(2)
            .raw((byte) 0xFF, (byte) 0xFE)
            .data(0)
            .toArray();
    assertThat(bytes(new GgufWriter().putAll(read(file)))).isEqualTo(file);
  }

  @Test
  void alignsTensorsAndPadsTheLast() throws IOException {
    byte[] bytes =
        bytes(
            new GgufWriter()
                .put("general.alignment", 64)
                .tensor(tensor("a", new byte[] {1, 2, 3, 4}))
                .tensor(tensor("b", new byte[] {5, 6, 7, 8})));
    assertThat(bytes.length % 64).isZero();
    GgufHeader header = GgufHeader.read("f", MemorySegment.ofArray(bytes));
    assertThat(header.alignment()).isEqualTo(64);
    int second = (int) header.tensors().get(1).offset();
    assertThat(second % 64).isZero();
    assertThat(bytes[second]).isEqualTo((byte) 5);
  }

  @Test
  void streamsTensorsInPieces() throws IOException {
    byte[] data = new byte[4 * 100_000];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) i;
    }
    Path file = folder.resolve("streamed.gguf");
    new GgufWriter()
        .tensor(
            "w",
            TensorType.F32,
            Shape.of(100_000),
            target -> {
              for (int from = 0; from < data.length; from += 1000) {
                target.write(ByteBuffer.wrap(data, from, 1000));
              }
            })
        .write(file);
    try (GgufFile opened = GgufFile.open(file)) {
      assertThat(opened.tensor("w").data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(data);
    }
  }

  @Test
  void leavesTheOldFileAndNoLeftoverWhenATensorIsTooShortOrTooLong() throws IOException {
    Path file = Files.writeString(folder.resolve("model.gguf"), "old");
    for (int size : new int[] {0, 12, 20}) {
      GgufWriter writer =
          new GgufWriter()
              .tensor(
                  "w",
                  TensorType.F32,
                  Shape.of(4),
                  target -> target.write(ByteBuffer.allocate(size)));
      assertThatThrownBy(() -> writer.write(file))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tensor w");
    }
    assertThat(Files.readString(file)).isEqualTo("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void refusesWhatGgufCannotHold() {
    GgufWriter writer = new GgufWriter().put("k", 1);
    assertThatThrownBy(() -> writer.put("k", 2)).hasMessageContaining("key k is already there");
    assertThatThrownBy(() -> writer.put("l", 'c')).hasMessageContaining("no kind for Character");
    writer.tensor(tensor("w", new byte[4]));
    assertThatThrownBy(() -> writer.tensor(tensor("w", new byte[4])))
        .hasMessageContaining("tensor w is already there");
    assertThatThrownBy(() -> bytes(new GgufWriter().put("k", GgufValueType.UINT8, 256L)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("key k: expected a value of kind UINT8, found 256");
    assertThatThrownBy(() -> bytes(new GgufWriter().put("k", GgufValueType.STRING, 1L)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bytes(new GgufWriter().put("general.alignment", 12)))
        .hasMessageContaining("power of two, found 12");
  }

  private static Tensor tensor(String name, byte[] data) {
    return new Tensor(name, TensorType.F32, Shape.of(data.length / 4), MemorySegment.ofArray(data));
  }

  private static GgufMetadata read(byte[] bytes) {
    return GgufHeader.read("f.gguf", MemorySegment.ofArray(bytes)).metadata();
  }

  private static byte[] bytes(GgufWriter writer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.writeTo(Channels.newChannel(bytes));
    return bytes.toByteArray();
  }
}
