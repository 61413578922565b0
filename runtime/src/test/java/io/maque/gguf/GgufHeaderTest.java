package io.maque.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a header can lie, and the sentence that says so. */
class GgufHeaderTest {
  private static final long MINUS_ONE = -1;
  private static final int F32 = 0;
  private static final int Q8_0 = 8;

  static Stream<Arguments> badFiles() {
    return Stream.of(
        bad("empty", new GgufBytes(), "offset 0", "empty file"),
        bad("one byte", new GgufBytes().u8('G'), "offset 0", "magic number", "only 1"),
        bad("wrong magic", new GgufBytes().u32(0x12345678), "0x78563412", "\"GGUF\""),
        bad("web page", text("<!DOCTYPE html>"), "web page"),
        bad("LFS pointer", text("version https://git-lfs"), "Git LFS pointer"),
        bad("old ggml", text("tjgg"), "preceded GGUF"),
        bad("zip", text("PK\3\4"), "PyTorch or zip"),
        bad("version 0", version(0), "offset 4", "version 2 or 3, found 0"),
        bad("version 1", version(1), "version 2 or 3, found 1"),
        bad("version 99", version(99), "version 2 or 3, found 99"),
        bad("version -1", version(-1), "found 4294967295"),
        bad("big-endian", version(0x03000000), "big-endian (version 3)"),
        bad("2^63 tensors", GgufBytes.header(Long.MIN_VALUE, 0), "9223372036854775808"),
        bad("-1 tensors", GgufBytes.header(MINUS_ONE, 0), "tensor count is 18446744073709551615"),
        bad("2^63 keys", GgufBytes.header(0, Long.MIN_VALUE), "key count is 92233720368547758"),
        bad("-1 keys", GgufBytes.header(0, MINUS_ONE), "offset 16", "key count is 1844674407370"),
        bad("more keys than bytes", GgufBytes.header(0, 1000).u64(0), "hold at most 0"));
  }

  static Stream<Arguments> badMetadata() {
    GgufValueType array = GgufValueType.ARRAY;
    return Stream.of(
        bad("key longer than file", keys(1).u64(1000).u64(0), "offset 32", "1000 bytes for a key"),
        bad("key of length -1", keys(1).u64(MINUS_ONE).u64(0), "18446744073709551615 bytes"),
        bad("key not UTF-8", keys(1).u64(1).raw((byte) 0xFF).u32(7).u8(0), "not valid UTF-8"),
        bad("kind 13", keys(1).string("k").u32(13).u64(0), "key k", "from 0 to 12, found 13"),
        bad("kind -1", keys(1).string("k").u32(-1).u64(0), "found 4294967295"),
        bad(
            "string longer than file",
            keys(1).key("k", GgufValueType.STRING).u64(1L << 40),
            "1099511627776 bytes for key k"),
        bad("boolean 2", keys(1).key("k", GgufValueType.BOOL).u8(2), "0 or 1, found 2"),
        bad(
            "integer of 2^63",
            keys(1).key("k", GgufValueType.UINT64).u64(Long.MIN_VALUE),
            "below 2^63, found 9223372036854775808"),
        bad(
            "array of arrays",
            keys(1).key("k", array).u32(array.ordinal()).u64(0),
            "array of arrays"),
        bad(
            "array count times size wraps",
            keys(1).key("k", array).u32(GgufValueType.UINT64.ordinal()).u64(1L << 61).u64(0),
            "key k is 2305843009213693952"),
        bad(
            "array of -1 strings",
            keys(1).key("k", array).u32(GgufValueType.STRING.ordinal()).u64(MINUS_ONE).u64(0),
            "key k is 18446744073709551615"),
        bad(
            "array element longer than file",
            keys(1).key("k", array).u32(GgufValueType.STRING.ordinal()).u64(1).u64(50),
            "50 bytes for key k"),
        bad(
            "key twice",
            keys(2).key("k", GgufValueType.BOOL).u8(1).key("k", GgufValueType.BOOL).u8(1),
            "offset 38",
            "key k occurs twice"),
        bad("alignment 0", alignment(0), "general.alignment", "found 0"),
        bad("alignment 1", alignment(1), "power of two", "found 1"),
        bad("alignment 3", alignment(3), "found 3"),
        bad("alignment 2^31", alignment(1L << 31), "found 2147483648"),
        bad(
            "alignment that is a string",
            keys(1).key("general.alignment", GgufValueType.STRING).string("32"),
            "general.alignment: expected an integer, found a string"));
  }

