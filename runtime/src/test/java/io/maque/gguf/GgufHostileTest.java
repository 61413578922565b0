package io.maque.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.maque.fixture.TinyGguf;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A damaged file is refused with our exception or read as it stands; nothing else ever happens. */
class GgufHostileTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Heap that reading a header of a kilobyte may take, classes loaded on the way included. */
  private static final long HEAP_BYTES = 8 << 20;

  @TempDir Path folder;

  private static byte[] validFile() {
    return new TinyGguf(11)
        .put("general.architecture", "llama")
        .put("llama.block_count", 2)
        .put("llama.rope.freq_base", 10000f)
        .put("tokenizer.ggml.tokens", List.of("<unk>", "<s>", "</s>", "▁a", "<0x0A>", ""))
        .put("tokenizer.ggml.scores", new float[] {0, 0, 0, -1, -2, -3})
        .put("tokenizer.ggml.token_type", new int[] {2, 3, 3, 1, 6, 1})
        .put("tokenizer.ggml.add_bos_token", true)
        .put("flags", new boolean[] {true, false})
        .put("big", GgufValueType.UINT64, 1L << 40)
        .put("wide", GgufValueType.FLOAT64, new double[] {Math.PI})
        .tensor("token_embd.weight", TensorType.Q8_0, 32, 4)
        .constant("output_norm.weight", 1, 32)
        .tensor("blk.0.attn_q.weight", TensorType.Q4_0, 32, 2)
        .toBytes();
  }

  @Test
  void refusesAFileCutAnywhere() throws IOException {
    byte[] valid = validFile();
    int end = endOfLastTensor(valid);
    Path file = folder.resolve("cut.gguf");
    for (int length = 0; length < end; length++) {
      byte[] cut = Arrays.copyOf(valid, length);
      assertRefused(length, () -> GgufHeader.read("cut.gguf", MemorySegment.ofArray(cut)));
      if (length % 50 == 0) { // mapping and unmapping costs a millisecond
        Files.write(file, cut);
        assertRefused(length, () -> GgufFile.open(file).close());
      }
    }
    Files.write(file, Arrays.copyOf(valid, end));
    GgufFile.open(file).close();
  }

  private static void assertRefused(int length, ThrowingCallable open) {
    assertThatExceptionOfType(GgufFormatException.class)
        .as("cut to %d bytes", length)
        .isThrownBy(open)
        .withMessageStartingWith("cut.gguf: offset ");
  }

  private static int endOfLastTensor(byte[] valid) {
    return GgufHeader.read("valid.gguf", MemorySegment.ofArray(valid)).tensors().stream()
        .mapToInt(entry -> Math.toIntExact(entry.offset() + entry.byteSize()))
        .max()
        .orElseThrow();
  }

  @Test
  void survivesEveryBitFlip() {
    byte[] bytes = validFile();
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      readOrRefuse("bit " + bit, bytes);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 20260314})
  void survivesRandomDamage(long seed) {
    byte[] valid = validFile();
    Random random = new Random(seed);
    long[] extremes = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 31, 1L << 32, 1L << 61};
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = valid.clone();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        int at = random.nextInt(bytes.length - Long.BYTES);
        if (random.nextBoolean()) {
          bytes[at] = (byte) random.nextInt();
        } else {
          long extreme = extremes[random.nextInt(extremes.length)];
          MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_LONG_UNALIGNED, at, extreme);
        }
      }
      readOrRefuse("seed %d, round %d".formatted(seed, round), bytes);
    }
  }

  private static void readOrRefuse(String damage, byte[] bytes) {
    MemorySegment segment = MemorySegment.ofArray(bytes);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      GgufHeader header = GgufHeader.read("damaged.gguf", segment);
      for (Object value : header.metadata().values().values()) {
        if (value instanceof GgufStrings strings) {
          strings.forEach(String::length);
        }
      }
      for (TensorDirectory.Entry entry : header.tensors()) {
        MemorySegment data = segment.asSlice(entry.offset(), entry.byteSize());
        new Tensor(entry.name(), entry.type(), entry.shape(), data);
      }
    } catch (GgufFormatException e) {
      assertThat(e).as(damage).hasMessageStartingWith("damaged.gguf: ");
    } catch (RuntimeException e) {
      throw new AssertionError(damage, e);
    }
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).as(damage).isLessThan(HEAP_BYTES);
  }

  /**
   * Files of hundreds of megabytes whose one array claims to fill them; sparse, so free to make.
   */
  @Test
  void refusesMetadataThatWouldFillTheHeap() throws IOException {
    assertTooMuch(GgufValueType.UINT8, 100_000_000);
    assertTooMuch(GgufValueType.BOOL, 100_000_000);
    assertTooMuch(GgufValueType.FLOAT64, 60_000_000);
    assertTooMuch(GgufValueType.STRING, 70_000_000);
  }

  private void assertTooMuch(GgufValueType type, long count) throws IOException {
    Path file = folder.resolve("sparse.gguf");
    byte[] header =
        GgufBytes.header(0, 1)
            .key("k", GgufValueType.ARRAY)
            .u32(type.ordinal())
            .u64(count)
            .toArray();
    Files.write(file, header);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(header.length + count * type.minimumBytes());
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertThatThrownBy(() -> GgufFile.open(file).close())
        .as("%d × %s", count, type)
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining("key k")
        .hasMessageContaining("256 MiB");
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(HEAP_BYTES);
  }

  @Test
  void refusesADirectoryThatWouldFillTheHeap() throws IOException {
    GgufBytes bytes = GgufBytes.header(600_000, 0);
    for (int i = 0; i < 600_000; i++) {
      bytes.tensor(Integer.toString(i), 0, 0, 1);
    }
    assertThatThrownBy(bytes::read)
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining("tensor directory")
        .hasMessageContaining("256 MiB");
  }
}
