package io.maque.hub.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.hub.reference.HubException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and hostile files of weights: one of our exceptions, and nothing executed. */
class CheckpointHostileTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/convert");
  private static final long SEED = 7;

  @TempDir private Path folder;

  private Checkpoint open(byte[] content) throws IOException {
    return Checkpoint.ofFile(Files.write(folder.resolve("weights"), content));
  }

  private static byte[] safetensors(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}; expected 8 bytes",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,80]}}; within the 8 of the file",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}; within the 8 of the file",
        "{'a':{'dtype':'F9','shape':[2],'data_offsets':[0,8]}}; expected one of F64",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}; up to byte 4",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}; expected to begin at byte 0",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}};"
            + " expected to begin at byte 8",
        "{'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,8]}}; more elements"
            + " than any file",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}; a whole number of at least 0",
        "{'a':{'dtype':'F32','shape':2,'data_offsets':[0,8]}}; expected an array",
        "{'a':{'dtype':'F32','shape':[1,1,1,1,1,1,1,1,2],'data_offsets':[0,8]}}; at most 8 extents",
        "{'a':7}; expected a text",
        "[]; expected an object",
        "{'a':; not a JSON document",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'a':{}}; not a JSON document"
      })
  void safetensorsWithAFalseHeader(String header, String sentence) {
    assertThatThrownBy(() -> open(safetensors(header.replace('\'', '"'), 8)))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("weights")
        .hasMessageContaining(sentence);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1, 1 << 30, Long.MAX_VALUE})
  void safetensorsWithAFalseLength(long length) {
    byte[] file = safetensors("{}", 64);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("expected a safetensors header of at most");
  }

  @Test
  void anIndexLeadsNowhereElse() throws IOException {
    for (String shard : new String[] {"../x", "/etc/passwd", "a/b", "..", ".x", "", "a\\b"}) {
      Files.writeString(
          folder.resolve("model.safetensors.index.json"),
          "{\"weight_map\":{\"a\":\"%s\"}}".formatted(shard.replace("\\", "\\\\")));
      assertThatThrownBy(() -> Checkpoint.open(folder))
          .as(shard)
          .isInstanceOf(HubException.class)
          .hasMessageContaining("expected the name of a file in the same folder");
    }
    Files.write(folder.resolve("one.safetensors"), safetensors("{}", 0));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"one.safetensors\"}}");
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .hasMessageContaining("tensor a: expected in one of 1 files");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "qwen2/model.safetensors",
        "minigpt4-llama2/checkpoint.pth",
        "minigpt4-llama2/eva_vit_g.pth",
        "minigpt4-vicuna/blip2.pth"
      })
  void filesCutAnywhere(String name) throws IOException {
    byte[] whole = Files.readAllBytes(GOLDEN.resolve(name));
    for (int length = 0; length < whole.length; length += 1 + whole.length / 100) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> open(cut).close())
          .as("%d bytes of %s", length, name)
          .isInstanceOf(HubException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "qwen2/model.safetensors",
        "minigpt4-llama2/checkpoint.pth",
        "minigpt4-vicuna/blip2.pth"
      })
  void aFlippedBitIsReadOrRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(GOLDEN.resolve(name));
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] flipped = whole.clone();
      // Pickles stand at the front of a stream, headers at the front, directories at the end.
      int range = Math.min(whole.length, 6000);
      int at = i % 2 == 0 ? random.nextInt(range) : whole.length - 1 - random.nextInt(range);
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      try (Checkpoint checkpoint = open(flipped)) {
        assertThat(checkpoint.files()).hasSize(1);
      } catch (HubException expected) {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", SEED).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "posix, system",
    "builtins, eval",
    "__builtin__, exec",
    "subprocess, Popen",
    "torch, load",
    "torch._utils, _rebuild_sparse_tensor",
    "argparse, Namespace",
    "numpy.core.multiarray, _reconstruct"
  })
  void whatAPickleImportsIsRefusedByName(String module, String name) throws IOException {
    byte[] program =
        ("c%s\n%s\n(X\u0005\0\0\0touch tR.".formatted(module, name))
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> open(archive(program)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("found %s.%s".formatted(module, name))
        .hasMessageContaining("would run code");
  }

  @Test
  void theSameByNamesFromTheStack() throws IOException {
    byte[] program = {
      (byte) 0x80,
      4,
      (byte) 0x8c,
      2,
      'o',
      's',
      (byte) 0x8c,
      6,
      's',
      'y',
      's',
      't',
      'e',
      'm',
      (byte) 0x93,
      '.'
    };
    assertThatThrownBy(() -> open(archive(program)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("found os.system");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // A list that contains itself, as the document and as key.
        "]q\0h\0a.",
        "}]q\0h\0ah\0K\1s.",
        // Nothing on the stack, no mark, an unknown operation, calls of what is no function.
        "0.",
        "t.",
        "K\1t.",
        "i.",
        "}}R.",
        "K\1)R.",
        // More than there is.
        "X\377\377\377\177",
        "\212\377",
        "h\7."
      })
  void programsThatMakeNoSense(String program) {
    assertThatThrownBy(() -> open(archive(program.getBytes(StandardCharsets.ISO_8859_1))))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void deepPicklesNeedNoDeepStack() {
    byte[] deep = new byte[200_001];
    Arrays.fill(deep, 0, 100_000, (byte) ']');
    Arrays.fill(deep, 100_000, 200_000, (byte) 'a');
    deep[200_000] = '.';
    assertThatThrownBy(() -> open(archive(deep))).isInstanceOf(CheckpointException.class);
  }

  @Test
  void aTensorBeyondItsStorageIsRefused() throws IOException {
    // {'a': _rebuild_tensor_v2(storage '0' of 1 float, offset 0, (1024,), (1024,))}
    ByteArrayOutputStream program = new ByteArrayOutputStream();
    program.writeBytes(
        "}X\1\0\0\0actorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0000X\3\0\0\0cpuK\1tQK\0"
            .getBytes(StandardCharsets.ISO_8859_1));
    program.writeBytes("M\0\4\205M\0\4\205tRs.".getBytes(StandardCharsets.ISO_8859_1));
    byte[] bytes = program.toByteArray();
    assertThatThrownBy(() -> open(archive(bytes)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tensor a: expected its elements in storage 0, found 4 bytes");
  }

  /** What torch.save writes around a pickle, with one storage of four bytes. */
  private static byte[] archive(byte[] pickle) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "archive/data.pkl", pickle);
      put(zip, "archive/data/0", new byte[4]);
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 sum = new CRC32();
    sum.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