  static Stream<Arguments> badDirectories() {
    return Stream.of(
        bad("rank 0", tensors(1).tensor("w", F32, 0).u64(0), "tensor w", "4 dimensions, found 0"),
        bad("rank 5", tensors(1).tensor("w", F32, 0, 1, 1, 1, 1, 1), "found 5"),
        bad("rank -1", tensors(1).string("w").u32(-1).raw(new byte[64]), "found 4294967295"),
        bad("extent 0", tensors(1).tensor("w", F32, 0, 4, 0).data(64), "found [4, 0]"),
        bad("extent -1", tensors(1).tensor("w", F32, 0, -1).data(64), "found [-1]"),
        bad(
            "product overflow",
            tensors(1).tensor("w", F32, 0, 1L << 30, 1L << 30, 1L << 30, 1L << 30).data(64),
            "positive extents"),
        bad(
            "byte count overflow",
            tensors(1).tensor("w", F32, 0, 0x7FFFFFFF, 0x7FFFFFFF).data(64),
            "tensor w: its 9223372036854775807 bytes"),
        bad("IQ2_XXS", tensors(1).tensor("w", 16, 0, 256).data(64), "tensor w: type 16 (IQ2_XXS)"),
        bad("removed type", tensors(1).tensor("w", 31, 0, 32).data(64), "Q4_0_4_4, removed"),
        bad("type 10^9", tensors(1).tensor("w", 1_000_000_000, 0, 32).data(64), "unknown"),
        bad("type -1", tensors(1).tensor("w", -1, 0, 32).data(64), "type 4294967295 (unknown)"),
        bad("part of a block", tensors(1).tensor("w", Q8_0, 0, 33).data(64), "rows of 33"),
        bad("misaligned", tensors(1).tensor("w", F32, 4, 4).data(64), "multiple of 32, found 4"),
        bad("offset -32", tensors(1).tensor("w", F32, -32, 4).data(64), "found 18446744073709551"),
        bad(
            "offset wraps",
            tensors(1).tensor("w", F32, Long.MAX_VALUE - 31, 16).data(64),
            "end beyond the file"),
        bad("beyond the file", tensors(1).tensor("w", F32, 32, 16).data(64), "end beyond the file"),
        bad("no data at all", tensors(1).tensor("w", F32, 0, 1), "end beyond the file"),
        bad(
            "overlap",
            tensors(2).tensor("a", F32, 32, 8).tensor("b", F32, 0, 9).data(64),
            "tensor a: its data starts at 128, inside that of tensor b"),
        bad(
            "tensor twice",
            tensors(2).tensor("w", F32, 0, 8).tensor("w", F32, 32, 8).data(64),
            "tensor w occurs twice"),
        bad(
            "name that moves the cursor",
            tensors(1).tensor("\u001b[2J\n", 99, 0, 8).data(64),
            "tensor \\u001b[2J\\u000a: type 99"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"badFiles", "badMetadata", "badDirectories"})
  void refuses(String what, GgufBytes bytes, String[] fragments) {
    assertThatThrownBy(bytes::read)
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining("bad.gguf: ")
        .hasMessageContainingAll(fragments);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void readsBothVersions(int version) {
    GgufHeader header = new GgufBytes().u32(GgufBytes.MAGIC).u32(version).u64(0).u64(0).read();
    assertThat(header.version()).isEqualTo(version);
    assertThat(header.alignment()).isEqualTo(32);
    assertThat(header.metadata().values()).isEmpty();
    assertThat(header.tensors()).isEmpty();
  }

  @Test
  void placesTensorsBehindTheAlignedHeader() {
    GgufHeader header =
        GgufBytes.header(2, 1)
            .key("general.alignment", GgufValueType.UINT32)
            .u32(64)
            .tensor("b", F32, 64, 2)
            .tensor("a", F32, 0, 3, 2)
            .raw(new byte[256])
            .read();
    assertThat(header.alignment()).isEqualTo(64);
    assertThat(header.tensors()).extracting("name").containsExactly("b", "a");
    assertThat(header.tensors().get(1).offset() % 64).isZero();
    assertThat(header.tensors().get(0).offset()).isEqualTo(header.tensors().get(1).offset() + 64);
    assertThat(header.tensors().get(1).byteSize()).isEqualTo(24);
  }

  @Test
  void readsStringsThatAreNotUtf8WithoutLosingTheirBytes() {
    byte[] raw = {'a', (byte) 0xFF, 'b'};
    GgufHeader header =
        keys(2)
            .key("list", GgufValueType.ARRAY)
            .u32(GgufValueType.STRING.ordinal())
            .u64(2)
            .string("好")
            .u64(3)
            .raw(raw)
            .key("single", GgufValueType.STRING)
            .u64(3)
            .raw(raw)
            .read();
    GgufStrings list = (GgufStrings) header.metadata().findStrings("list").orElseThrow();
    assertThat(list).containsExactly("好", "a\uFFFDb");
    assertThat(list.bytes(1)).isEqualTo(raw);
    assertThat(header.metadata().string("single")).isEqualTo("a\uFFFDb");
    assertThatThrownBy(() -> list.get(2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static Arguments bad(String what, GgufBytes bytes, String... fragments) {
    return Arguments.of(what, bytes, Arrays.stream(fragments).toArray(String[]::new));
  }

  private static GgufBytes text(String text) {
    return new GgufBytes().raw(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static GgufBytes version(long version) {
    return new GgufBytes().u32(GgufBytes.MAGIC).u32(version).u64(0).u64(0);
  }

  private static GgufBytes keys(long count) {
    return GgufBytes.header(0, count);
  }

  private static GgufBytes tensors(long count) {
    return GgufBytes.header(count, 0);
  }

  private static GgufBytes alignment(long alignment) {
    return keys(1).key("general.alignment", GgufValueType.UINT32).u32(alignment);
  }
}
