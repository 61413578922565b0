package io.maque.hub.builtin;

import io.maque.hub.transfer.Disk;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;

/** A model in the box of two files with random bytes; another seed is another version. */
public final class SmallBox {
  public static final String MODEL = "small.gguf";
  static final String PROJECTOR = "mmproj-small.gguf";

  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final StringBuilder list = new StringBuilder();

  SmallBox(int seed) {
    Random random = new Random(seed);
    add(MODEL, random, 300_001);
    add(PROJECTOR, random, 100_000);
  }

  private void add(String name, Random random, int bytes) {
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    CRC32 crc = new CRC32();
    crc.update(content);
    files.put(name, content);
    list.append("%s %08x %d %s%n".formatted(sha256(content), crc.getValue(), bytes, name));
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  byte[] content(String name) {
    return files.get(name);
  }

  /** The jar then holds other bytes than its list says. */
  SmallBox damage(String name) {
    files.get(name)[7] ^= 1;
    return this;
  }

  PackedModel packed() {
    return new PackedModel(
        list.toString(), name -> new ByteArrayInputStream(files.get(name).clone()));
  }

  /** The first version with its copies below {@code root}. */
  public static BuiltInModel model(Path root) {
    return new SmallBox(1).in(root, root, Disk.SYSTEM);
  }

  BuiltInModel in(Path root, Path temporary, Disk disk) {
    PackedModel packed = packed();
    return new BuiltInModel(() -> packed, root, temporary, disk);
  }
}
