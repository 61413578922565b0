package io.maque.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GgufMetadataTest {
  private final GgufMetadata metadata = new GgufMetadata(values());

  private static Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", "m");
    values.put("count", 7L);
    values.put("eps", 0.5);
    values.put("on", true);
    values.put("tokens", List.of("a", "b"));
    values.put("ints", new int[] {1, 2});
    values.put("longs", new long[] {3, 4});
    values.put("huge", new long[] {0, 1L << 31});
    values.put("floats", new float[] {1.5f});
    values.put("flags", new boolean[] {true, false});
    return values;
  }

  @Test
  void answersEachKind() {
    assertThat(metadata.string("name")).isEqualTo("m");
    assertThat(metadata.integer("count")).isEqualTo(7);
    assertThat(metadata.number("eps")).isEqualTo(0.5);
    assertThat(metadata.number("count")).isEqualTo(7);
    assertThat(metadata.findBoolean("on")).contains(true);
    assertThat(metadata.findStrings("tokens")).contains(List.of("a", "b"));
    assertThat(metadata.findIntegers("ints").orElseThrow()).containsExactly(1, 2);
    assertThat(metadata.findIntegers("longs").orElseThrow()).containsExactly(3, 4);
    assertThat(metadata.findFloats("floats").orElseThrow()).containsExactly(1.5f);
    assertThat(metadata.findBooleans("flags").orElseThrow()).containsExactly(true, false);
    assertThat(metadata.values().keySet()).startsWith("name", "count");
  }

  @Test
  void answersEmptyForAnAbsentKeyAndThrowsWhereItIsNeeded() {
    assertThat(metadata.contains("absent")).isFalse();
    assertThat(metadata.findString("absent")).isEmpty();
    assertThat(metadata.findIntegers("absent")).isEmpty();
    assertThatThrownBy(() -> metadata.string("absent"))
        .isInstanceOf(GgufFormatException.class)
        .hasMessage("metadata: key absent: expected a string, found no such key");
  }

  @Test
  void neverTurnsAnotherKindIntoADefault() {
    assertWrong(
        () -> metadata.findString("count"), "key count: expected a string, found an integer");
    assertWrong(() -> metadata.findInteger("eps"), "found a floating-point number");
    assertWrong(() -> metadata.findNumber("name"), "expected a number, found a string");
    assertWrong(() -> metadata.findBoolean("name"), "expected a boolean");
    assertWrong(() -> metadata.findStrings("ints"), "found an array, int[]");
    assertWrong(() -> metadata.findIntegers("floats"), "found an array, float[]");
    assertWrong(() -> metadata.findIntegers("huge"), "found 2147483648 at index 1");
    assertWrong(() -> metadata.findFloats("ints"), "expected an array of floats");
    GgufMetadata mixed = new GgufMetadata(Map.of("list", List.of("a", 1L)));
    assertWrong(() -> mixed.findStrings("list"), "an element that is an integer");
  }

  private static void assertWrong(Runnable access, String fragment) {
    assertThatThrownBy(access::run)
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining(fragment);
  }
}
